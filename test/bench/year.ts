import type { Bench } from "./bench.ts";

export const yearBench: Bench = {
  name: "year",
  about: "a database of a year",
  async run() {
    return [];
  },
};

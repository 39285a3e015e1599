import { expect, test } from "vitest";
import { need } from "../../requirements.ts";
import { chooseSeed } from "../chance.ts";
import { cutPower } from "./cut-power.ts";
import { describePowerCut } from "./describe-power-cut.ts";

const IMAGES = 120;
const TEST_TIMEOUT_MS = 180_000;

test.skipIf(!need("gcc"))(
  `${IMAGES} disks after a power cut open and hold all that was acknowledged before it (needs gcc)`,
  { timeout: TEST_TIMEOUT_MS },
  async () => {
    const report = await cutPower({ images: IMAGES, seed: chooseSeed(undefined) });
    console.info(describePowerCut(report));
    expect(report.images).toBe(IMAGES);
    expect(report.mostOwed).toBeGreaterThan(1_000);
    // Cuts that fall where nothing is at stake prove nothing.
    expect(report.whileLogLoose).toBeGreaterThan(IMAGES / 30);
    expect(report.whileMainFileLoose).toBeGreaterThan(IMAGES / 30);
    expect(report.halfSealed).toBeGreaterThan(0);
    // A disk that loses one synced write is found out: the images and their audit can fail.
    expect(report.spoiled).toBeGreaterThan(0);
    expect(report.foundOut).toBe(report.spoiled);
  },
);

import { defineConfig } from "vite";

/** Where `vite dev` finds a running hub; the built page is served by the hub itself. */
const HUB = process.env.MILLRACE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { proxy: { "/api": HUB } },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    // The hub's content security policy allows its own files only: nothing may become a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

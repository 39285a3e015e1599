import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Where `vite dev` finds a running hub; the built page is served by the hub itself. */
const HUB = process.env.MILLRACE_URL ?? "http://127.0.0.1:8080";
const DIST = join(import.meta.dirname, "dist");
const COMPRESSED = /\.(html|js|css|svg)$/;

/** Compressed copies beside the built files: a Pi hands them out instead of compressing at every visit. */
function compressedCopies(): Plugin {
  return {
    name: "compressed-copies",
    apply: "build",
    async closeBundle() {
      const built = await readdir(DIST, { recursive: true });
      for (const name of built.filter((name) => COMPRESSED.test(name))) {
        const bytes = await readFile(join(DIST, name));
        await writeFile(join(DIST, `${name}.gz`), gzipSync(bytes, { level: 9 }));
        await writeFile(join(DIST, `${name}.br`), brotliCompressSync(bytes));
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compressedCopies()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { proxy: { "/api": HUB } },
  build: {
    target: "es2022",
    outDir: DIST,
    emptyOutDir: true,
    // The hub's content security policy allows its own files only: nothing may become a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

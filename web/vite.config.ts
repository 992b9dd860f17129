import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** The server that `npm run dev` passes the API's and the accounts' paths on to. */
const server = process.env["MEGURU_URL"] ?? "http://127.0.0.1:8000";
const passed = ["/graphql", "/sign-in", "/account", "/record", "/evidence", "/page.css", "/docs"];

/** Smaller ones bring nothing. */
const WORTH_COMPRESSING = 1024;

/** Compressed copies beside the built files, made once and as small as can be, so that the server has none to make. */
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  async writeBundle({ dir }) {
    const assets = join(dir!, "assets");
    for (const name of await readdir(assets)) {
      const whole = await readFile(join(assets, name));
      if (!/\.(js|css|svg)$/.test(name) || whole.length < WORTH_COMPRESSING) continue;
      await writeFile(join(assets, `${name}.gz`), gzipSync(whole, { level: 9 }));
      await writeFile(join(assets, `${name}.br`), brotliCompressSync(whole));
    }
  },
};

export default defineConfig({
  plugins: [svelte(), compressed],
  base: "/web/",
  build: {
    outDir: "../server/web",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    license: { fileName: "licenses.md" },
  },
  server: { proxy: Object.fromEntries(passed.map((path) => [path, { target: server }])) },
});

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** The server that `npm run dev` passes the API's and the accounts' paths on to. */
const server = process.env["MEGURU_URL"] ?? "http://127.0.0.1:8000";
const passed = ["/graphql", "/sign-in", "/account", "/record", "/evidence", "/page.css", "/docs"];

export default defineConfig({
  plugins: [svelte()],
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

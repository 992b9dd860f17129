import { defineConfig, type Plugin } from "vite";

/** GraphiQL's style brings 270 kB of fonts as data; every machine here has its own, with Japanese in them. */
const withoutFonts: Plugin = {
  name: "without-fonts",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("/graphiql/") && id.endsWith(".css") ? code.replace(/@font-face\s*\{[^}]*\}/g, "") : null,
};

/** Apart from the front end, so that nothing of it comes into the front end's files. */
export default defineConfig({
  plugins: [withoutFonts],
  base: "/web/graphiql/",
  resolve: { alias: { "react-style-singleton": `${import.meta.dirname}/src/graphiql/no-styles.ts` } },
  build: {
    outDir: "../server/web/graphiql",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    license: { fileName: "licenses.md" },
    rolldownOptions: { input: "graphiql.html" },
  },
});

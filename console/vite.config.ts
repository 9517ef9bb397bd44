import optimizeLocales from "@react-aria/optimize-locales-plugin";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative, so that a reverse proxy may put the console under a path of its own.
  base: "./",
  plugins: [
    // The component library speaks 30 languages; the console has four.
    { ...optimizeLocales.vite({ locales: ["en-US", "de-DE", "fr-FR", "es-ES"] }), enforce: "pre" },
  ],
  build: {
    target: "es2022",
    // The content security policy allows no data: fonts or scripts, and small files cost little over one connection.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    // The notices of the packages that the files contain go with them.
    license: { fileName: "licenses.md" },
  },
  // `npm run dev` with `node dev/mock.mjs` beside it.
  server: { proxy: { "/api": "http://127.0.0.1:7089" } },
});

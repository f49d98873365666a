// Builds the islands into ../static/dist, with a manifest for the templates. No polyfill and no inlined file, so that
// nothing it writes needs more than scripts, styles and fonts of our own origin.
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/static/dist/",
  publicDir: false,
  logLevel: "warn",
  build: {
    outDir: "../static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: { input: "src/app.ts" },
  },
});

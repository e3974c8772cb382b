import { defineConfig } from "vite";

import { licences } from "./licences.js";

export default defineConfig({
  // Relative links: the pages work behind any path prefix.
  base: "./",
  plugins: [licences("licences.txt")],
  worker: { format: "es" },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    // One folder, named so that it cannot meet a route of the service.
    assetsDir: "developer-assets",
    // The editor with its languages is one large piece by nature.
    chunkSizeWarningLimit: 8192,
    rollupOptions: {
      input: ["graphiql.html", "docs.html"],
      onwarn(warning, warn) {
        // "use client" speaks to React's server renderer, which is not used here.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});

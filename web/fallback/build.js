import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("fallback.js")],
  outfile: here("dist/fallback.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2020",
  legalComments: "inline",
});

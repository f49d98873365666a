// Writes ../static/tabler.css: Tabler's rules for the classes that templates and page modules name.
// Run it after a template starts to use a class that no page used before.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [{ css }] = await new PurgeCSS().purge({
  content: [here("../templates/**/*.html"), here("../{pages,portal}/*.py"), here("src/*.ts")],
  css: [here("node_modules/@tabler/core/dist/css/tabler.min.css")],
  // Classes that templates put together from a word and a value; the dark theme, which a script chooses.
  safelist: [/^data-bs-theme$/, /^dark$/, /^alert-(success|danger|warning|info)$/, /^bg-(yellow|blue|purple|green|secondary|red)-lt$/],
});
writeFileSync(here("../static/tabler.css"), css.replace(/\/\*# sourceMappingURL.*?\*\//, ""));

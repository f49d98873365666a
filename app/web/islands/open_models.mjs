// Opens every shipped procedure and table with the parsers of the stock modelers; prints each warning, exits 1 on any.
// Usage: node open_models.mjs FOLDER, which holds bpmn/ and dmn/.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { BpmnModdle } from "bpmn-moddle";
import { DmnModdle } from "dmn-moddle";

const require = createRequire(import.meta.url);
const zeebe = require("zeebe-bpmn-moddle/resources/zeebe.json");
const modeler = require("modeler-moddle/resources/modeler.json");
const parsers = { bpmn: () => new BpmnModdle({ zeebe, modeler }), dmn: () => new DmnModdle() };
let opened = 0;
let warned = 0;
for (const [folder, parser] of Object.entries(parsers)) {
  for (const name of readdirSync(join(process.argv[2], folder)).filter((file) => file.endsWith(`.${folder}`))) {
    const { warnings } = await parser().fromXML(readFileSync(join(process.argv[2], folder, name), "utf8"));
    opened += 1;
    for (const warning of warnings) {
      warned += 1;
      console.error(`${name}: ${warning.message}`);
    }
  }
}
console.log(`${opened} files opened, ${warned} warnings`);
process.exit(warned ? 1 : 0);

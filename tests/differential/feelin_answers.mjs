// Reads a JSON list of FEEL texts, answers with a JSON list of feelin's values; temporals and ranges as {text: "…"}.
import { evaluate } from "feelin";

const plain = (value) => {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "number") return { number: String(value) };
  if (typeof value !== "object") return typeof value === "function" ? { text: "function" } : value;
  if (value.constructor === Object) return { context: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)])) };
  return { text: value.constructor.name === "FeelFunction" ? "function" : String(value) };
};

const answer = (text) => {
  try {
    return plain(evaluate(text, {}).value);
  } catch (error) {
    return { error: error.constructor.name };
  }
};

let input = "";
for await (const chunk of process.stdin) input += chunk;
process.stdout.write(JSON.stringify(JSON.parse(input).map(answer)));

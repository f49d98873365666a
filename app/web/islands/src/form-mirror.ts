// Keeps hidden inputs of the page's form equal to what stands in form-js, named as the server reads them: `items.0.price`
// for a row's field, several inputs of one name for several choices, `name.sent` beside what sends nothing when empty.
import type { Form } from "@bpmn-io/form-js-viewer";

interface FieldInstance { id: string; valuePath: (string | number)[] }
interface State { data: Record<string, unknown> }

/** Makes `into` hold the inputs of what `form` shows now, and returns those whose value is another than before. */
export function mirror(form: Form, into: HTMLElement): HTMLInputElement[] {
  const { data } = (form as unknown as { _getState(): State })._getState();
  const fields = form.get<{ get(id: string): { type: string; disabled?: boolean } }>("formFieldRegistry");
  const shown = form.get<{ getAllKeyed(): FieldInstance[] }>("formFieldInstanceRegistry").getAllKeyed();
  const before = valuesOf(into);
  const inputs = shown.flatMap(({ id, valuePath }) => {
    const { type, disabled } = fields.get(id);
    if (disabled || type === "expression") return [];
    const name = valuePath.join(".");
    const value = valuePath.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], data);
    if (type === "filepicker") return files(form, name, value);
    const values = Array.isArray(value) ? value : value === null || value === undefined ? [""] : [value];
    return [hidden(`${name}.sent`, "1"), ...values.map((one) => hidden(name, written(one)))];
  });
  into.replaceChildren(...inputs);
  const after = valuesOf(into);
  return inputs.filter((one) => !one.name.endsWith(".sent") && before.get(one.name) !== after.get(one.name));
}

function valuesOf(place: HTMLElement): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, value } of place.querySelectorAll("input")) found.set(name, `${found.get(name) ?? ""}\n${value}`);
  return found;
}

function written(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function hidden(name: string, value: string): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = value;
  return input;
}

/** The files chosen in form-js, in a file input of the field's own name. */
function files(form: Form, name: string, value: unknown): HTMLInputElement[] {
  const chosen = typeof value === "string" ? form.get<{ getFiles(id: string): File[] }>("fileRegistry").getFiles(value) : [];
  const input = document.createElement("input");
  input.type = "file";
  input.name = name;
  input.multiple = true;
  const transfer = new DataTransfer();
  chosen.forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
  return [input];
}

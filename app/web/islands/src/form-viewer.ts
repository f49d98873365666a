// Shows a form with form-js in the place of the server's own drawing of it. The server's <form> stays what is sent: its
// fields give way to hidden inputs that mirror form-js, under the names the server reads, so that every button, script
// and check around it works the same. What the server refuses is shown at its field, and nothing typed is lost.
import { Form } from "@bpmn-io/form-js-viewer";
import flatpickr from "flatpickr";
import { Mandarin } from "flatpickr/dist/l10n/zh.js";
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "./form-viewer.css";
import { make, wordsOf } from "./island";
import { sendForm } from "./form-sending";
import { translateFixedTexts } from "./form-texts";
import { mirror } from "./form-mirror";
import { TellingModule, type Messages } from "./form-messages";

interface Sheet {
  schema: object;
  data: Record<string, unknown>;
  errors: Record<string, string[]>;
  messages: Messages;
}

/** One drawn field: `valuePath` leads to its value, `indexes` say in which rows it stands. */
interface FieldInstance {
  id: string;
  valuePath: (string | number)[];
  indexes?: Record<string, number>;
}

interface Refusal {
  fields: Record<string, string[]>;
}

/** Opens a form in `container`; without a delay, since form-js's own can lose what is typed right before a click. */
export async function openForm(container: HTMLElement, sheet: Sheet): Promise<Form> {
  const form = new Form({ container, debounce: false, additionalModules: [TellingModule(sheet.messages)] } as object);
  await form.importSchema(sheet.schema as never, sheet.data as never);
  return form;
}

/** Form-js's messages by path, as the server writes paths: `items[0].price`. */
export function errorsOf(form: Form): Record<string, string[]> {
  const { errors } = (form as unknown as { _getState(): { errors: Record<string, unknown> } })._getState();
  const found: Record<string, string[]> = {};
  for (const one of form.get<{ getAllKeyed(): FieldInstance[] }>("formFieldInstanceRegistry").getAllKeyed()) {
    let at: unknown = errors[one.id];
    for (const index of Object.values(one.indexes ?? {})) at = (at as Record<number, unknown> | undefined)?.[index];
    if (Array.isArray(at)) found[pathText(one.valuePath)] = at as string[];
  }
  return found;
}

export async function mount(island: HTMLElement): Promise<() => void> {
  const words = wordsOf(island);
  const page = document.getElementById(island.dataset.form ?? "") as HTMLFormElement;
  const drawn = page.querySelector<HTMLFieldSetElement>("fieldset[data-drawn]");
  if (!drawn) throw new Error("Expected the server's fields beside the form viewer, but there are none");
  const sheet: Sheet = JSON.parse(island.dataset.sheet ?? "{}");
  const isChinese = document.documentElement.lang.startsWith("zh");
  if (isChinese) flatpickr.localize(Mandarin);

  const paper = document.createElement("div");
  paper.className = "form-sheet";
  const notice = document.createElement("p");
  notice.className = "alert alert-danger m-3";
  notice.setAttribute("role", "alert");
  notice.hidden = true;
  island.append(paper, notice);
  const form = await openForm(paper, sheet);
  if (island.dataset.readonly !== undefined) form.setProperty("readOnly", true);
  const watch = translateFixedTexts(paper, words);

  const inputs = document.createElement("div");
  inputs.hidden = true;
  drawn.replaceWith(inputs);
  const copy = () => mirror(form, inputs);
  copy();
  page.dataset.island = "form-viewer";

  /** Shows messages at their fields and goes to the first; says whether any has a field to stand at. */
  function place(errors: Record<string, string[]>): boolean {
    const found: Record<string, unknown> = {};
    for (const one of form.get<{ getAllKeyed(): FieldInstance[] }>("formFieldInstanceRegistry").getAllKeyed()) {
      const messages = errors[pathText(one.valuePath)];
      if (messages) setAt(found, [one.id, ...Object.values(one.indexes ?? {})], messages);
    }
    form._setState({ errors: found });
    // The first field in error, as soon as it is drawn as one.
    requestAnimationFrame(() => paper.querySelector<HTMLElement>("[aria-invalid=true], .fjs-has-errors :is(input, textarea)")?.focus());
    return Object.keys(found).length > 0;
  }

  async function send(submitter: HTMLElement | null): Promise<void> {
    copy();
    if (Object.keys(form.validate()).length) {
      place(errorsOf(form));
      return;
    }
    const buttons = page.querySelectorAll<HTMLButtonElement>("button");
    buttons.forEach((one) => (one.disabled = true));
    const answer = await sendForm(page);
    if (answer?.ok && !answer.redirected) {
      location.assign(((await answer.json()) as { next: string }).next);
      return;
    }
    buttons.forEach((one) => (one.disabled = false));
    submitter?.focus();
    notice.hidden = answer !== null && !answer.redirected;
    notice.textContent = words(answer === null ? "unreachable" : "signed out");
    if (answer?.redirected) notice.append(" ", linkTo(answer.url, words("sign in")));
    if (!answer || answer.redirected) return;
    if (answer.status === 422 && place(((await answer.json()) as Refusal).fields)) return;
    page.submit(); // whatever else went wrong, the server says it on a page of its own
  }

  const onSubmit = (event: SubmitEvent) => {
    const button = event.submitter as HTMLButtonElement | null;
    if (button?.name || button?.hasAttribute("formaction")) return; // it asks for something else than to be done
    event.preventDefault();
    event.stopPropagation();
    void send(button);
  };
  page.addEventListener("submit", onSubmit, true);
  // Scripts around the form hear of it as they do of plain fields: of each key typed, and of each field when it is left.
  const changed = new Set<string>();
  const tell = () => {
    const left = [...inputs.querySelectorAll<HTMLInputElement>("input")].filter(({ name }) => changed.has(name));
    changed.clear();
    left.forEach((one) => one.dispatchEvent(new Event("change", { bubbles: true })));
  };
  form.on("changed", () => {
    for (const one of copy()) {
      changed.add(one.name);
      one.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (!document.activeElement?.matches("input[type=text], textarea")) tell();
  });
  paper.addEventListener("focusout", tell);
  form.on("submit", () => page.requestSubmit());
  if (Object.keys(sheet.errors).length) document.getElementById("problems")?.toggleAttribute("hidden", place(sheet.errors));
  return () => {
    inputs.replaceWith(drawn);
    delete page.dataset.island;
    watch.disconnect();
    page.removeEventListener("submit", onSubmit, true);
    form.destroy();
  };
}

function linkTo(address: string, text: string): HTMLAnchorElement {
  const link = make("a", "alert-link", text);
  link.href = address;
  link.target = "_blank";
  return link;
}

/** The path as the server writes it: `items[0].price`. */
function pathText(path: (string | number)[]): string {
  return path.map((one, at) => (typeof one === "number" ? `[${one}]` : at ? `.${one}` : one)).join("");
}

function setAt(target: Record<string | number, unknown>, path: (string | number)[], value: unknown): void {
  const last = path[path.length - 1] as string | number;
  let place = target;
  path.slice(0, -1).forEach((name) => (place = (place[name] ??= {}) as Record<string | number, unknown>));
  place[last] = value;
}

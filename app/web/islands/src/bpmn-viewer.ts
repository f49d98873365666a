// Shows where a process instance stands in its diagram: what is active, what ran, which way it went, what failed. Call
// activities lead into the instances they started. The page's list of steps says the same without a picture.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./bpmn-viewer.css";
import { fetchJson, make, wordsOf } from "./island";

/** One instance as `diagram.json` gives it: ids of elements and flows, keys of instances. */
interface Diagram {
  xml: string;
  active: string[];
  completed: string[];
  flows: string[];
  incidents: { element: string; message: string }[];
  passes: Record<string, number>;
  calls: { element: string; instance: string; name: string; running: boolean }[];
  path: { instance: string; name: string }[];
}

// bpmn-js types its services by name only where it knows them; these are the ones used here.
interface Services {
  canvas: { zoom(to?: number | string, at?: unknown): number; addMarker(id: string, name: string): void; scrollToElement(id: string): void };
  overlays: { add(id: string, overlay: object): void };
  elementRegistry: { get(id: string): object | undefined; getAll(): { id: string }[] };
}

const READABLE = 0.7;
const STEP = 1.25;
const LABEL_WIDTH = 90;

export async function mount(island: HTMLElement): Promise<() => void> {
  const words = wordsOf(island);
  const path = make("nav", "diagram-path");
  path.setAttribute("aria-label", words("path"));
  const tools = make("div", "diagram-tools");
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", words("tools"));
  const bar = make("div", "diagram-bar");
  const paper = make("div", "diagram-paper paper");
  bar.append(path, tools);
  island.append(bar, paper);

  // The wheel scrolls the page; with Ctrl, as everywhere, it zooms.
  const viewer = new NavigatedViewer({ container: paper, zoomScroll: { enabled: false } } as object);
  const service = <K extends keyof Services>(name: K): Services[K] => viewer.get(name) as unknown as Services[K];
  const zoomBy = (factor: number) => service("canvas").zoom(service("canvas").zoom() * factor, undefined);
  let shown: Diagram | null = null;

  function lookAt(diagram: Diagram): void {
    const canvas = service("canvas");
    const place = diagram.incidents[0]?.element ?? diagram.active[0];
    if (canvas.zoom("fit-viewport", "auto") < READABLE && place) {
      canvas.zoom(READABLE);
      canvas.scrollToElement(place);
    }
  }

  function mark(diagram: Diagram): void {
    const registry = service("elementRegistry");
    const paint = (ids: string[], name: string) =>
      ids.filter((id) => registry.get(id)).forEach((id) => service("canvas").addMarker(id, name));
    paint(diagram.completed, "ran");
    paint(diagram.flows, "ran");
    paint(diagram.active, "active-now");
    paint(diagram.incidents.map((one) => one.element), "failed");
    const note = (id: string, html: HTMLElement, position: object) => {
      if (registry.get(id)) service("overlays").add(id, { position, html });
    };
    for (const [id, count] of Object.entries(diagram.passes)) {
      const badge = make("span", "diagram-count", `×${count}`);
      badge.title = `${words("passes")}: ${count}`;
      note(id, badge, { top: -10, left: -10 });
    }
    for (const { element, message } of diagram.incidents) {
      const badge = make("span", "diagram-incident", "!");
      badge.title = message;
      note(element, badge, { top: -10, right: 10 });
    }
    for (const call of diagram.calls) {
      const button = make("button", "diagram-call", `${words("open")}: ${call.name}`);
      button.type = "button";
      button.addEventListener("click", () => void show(call.instance));
      note(call.element, button, { bottom: -4, left: 0 });
    }
  }

  async function show(instance: string | null): Promise<void> {
    const address = new URL(island.dataset.source ?? "", location.href);
    if (instance) address.searchParams.set("instance", instance);
    const diagram = await fetchJson<Diagram>(address.href);
    shown = diagram;
    const moddle = viewer.get("moddle") as Moddle;
    const { rootElement, elementsById } = await moddle.fromXML(diagram.xml);
    translate(Object.values(elementsById), document.documentElement.lang.slice(0, 2));
    await viewer.importDefinitions(rootElement as never, undefined as never);
    mark(diagram);
    lookAt(diagram);
    path.replaceChildren(
      ...diagram.path.map((one, at) => {
        const last = at === diagram.path.length - 1;
        const step = make(last ? "span" : "button", last ? "" : "btn btn-sm", one.name);
        if (!last) step.addEventListener("click", () => void show(one.instance));
        return step;
      }),
    );
  }

  const tool = (sign: string, name: string, act: () => void) => {
    const button = make("button", "btn btn-sm", sign);
    button.type = "button";
    button.title = words(name);
    button.setAttribute("aria-label", words(name));
    button.addEventListener("click", act);
    tools.append(button);
  };
  tool("+", "zoomIn", () => zoomBy(STEP));
  tool("−", "zoomOut", () => zoomBy(1 / STEP));
  tool("⤢", "fit", () => service("canvas").zoom("fit-viewport", "auto"));
  tool("◎", "where", () => shown && lookAt(shown));
  paper.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = paper.getBoundingClientRect();
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      service("canvas").zoom(service("canvas").zoom() * (event.deltaY < 0 ? STEP : 1 / STEP), at);
    },
    { passive: false },
  );
  await show(null);
  return () => viewer.destroy();
}

/** Names elements as their properties do for the page's language (`name:en`), before they are drawn. */
function translate(elements: ModelElement[], language: string): void {
  const renamed = new Set<ModelElement>();
  for (const element of elements) {
    const properties = element.extensionElements?.values?.flatMap((one) => one.$children ?? []) ?? [];
    const named = properties.find((one) => one.name === `name:${language}`);
    if (!named?.value) continue;
    element.name = named.value;
    renamed.add(element);
  }
  // A place for one Chinese character is too narrow for a word: widened around its middle.
  for (const { bpmnElement, label } of elements) {
    const place = bpmnElement && renamed.has(bpmnElement) ? label?.bounds : undefined;
    if (!place || place.width >= LABEL_WIDTH) continue;
    place.x -= (LABEL_WIDTH - place.width) / 2;
    place.width = LABEL_WIDTH;
  }
}

interface Moddle {
  fromXML(xml: string): Promise<{ rootElement: unknown; elementsById: Record<string, ModelElement> }>;
}

/** An element or a shape as read; extensions come as plain nodes, since their package is not loaded. */
interface ModelElement {
  name?: string;
  bpmnElement?: ModelElement;
  label?: { bounds?: { x: number; width: number } };
  extensionElements?: { values?: { $children?: { name?: string; value?: string }[] }[] };
}

// <x-island name="…">: loads its module when it comes onto the page, and ends it when it is taken away, whoever swaps
// it in or out. What it needs stands in its data attributes; what it replaces stands in the element that `data-instead`
// names, and stays where the module fails.

/** Starts an island in `element` and returns what ends it. */
export type Mount = (element: HTMLElement) => Promise<() => void>;
type Modules = Record<string, () => Promise<{ mount: Mount }>>;

export function defineIslands(modules: Modules): void {
  class Island extends HTMLElement {
    private end: (() => void) | null = null;

    async connectedCallback(): Promise<void> {
      const load = modules[this.getAttribute("name") ?? ""];
      if (!load) return;
      this.setAttribute("aria-busy", "true");
      try {
        const { mount } = await load();
        if (!this.isConnected) return;
        const end = await mount(this);
        if (this.isConnected) this.end = end;
        else end();
        this.dataset.state = "ready";
      } catch (problem) {
        this.dataset.state = "failed";
        console.error(problem);
      } finally {
        this.removeAttribute("aria-busy");
      }
    }

    disconnectedCallback(): void {
      this.end?.();
      this.end = null;
    }
  }
  customElements.define("x-island", Island);
}

/** The texts an island shows, in the page's language: its `data-words`, a JSON object. */
export function wordsOf(element: HTMLElement): (name: string) => string {
  const words: Record<string, string> = JSON.parse(element.dataset.words ?? "{}");
  return (name) => words[name] ?? name;
}

/** An element with a class and, where given, a text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Fetches JSON as the person signed in; throws for an answer that is not 200. */
export async function fetchJson<T>(address: string): Promise<T> {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`Expected an answer from ${address}, but it was ${answer.status}`);
  return (await answer.json()) as T;
}

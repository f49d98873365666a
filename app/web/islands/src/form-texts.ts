// form-js's fixed English texts, put into the page's language where they stand. Only its own buttons, placeholders and
// notes are looked at, never what a form's author wrote.

const PLACES: [selector: string, attribute: string | null][] = [
  [".fjs-form-field-select input, .fjs-form-field-taglist input", "placeholder"],
  [".fjs-select-placeholder", null],
  [".fjs-dropdownlist-empty", null],
  [".fjs-filepicker-container button, .fjs-filepicker-container span", null],
  [".fjs-repeat-render-add", null],
  [".fjs-repeat-row-remove", "aria-label"],
  [".fjs-taglist-tag-remove", "title"],
  [".fjs-number-arrow-up, .fjs-number-arrow-down", "aria-label"],
  [".fjs-table-nav-button", "aria-label"],
  [".fjs-table-middle-container, .fjs-table-body .fjs-table-td:only-child", null],
];

/** Translates now and whenever the form changes, until the returned observer is disconnected. */
export function translateFixedTexts(paper: HTMLElement, words: (name: string) => string): MutationObserver {
  const apply = () => {
    for (const [selector, attribute] of PLACES) {
      for (const element of paper.querySelectorAll<HTMLElement>(selector)) translate(element, attribute, words);
    }
  };
  const observer = new MutationObserver(apply);
  observer.observe(paper, { childList: true, subtree: true, characterData: true });
  apply();
  return observer;
}

function translate(element: HTMLElement, attribute: string | null, words: (name: string) => string): void {
  if (attribute) {
    const text = element.getAttribute(attribute);
    if (text && words(text) !== text) element.setAttribute(attribute, words(text));
    return;
  }
  for (const node of element.childNodes) {
    const text = node.nodeType === Node.TEXT_NODE ? (node.nodeValue ?? "").trim() : "";
    if (text && words(text) !== text) node.nodeValue = words(text);
  }
}

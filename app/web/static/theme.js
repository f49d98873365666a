// Light or dark, set before the page is drawn: what was chosen in this browser, else what the system asks for. A print
// is always light.
"use strict";

(() => {
  const CHOICES = ["system", "light", "dark"];
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  function chosen() {
    try {
      const kept = localStorage.getItem("theme");
      return CHOICES.includes(kept) ? kept : "system";
    } catch {
      return "system"; // a browser that keeps nothing
    }
  }

  function apply(choice) {
    root.dataset.bsTheme = choice === "dark" || (choice === "system" && system.matches) ? "dark" : "light";
  }

  function label(button) {
    const words = button.dataset[chosen()];
    button.title = words;
    button.setAttribute("aria-label", words);
    button.hidden = false;
  }

  apply(chosen());
  system.addEventListener("change", () => apply(chosen()));
  addEventListener("beforeprint", () => apply("light"));
  addEventListener("afterprint", () => apply(chosen()));
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    label(button);
    button.addEventListener("click", () => {
      const next = CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length];
      try {
        localStorage.setItem("theme", next);
      } catch {
        return;
      }
      apply(next);
      label(button);
    });
  });
})();

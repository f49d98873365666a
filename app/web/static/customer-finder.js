// Finds the customer as one types, on the page of a new complaint: a combobox whose options are the server's buttons,
// so that choosing one sends the form with all that was typed. Without this script the search's own button finds.
"use strict";

const SHORTEST = 2;
const TYPING_MS = 400;

function watchSearch(form) {
  const input = form.querySelector("[role=combobox]");
  const list = document.getElementById(input.getAttribute("aria-controls"));
  const told = document.getElementById("found-count");
  let timer = 0;
  let latest = 0;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => options().find((one) => one.getAttribute("aria-selected") === "true");

  function show(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) mark(null);
  }

  function mark(option) {
    for (const one of options()) {
      one.setAttribute("aria-selected", String(one === option));
      one.classList.toggle("active", one === option);
    }
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  async function look() {
    const turn = ++latest;
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
    }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected || turn !== latest) return;
    list.innerHTML = await answer.text();
    const count = options().length;
    told.textContent = count ? told.dataset.some.replace("#", count) : told.dataset.none;
    show(count > 0);
  }

  function step(by) {
    const all = options();
    if (list.hidden || !all.length) return;
    const at = all.indexOf(active());
    mark(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    latest += 1; // whatever is on its way answers another question
    told.textContent = "";
    show(false);
    if (input.value.trim().length >= SHORTEST) timer = setTimeout(look, TYPING_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden && options().length) show(true);
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active()) active().click();
    else if (event.key === "Escape" && !list.hidden) show(false);
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (input.value.trim()) look();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) show(false);
  });
}

// Once a customer was chosen the next thing to do is the first answer that is still missing.
function goOn() {
  const missing = () => [...document.querySelectorAll(".fjs-container :is(input[type=text], textarea), [data-drawn] :is(input[type=text], select, textarea)")]
    .find((one) => !one.value && !one.disabled && one.offsetParent);
  const island = document.querySelector("x-island[name=form-viewer]");
  if (!island || island.dataset.state) {
    missing()?.focus();
    return;
  }
  new MutationObserver((_, watch) => {
    if (!island.dataset.state) return;
    watch.disconnect();
    missing()?.focus();
  }).observe(island, { attributes: true, attributeFilter: ["data-state"] });
}

const customerSearch = document.querySelector("form[data-options]");
if (customerSearch) watchSearch(customerSearch);
if (document.querySelector("[data-chosen]") && !document.getElementById("problems")) goOn();

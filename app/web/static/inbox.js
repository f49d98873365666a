// Makes the lists quicker: keys, news without reload, counts of saved views, selecting. Every page works without it.
const NEWS_SECONDS = 15;
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// --- lines by keyboard -------------------------------------------------------------------------------------------

const links = () => $$("[data-keys] tbody a.open");
const lineOf = (element) => element?.closest("[data-keys] tbody tr") ?? null;
const currentLine = () => lineOf(document.activeElement);

function move(step) {
  const all = links();
  if (all.length === 0) return;
  const at = all.findIndex((link) => lineOf(link) === currentLine());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => currentLine() && $("a.open", currentLine()).click(),
  x: () => currentLine() && $("input[type=checkbox]", currentLine())?.click(),
  c: () => (currentLine() ? $("form[data-claim]", currentLine()) : $("form[data-claim]"))?.requestSubmit(),
  e: () => (currentLine() ? $("a.open", currentLine()).click() : $("[data-key-complete]")?.click()),
  r: () => $("#news button")?.click(),
  "/": () => $("[data-key-search]")?.focus(),
  "?": () => $("#keyboard")?.showModal(),
};

function isTyping(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape" && event.target.matches("[data-key-search]")) event.target.blur();
    return;
  }
  if ($("dialog[open]") || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});

for (const button of $$("[data-key-help]")) {
  button.hidden = false;
  button.addEventListener("click", () => KEYS["?"]());
}

// --- orders and selections ---------------------------------------------------------------------------------------

for (const select of $$("select[data-submit]")) {
  $("button", select.form).hidden = true;
  select.addEventListener("change", () => select.form.requestSubmit());
}

const picks = () => $$("input[name=key][form=bulk]");

function showSelected() {
  const count = picks().filter((pick) => pick.checked).length;
  const words = $("[data-selected]");
  if (words && count > 0) words.textContent = words.dataset.selected.replace("{count}", count);
  const all = $("#pick-all");
  if (all) {
    all.checked = count > 0 && count === picks().length;
    all.indeterminate = count > 0 && count < picks().length;
  }
}

function watchSelection() {
  const all = $("#pick-all");
  if (!all) return;
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const pick of picks()) pick.checked = all.checked;
    showSelected();
  });
  for (const pick of picks()) pick.addEventListener("change", showSelected);
  showSelected();
}

watchSelection();

// --- counts of saved views ---------------------------------------------------------------------------------------

const saved = $("[data-counts]");
if (saved) {
  fetch(saved.dataset.counts)
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((counts) => {
      for (const [key, count] of Object.entries(counts)) {
        const place = $(`[data-count="${key}"]`, saved);
        if (!place) continue;
        place.textContent = count;
        place.hidden = false;
      }
    })
    .catch(() => {}); // without counts the views are still there
}

// --- news --------------------------------------------------------------------------------------------------------

function showCounts(counts) {
  for (const [name, count] of Object.entries(counts)) {
    const place = $(`[data-view-count="${name}"]`);
    if (place) place.textContent = count;
  }
  const title = document.title.replace(/^\(\d+\+?\) /, "");
  document.title = counts.mine === "0" ? title : `(${counts.mine}) ${title}`;
}

/** Take the list as the server has it now, and leave focus and selection on the lines that are still there. */
async function takeNews() {
  const answer = await fetch(location.href).catch(() => null);
  const text = answer?.ok && !answer.redirected ? await answer.text() : null;
  if (text === null) {
    location.reload();
    return;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const focused = currentLine()?.dataset.key;
  const picked = new Set(picks().filter((pick) => pick.checked).map((pick) => pick.value));
  $("#tasks").replaceWith(document.adoptNode($("#tasks", fresh)));
  const news = $("#news");
  news.dataset.tag = $("#news", fresh).dataset.tag;
  news.replaceChildren();
  for (const pick of picks()) pick.checked = picked.has(pick.value);
  watchSelection();
  const line = focused && $(`[data-keys] tbody tr[data-key="${focused}"]`);
  ($("a.open", line || document) ?? $("h1")).focus?.();
}

function offerNews(news, keys) {
  const shown = new Set($$("#tasks [data-keys] tbody tr").map((line) => line.dataset.key));
  const count = keys.filter((key) => !shown.has(key)).length;
  const words = count > 0 ? news.dataset.new.replace("{count}", count) : news.dataset.changed;
  if ($("span", news)?.textContent === words) return; // said once
  const text = document.createElement("span");
  text.textContent = words;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-primary";
  button.textContent = news.dataset.show;
  button.addEventListener("click", takeNews);
  news.replaceChildren(text, button);
}

async function askForNews(news) {
  if (document.hidden) return;
  const headers = { "If-None-Match": `"${news.dataset.tag}"` };
  const answer = await fetch(news.dataset.changes, { headers, cache: "no-store" }).catch(() => null);
  if (answer?.status === 304) {
    news.replaceChildren(); // what was new has gone again
    return;
  }
  if (!answer?.ok || answer.redirected) return;
  const { keys, counts } = await answer.json();
  showCounts(counts);
  offerNews(news, keys);
}

const news = $("#news");
if (news?.dataset.changes) {
  setInterval(askForNews, (Number(news.dataset.seconds) || NEWS_SECONDS) * 1000, news);
  document.addEventListener("visibilitychange", () => askForNews(news));
}

// --- an export that is being made --------------------------------------------------------------------------------

async function refreshExports() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = $("#exports", new DOMParser().parseFromString(await answer.text(), "text/html"));
  const shown = $("#exports");
  if (!fresh) return;
  shown.replaceChildren(...document.adoptNode(fresh).childNodes);
  if (!fresh.dataset.refresh) clearInterval(refreshing);
}

const making = $("#exports[data-refresh]");
const refreshing = making && setInterval(refreshExports, Number(making.dataset.refresh) * 1000);

// --- a draft that keeps itself -----------------------------------------------------------------------------------

const DRAFT_PAUSE = 2000;
const draftButton = $("[data-draft]");

if (draftButton) {
  const sheet = draftButton.form;
  const status = $("#draft");
  let waiting = 0;
  let stopped = false;

  const version = () => sheet.elements.namedItem("draft_version");

  async function keepDraft() {
    const answer = await fetch(draftButton.dataset.draft, { method: "POST", body: new FormData(sheet) }).catch(() => null);
    if (!answer || answer.redirected) status.textContent = status.dataset.unsaved;
    if (!answer || answer.redirected || !(answer.headers.get("Content-Type") ?? "").includes("json")) return; // next time
    const { version: now, told } = await answer.json();
    status.textContent = told;
    if (answer.ok) {
      version().value = now;
      return;
    }
    stopped = true; // until somebody decides whose draft stays
    if (now === undefined) return;
    const mine = document.createElement("button");
    mine.type = "button";
    mine.className = "btn btn-sm";
    mine.textContent = status.dataset.mine;
    mine.addEventListener("click", () => {
      version().value = now;
      stopped = false;
      keepDraft();
    });
    status.append(" ", mine);
  }

  const soon = () => {
    clearTimeout(waiting);
    if (!stopped) waiting = setTimeout(keepDraft, DRAFT_PAUSE);
  };
  sheet.addEventListener("input", soon);
  sheet.addEventListener("change", soon);
  sheet.addEventListener("submit", () => clearTimeout(waiting));
}

// Shows and hides the fields of a form as its answers change. The server decides; without this script, it does so when
// the form is sent. Listens on the page as a whole, so that forms which arrive later are watched too.
"use strict";

const turns = new WeakMap();

async function refresh(form) {
  const turn = (turns.get(form) ?? 0) + 1;
  turns.set(form, turn);
  const answers = new FormData(form);
  for (const [name, value] of [...answers]) {
    if (value instanceof File) answers.delete(name); // files hide nothing, and are sent once
  }
  const answer = await fetch(form.getAttribute("action"), {
    method: "POST",
    headers: { "X-Form-State": "1" },
    body: answers,
    credentials: "same-origin",
  }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected || turn !== turns.get(form)) return;
  const hidden = new Set((await answer.json()).hidden.map(String));
  for (const part of form.querySelectorAll("[data-node]")) {
    part.hidden = hidden.has(part.dataset.node);
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-form]");
  if (form && !form.dataset.island) refresh(form); // an island knows for itself what is hidden
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-form]");
  if (!form) return;
  for (const button of form.querySelectorAll("button")) {
    setTimeout(() => { button.disabled = true; });
  }
});
const problems = document.getElementById("problems");
if (problems) problems.focus();

// The count beside the bell: asked twice a minute while somebody looks, answered 304 while nothing changed.
function watchBell(bell) {
  const count = bell.querySelector(".count");
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(bell.dataset.poll, { credentials: "same-origin", cache: "no-cache" }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const unread = (await answer.json()).unread;
    count.textContent = unread;
    count.hidden = !unread;
  }, 30000);
}

const bell = document.getElementById("bell");
if (bell) watchBell(bell);

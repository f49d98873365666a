// Shows and hides the fields of a form as its answers change. The server decides; without this script, it does so when
// the form is sent.
"use strict";

function watchForm(form) {
  let latest = 0;

  async function refresh() {
    const turn = ++latest;
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { "X-Form-State": "1" },
      body: new FormData(form),
      credentials: "same-origin",
    }).catch(() => null);
    if (!answer || !answer.ok || turn !== latest) return;
    const hidden = new Set((await answer.json()).hidden.map(String));
    for (const part of form.querySelectorAll("[data-node]")) {
      part.hidden = hidden.has(part.dataset.node);
    }
  }

  form.addEventListener("change", refresh);
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) {
      setTimeout(() => { button.disabled = true; });
    }
  });
}

for (const form of document.querySelectorAll("form[data-form]")) watchForm(form);
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

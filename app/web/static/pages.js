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

// Shows, while a complaint is registered, whose it probably is and what came before. Without this script the button
// "Check for earlier complaints" does the same.
"use strict";

const TELLING = /^(customer(Phone|Email|Number|IdNumber|Wechat)|description|productLine|(order|contract|regulator)Number)$/;
const PAUSE_MS = 500;

function watchRelated(form, place) {
  let timer = 0;
  let latest = 0;

  async function look() {
    const turn = ++latest;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name); // they tell nothing, and are big
    const answer = await fetch(form.dataset.related, {
      method: "POST",
      body,
      credentials: "same-origin",
    }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected || turn !== latest) return;
    place.innerHTML = await answer.text();
  }

  function later(event) {
    const { name, value } = event.target;
    if (!TELLING.test(name) || (event.type === "input" && (name !== "customerPhone" || value.length < 11))) return;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  }

  form.addEventListener("change", later);
  form.addEventListener("input", later);
}

const complaintForm = document.querySelector("form[data-related]");
const relatedPlace = document.getElementById("related");
if (complaintForm && relatedPlace) watchRelated(complaintForm, relatedPlace);

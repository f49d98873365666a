// Lets files be dropped on the form, and says before sending which of them are too large. Without this script the form
// works as it stands, and the server says it.
"use strict";

for (const form of document.querySelectorAll("form[data-files]:not([data-watched])")) {
  form.dataset.watched = "";  // a section may come into the page more than once, and this script with it
  const input = form.querySelector("input[type=file]");
  const problem = form.querySelector("[data-problem]");

  function tooLarge() {
    return [...input.files].find((file) => file.size > Number(form.dataset.most));
  }

  function check() {
    const found = tooLarge();
    problem.textContent = found ? form.dataset.tooLarge.replace("{name}", found.name) : "";
    problem.classList.toggle("d-block", Boolean(found));
    return !found;
  }

  input.addEventListener("change", check);
  form.addEventListener("submit", (event) => {
    if (!check()) event.preventDefault();
  });
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("dropping");
    });
  }
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("dropping");
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      check();
    }
  });
}

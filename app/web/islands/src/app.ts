// The script of every page: partial updates by htmx, and the element that loads an island where a page has one.
import "htmx.org";
import { defineIslands } from "./island";

interface Answered extends Event {
  detail: { ctx: { request: { action: string; method: string }; response: { status: number; raw: Response }; target?: Element } };
}

// A refusal, a failure or a lost session is a whole page of its own, never a part of this one. What was posted has no such
// page: the one it came from stays with all that was typed, and says so when it is sent.
document.addEventListener("htmx:before:response", (event) => {
  const { request, response } = (event as Answered).detail.ctx;
  if (response.status < 400 && !response.raw.redirected) return;
  event.preventDefault();
  if (request.method === "GET") location.assign(request.action);
});

// The tab of the section that was fetched is the current one.
document.addEventListener("htmx:after:swap", () => {
  for (const tab of document.querySelectorAll<HTMLAnchorElement>("a[data-tab]")) {
    const current = tab.pathname === location.pathname;
    tab.classList.toggle("active", current);
    if (current) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
});

defineIslands({
  "bpmn-viewer": () => import("./bpmn-viewer"),
  "form-viewer": () => import("./form-viewer"),
});

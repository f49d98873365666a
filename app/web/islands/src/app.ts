// The script of every page: partial updates by htmx, and the element that loads an island where a page has one.
import "htmx.org";
import { defineIslands } from "./island";

defineIslands({
  "bpmn-viewer": () => import("./bpmn-viewer"),
});

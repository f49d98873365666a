// Puts the complaint portal into the page that loads this script, right where the script stands.
(function () {
  "use strict";
  var self = document.currentScript;
  if (!self) return;
  var frame = document.createElement("iframe");
  frame.src = new URL("embedded", self.src).href;
  frame.title = self.dataset.title || "投诉 · Complaint";
  frame.style.cssText = "width:100%;min-height:" + (parseInt(self.dataset.height, 10) || 900) + "px;border:0";
  self.parentNode.insertBefore(frame, self.nextSibling);
})();

// On a phone the filters stand above the list, folded until they are wanted; without this they are open.
"use strict";
if (window.matchMedia("(max-width: 760px)").matches) {
  document.querySelectorAll("details.unfold").forEach((one) => one.removeAttribute("open"));
}

(function () {
  "use strict";
  // Stands before the styles, so that a page never shows in one theme first and then in another.
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var kept = window.localStorage.getItem("tesat-theme");
    if (kept === "light" || kept === "dark") { root.dataset.theme = kept; }
  } catch (refused) { root.dataset.kept = "no"; }
})();

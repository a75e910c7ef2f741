(function () {
  "use strict";
  // A number opens where it comes from: by click everywhere, by Enter where it stands in a sentence.
  var note = document.querySelector("a.source-note") || document.querySelector('a[href*="origins"]');
  if (!note) { return; }
  var page = note.getAttribute("href").split("#")[0], opened = null;
  var panel = document.createElement("aside");
  panel.className = "origin";
  panel.setAttribute("aria-live", "polite");
  panel.hidden = true;
  document.body.append(panel);

  function recordOf(key) {
    var parts = key.split(".");
    // Observations end with a measure, in capitals; values of the annex with a column.
    var name = /\.[A-Z_]+$/.test(key) ? parts.slice(0, 2).join(".") : key.split(":")[0];
    return "rec-" + name.replace(/[^A-Za-z0-9]+/g, "-");
  }
  function close() {
    panel.hidden = true;
    if (opened) { opened.focus(); opened = null; }
  }
  function open(number, key) {
    var shown = document.createElement("strong"), name = document.createElement("code"), link = document.createElement("a");
    shown.textContent = number.textContent.trim();
    name.textContent = key;
    link.href = page + "#" + recordOf(key);
    link.textContent = note.textContent;
    panel.replaceChildren(shown, " ", name, " ", link);
    panel.hidden = false;
    opened = number;
    link.focus();
  }
  function numberOf(target) {
    var number = target.closest && target.closest("[data-key]");
    return number && !target.closest("a") && number.dataset.key.indexOf("edition:") !== 0 ? number : null;
  }
  document.querySelectorAll("p [data-key], li [data-key]").forEach(function (number) {
    if (numberOf(number)) { number.tabIndex = 0; number.setAttribute("role", "button"); }
  });
  document.addEventListener("click", function (event) {
    var number = numberOf(event.target);
    if (number && String(window.getSelection()) === "") { open(number, number.dataset.key.split(" ")[0]); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !panel.hidden) { close(); return; }
    var number = event.key === "Enter" || event.key === " " ? numberOf(event.target) : null;
    if (number) { event.preventDefault(); open(number, number.dataset.key.split(" ")[0]); }
  });
})();

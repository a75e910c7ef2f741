(function () {
  "use strict";
  // A number opens where it comes from: by click, or by Enter. Those of a table are one stop; arrows lead on from there.
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
    var shown = number && number.textContent.trim() && !target.closest("a");
    return shown && number.dataset.key.indexOf("edition:") !== 0 ? number : null;
  }
  function asButton(number, stop) {
    number.tabIndex = stop ? 0 : -1;
    number.setAttribute("role", "button");
  }
  function beside(numbers, number, key) {
    if (key === "ArrowRight" || key === "ArrowLeft") {
      return numbers[numbers.indexOf(number) + (key === "ArrowRight" ? 1 : -1)];
    }
    var cell = number.closest("td"), along = key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling";
    for (var row = cell.parentElement[along]; row; row = row[along]) {
      var found = row.cells[cell.cellIndex] && row.cells[cell.cellIndex].querySelector("[data-key]");
      if (found && numbers.indexOf(found) >= 0) { return found; }
    }
    return undefined;
  }
  document.querySelectorAll("p [data-key], li [data-key]").forEach(function (number) {
    if (numberOf(number)) { asButton(number, true); }
  });
  document.querySelectorAll("table").forEach(function (table) {
    var numbers = Array.from(table.querySelectorAll("td [data-key]")).filter(numberOf);
    numbers.forEach(function (number, position) { asButton(number, position === 0); });
    table.addEventListener("keydown", function (event) {
      var next = /^Arrow/.test(event.key) ? beside(numbers, event.target, event.key) : undefined;
      if (!next) { return; }
      event.preventDefault();
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
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

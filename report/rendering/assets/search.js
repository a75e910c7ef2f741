(function () {
  "use strict";
  // Finds every word of the query in a passage or its heading, by its letters: accents and capitals make no difference.
  var base = document.body.dataset.root, MOST = 40, AROUND = 70;
  var dialog = document.getElementById("search"), field = document.getElementById("search-words");
  var said = document.getElementById("search-said"), list = document.getElementById("search-results");
  var known = null;

  var LETTERS = { "đ": "d", "ł": "l", "ø": "o", "ß": "ss", "ı": "i" };
  function bare(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đłøßı]/g, function (letter) { return LETTERS[letter]; });
  }

  window.tesatSearch = function (index) {
    known = index.passages.map(function (passage) {
      var section = index.sections[passage[0]];
      return { section: section, text: passage[1], bare: bare(passage[1]), title: bare(section[2]) };
    });
    index.sections.forEach(function (section) {
      known.push({ section: section, text: "", bare: "", title: bare(section[2]) });
    });
  };

  function worth(words, one) {
    var total = 0;
    for (var number = 0; number < words.length; number += 1) {
      var word = words[number], titled = one.title.indexOf(word), at = one.bare.indexOf(word);
      if (titled < 0 && at < 0) { return 0; }
      if (titled >= 0) { total += one.text ? 1 : 6; }
      if (at >= 0) { total += /[^\p{L}\p{N}]/u.test(one.bare[at - 1] || " ") ? 3 : 1; }
    }
    return total;
  }

  function marked(text, words) {
    var shown = document.createElement("span"), plain = bare(text);
    var first = Math.min.apply(null, words.map(function (word) { return plain.indexOf(word); }).filter(function (at) { return at >= 0; }).concat(text.length));
    if (plain.length !== text.length || first === text.length) { first = 0; }
    var start = first > AROUND ? text.lastIndexOf(" ", first - AROUND / 2) + 1 : 0;
    var piece = text.slice(start, start + 4 * AROUND), at = 0;
    if (start) { shown.append("… "); }
    while (plain.length === text.length && at < piece.length) {
      var hits = words.map(function (word) { return [plain.slice(start, start + piece.length).indexOf(word, at), word.length]; });
      var hit = hits.filter(function (one) { return one[0] >= 0; }).sort(function (a, b) { return a[0] - b[0]; })[0];
      if (!hit) { break; }
      var mark = document.createElement("mark");
      mark.textContent = piece.slice(hit[0], hit[0] + hit[1]);
      shown.append(piece.slice(at, hit[0]), mark);
      at = hit[0] + hit[1];
    }
    shown.append(piece.slice(at), start + piece.length < text.length ? " …" : "");
    return shown;
  }

  function show() {
    var words = bare(field.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    said.textContent = "";
    if (!known || words.join("").length < 2) { return; }
    var found = known.map(function (one, order) { return { one: one, worth: worth(words, one), order: order }; })
      .filter(function (hit) { return hit.worth && (hit.one.text || hit.worth > 5); })
      .sort(function (a, b) { return b.worth - a.worth || a.order - b.order; });
    said.textContent = found.length ? dialog.dataset.found.replace("{n}", found.length) : dialog.dataset.nothing;
    found.slice(0, MOST).forEach(function (hit) {
      var item = document.createElement("li"), link = document.createElement("a"), title = document.createElement("b");
      link.href = base + hit.one.section[0] + (hit.one.section[1] ? "#" + hit.one.section[1] : "");
      title.append(marked(hit.one.section[2], words));
      link.append(title);
      if (hit.one.text) { link.append(marked(hit.one.text, words)); }
      link.addEventListener("click", function () { dialog.close(); });
      item.append(link);
      list.append(item);
    });
  }

  function open() {
    dialog.showModal();
    field.focus();
    window.tesatLoad("search-index.js").then(show, function () { said.textContent = dialog.dataset.nothing; });
  }
  document.getElementById("search-open").addEventListener("click", open);
  document.getElementById("search-close").addEventListener("click", function () { dialog.close(); });
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !dialog.open) { event.preventDefault(); open(); }
  });
  field.addEventListener("input", show);
})();

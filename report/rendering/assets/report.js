(function () {
  "use strict";
  // Charts are drawn when they come near the window; without scripts the static drawing stays.
  // A chart made for a wide page takes the least width at which no label covers another or is cut: where
  // that is wider than its card, it scrolls inside the card.
  var OPTIONS = { displayModeBar: false, scrollZoom: false, doubleClick: false };
  var STEP = 60, DRAWN_FOR = 800, TALLEST = 1.35;

  function layoutFor(given, width, narrow) {
    var layout = Object.assign({}, given, { autosize: false, width: width, dragmode: false });
    var height = given.height || 450;
    layout.height = given.yaxis && given.yaxis.scaleanchor ? Math.min(height, Math.round(width * TALLEST)) : height;
    if (narrow) {
      layout.font = Object.assign({}, given.font, { size: 12 });
      var kind = given.template && given.template.layout && given.template.layout.legend;
      var legend = Object.assign({}, kind, given.legend);
      if (legend.orientation !== "h") {
        layout.legend = Object.assign(legend, { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom" });
      }
      layout.xaxis = Object.assign({ tickangle: 0 }, given.xaxis);
    }
    return layout;
  }

  function crowded(target) {
    var box = target.querySelector(".main-svg").getBoundingClientRect(), seen = [];
    return Array.from(target.querySelectorAll(".main-svg text")).some(function (text) {
      var at = text.getBoundingClientRect();
      if (!at.width || !text.textContent.trim()) { return false; }
      var cut = at.left < box.left - 1 || at.right > box.right + 1 || at.top < box.top - 1 || at.bottom > box.bottom + 1;
      var over = seen.some(function (other) {
        return Math.min(at.right, other.right) - Math.max(at.left, other.left) > 1 &&
          Math.min(at.bottom, other.bottom) - Math.max(at.top, other.top) > 3;
      });
      seen.push(at);
      return cut || over;
    });
  }

  function fit(chart, target, figure) {
    var given = figure.layout || {};
    var room = Math.floor(chart.getBoundingClientRect().width);
    var widest = Math.max(room, given.width || DRAWN_FOR);
    function attempt(width) {
      return Plotly.react(target, figure.data, layoutFor(given, width, room < widest), OPTIONS).then(function () {
        if (width < widest && crowded(target)) { return attempt(Math.min(widest, width + STEP)); }
        target.dataset.room = room;
        return null;
      });
    }
    return attempt(room);
  }

  function draw(chart) {
    var figure = JSON.parse(chart.querySelector(".spec").textContent);
    var target = document.createElement("div");
    target.className = "drawn";
    target.setAttribute("role", "img");
    target.setAttribute("aria-label", chart.dataset.alt);
    chart.prepend(target);
    chart.classList.add("is-drawn");
    function again() { return fit(chart, target, figure).then(function () { reach(chart); }); }
    return again().then(function () {
      new ResizeObserver(function () {
        if (Math.abs(chart.getBoundingClientRect().width - target.dataset.room) > 1) { again(); }
      }).observe(chart);
    }).catch(function () { target.remove(); chart.classList.remove("is-drawn"); });
  }

  // What scrolls sideways can be reached with the keyboard, and fades where it goes on.
  function reach(box) {
    var wide = box.scrollWidth > box.clientWidth + 1;
    if (box.classList.contains("chart")) {
      if (wide) { box.setAttribute("tabindex", "0"); } else { box.removeAttribute("tabindex"); }
    }
    box.classList.toggle("goes-on", wide && box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
  }
  var boxes = Array.from(document.querySelectorAll(".chart, .scroll"));
  boxes.forEach(function (box) {
    box.addEventListener("scroll", function () { reach(box); }, { passive: true });
    new ResizeObserver(function () { reach(box); }).observe(box);
  });

  var nearby = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) { nearby.unobserve(entry.target); draw(entry.target); }
    });
  }, { rootMargin: "600px 0px" });
  document.querySelectorAll(".chart").forEach(function (chart) { nearby.observe(chart); });

  // The contents mark the section being read.
  var nav = document.getElementById("contents");
  if (window.matchMedia("(max-width: 60rem)").matches) { nav.querySelector("details").open = false; }
  var links = Array.from(nav.querySelectorAll('a[href^="#"]'));
  var sections = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
  var waiting = false, READING = 100;
  function mark() {
    waiting = false;
    var current = 0;
    var end = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
    sections.forEach(function (section, number) {
      if (section && (end || section.getBoundingClientRect().top < READING)) { current = number; }
    });
    links.forEach(function (link, number) {
      if (number === current) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
    });
    var box = nav.getBoundingClientRect(), at = links[current] && links[current].getBoundingClientRect();
    if (at && (at.top < box.top || at.bottom > box.bottom)) { nav.scrollTop += at.top - box.top - box.height / 3; }
  }
  window.addEventListener("scroll", function () {
    if (!waiting) { waiting = true; window.requestAnimationFrame(mark); }
  }, { passive: true });
  mark();
})();

(function () {
  "use strict";
  var root = document.documentElement, base = document.body.dataset.root;

  // The theme: that of the system until a reader chooses, and then what was chosen.
  var theme = document.getElementById("theme"), system = window.matchMedia("(prefers-color-scheme: dark)");
  function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : system.matches; }
  function tell() { theme.setAttribute("aria-pressed", String(isDark())); }
  theme.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { window.localStorage.setItem("tesat-theme", root.dataset.theme); } catch (refused) { root.dataset.kept = "no"; }
    tell();
  });
  system.addEventListener("change", tell);
  tell();

  // What scrolls sideways can be reached with the keyboard, and fades where it goes on.
  function reach(box) {
    var wide = box.scrollWidth > box.clientWidth + 1;
    if (box.classList.contains("chart")) {
      if (wide) { box.setAttribute("tabindex", "0"); } else { box.removeAttribute("tabindex"); }
    }
    box.classList.toggle("goes-on", wide && box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
  }
  document.querySelectorAll(".chart, .static, .scroll").forEach(function (box) {
    box.addEventListener("scroll", function () { reach(box); }, { passive: true });
    new ResizeObserver(function () { reach(box); }).observe(box);
  });

  // A live chart is drawn when a reader asks for it; the library is loaded once, from beside the page.
  var loading = {};
  function load(name) {
    loading[name] = loading[name] || new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = base + "web/" + name;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
    return loading[name];
  }
  window.tesatLoad = load;
  document.querySelectorAll("button.live").forEach(function (button) {
    var chart = button.closest("figure").querySelector(".chart");
    function press(pressed) {
      button.setAttribute("aria-pressed", String(pressed));
      chart.classList.toggle("is-drawn", pressed);
      reach(chart);
    }
    button.addEventListener("click", function () {
      if (button.getAttribute("aria-pressed") === "true") { press(false); return; }
      button.setAttribute("aria-busy", "true");
      load("plotly.js").then(function () { return load("charts.js"); }).then(function () {
        press(true);
        return window.tesatDraw(chart, reach);
      }).catch(function () { press(false); }).then(function () { button.removeAttribute("aria-busy"); });
    });
  });

  // The contents: folded on a small screen, the section being read is marked.
  var nav = document.getElementById("contents"), fold = nav.querySelector("details");
  if (window.matchMedia("(max-width: 60rem)").matches) { fold.open = false; }
  nav.classList.add("is-ready");
  var links = Array.from(nav.querySelectorAll('a[href^="#"]'));
  var sections = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
  var waiting = false, READING = 120;
  function mark() {
    waiting = false;
    var current = -1;
    var end = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
    sections.forEach(function (section, number) {
      if (section && ((end && window.scrollY) || section.getBoundingClientRect().top < READING)) { current = number; }
    });
    links.forEach(function (link, number) {
      if (number === current) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
    });
    show(links[current]);
  }
  function show(link) {
    var box = nav.getBoundingClientRect(), at = link && link.getBoundingClientRect();
    if (at && at.height && (at.top < box.top || at.bottom > box.bottom)) { nav.scrollTop += at.top - box.top - box.height / 3; }
  }
  window.addEventListener("scroll", function () {
    if (!waiting) { waiting = true; window.requestAnimationFrame(mark); }
  }, { passive: true });
  show(nav.querySelector('[aria-current="page"]'));
  mark();
})();

(function () {
  "use strict";
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

  window.tesatDraw = function (chart, reach) {
    if (chart.querySelector(".drawn")) { return Promise.resolve(); }
    var figure = JSON.parse(chart.querySelector(".spec").textContent);
    var target = document.createElement("div");
    target.className = "drawn";
    target.setAttribute("role", "img");
    target.setAttribute("aria-label", chart.dataset.alt);
    chart.prepend(target);
    function again() { return fit(chart, target, figure).then(function () { reach(chart); }); }
    return again().then(function () {
      new ResizeObserver(function () {
        if (Math.abs(chart.getBoundingClientRect().width - target.dataset.room) > 1) { again(); }
      }).observe(chart);
    }).catch(function (failure) { target.remove(); throw failure; });
  };
})();

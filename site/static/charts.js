// Figures to handle: lines by month, values with intervals, points. The plain picture stays below each.
// A chart takes the focus; arrow keys go from value to value and a line of text says what is there.
"use strict";

const charts = (() => {
  const { element, drawn, number, values } = site;
  const COLOURS = 9;

  // Scales ---------------------------------------------------------------------------------------------------
  function extent(numbers) {
    const known = numbers.filter((one) => one !== null && Number.isFinite(one));
    return [Math.min(...known), Math.max(...known)];
  }

  function linear([low, high], [start, end]) {
    const wide = high - low || 1;
    const scale = (value) => start + ((value - low) / wide) * (end - start);
    scale.domain = [low, high];
    return scale;
  }

  /** Linear up to a size, logarithmic beyond, on both sides of zero. */
  function logarithmic([low, high], ends, near) {
    const bent = (value) => Math.sign(value) * Math.log10(1 + Math.abs(value) / near);
    const straight = linear([bent(low), bent(high)], ends);
    const scale = (value) => straight(bent(value));
    scale.domain = [low, high];
    const sizes = [near, 10 * near, 100 * near, 1000 * near];
    scale.ticks = [...sizes.map((one) => -one).reverse(), 0, ...sizes].filter((one) => one >= low && one <= high);
    return scale;
  }

  function padded([low, high], share = 0.04) {
    const room = (high - low || Math.abs(high) || 1) * share;
    return [low - room, high + room];
  }

  /** Round numbers within a domain. */
  function ticks([low, high], wanted = 6) {
    const raw = (high - low) / wanted;
    const ten = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((one) => one * ten).find((one) => one >= raw);
    const found = [];
    for (let at = Math.ceil(low / step); at * step <= high + step * 1e-9; at += 1) found.push(Number((at * step).toPrecision(12)));
    return found;
  }

  /** Months since 0 of a text such as 2022-11; a day counts as its month. */
  function month(text) {
    const [year, one] = String(text).split("-").map(Number);
    return year * 12 + (one || 1) - 1;
  }

  // Frame ----------------------------------------------------------------------------------------------------
  function frame(width, height, margin, label) {
    const svg = drawn("svg", {
      viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label, class: "chart",
    });
    return { svg, width, height, margin, inner: { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom } };
  }

  const line = (x1, y1, x2, y2, name) => drawn("line", { x1, y1, x2, y2, class: name });

  function text(x, y, words, name, anchor = "middle") {
    return drawn("text", { x, y, class: name, "text-anchor": anchor }, words);
  }

  function yAxis(f, scale, title) {
    const group = drawn("g", { class: "axis" });
    for (const tick of ticks(scale.domain)) {
      const y = scale(tick);
      group.append(line(f.inner.left, y, f.inner.right, y, tick === 0 ? "zero" : "grid"), text(f.inner.left - 6, y + 4, number(tick), "tick", "end"));
    }
    group.append(text(f.inner.left - f.margin.left + 4, 14, title || "", "title", "start"));
    return group;
  }

  function xAxis(f, scale, title) {
    const group = drawn("g", { class: "axis" });
    let last = -Infinity;
    for (const tick of scale.ticks || ticks(scale.domain, f.width < 500 ? 4 : 7)) {
      const at = scale(tick);
      group.append(line(at, f.inner.top, at, f.inner.bottom, tick === 0 ? "zero" : "grid"));
      if (at - last < 36) continue; // no room for another number
      group.append(text(at, f.inner.bottom + 16, number(tick), "tick"));
      last = at;
    }
    group.append(text((f.inner.left + f.inner.right) / 2, f.inner.bottom + 34, title || "", "title"));
    return group;
  }

  function monthAxis(f, scale) {
    const group = drawn("g", { class: "axis" });
    const [low, high] = scale.domain;
    const room = f.width < 600 ? 46 : 64, words = (at) => (f.width < 600 ? `${at / 12}` : `Jan ${at / 12}`);
    const every = 12 * Math.ceil(room / ((scale(12) - scale(0)) || 1));
    for (let at = Math.ceil(low / 12) * 12; at <= high; at += every) {
      group.append(line(scale(at), f.inner.bottom, scale(at), f.inner.bottom + 4, "grid"), text(scale(at), f.inner.bottom + 18, words(at), "tick"));
    }
    return group;
  }

  // Rows of a chart: {x, y, low, high, label, series, panel} ---------------------------------------------------
  function rowsOf(chart) {
    const columns = Object.fromEntries(Object.entries(chart.columns).map(([name, one]) => [name, values(one)]));
    const n = Object.values(columns)[0].length;
    const words = (names, at) => (names || []).map((name) => String(columns[name][at]).replaceAll("_", " ")).join(", ");
    if (chart.wide) {
      return chart.wide.flatMap((name) => columns[name].map((y, at) => ({ x: columns[chart.x][at], y, series: name.replaceAll("_", " "), label: columns[chart.x][at] })))
        .filter((row) => row.y !== null);
    }
    return Array.from({ length: n }, (_, at) => ({
      x: chart.x ? columns[chart.x][at] : null,
      y: chart.y ? columns[chart.y][at] : null,
      low: chart.low ? columns[chart.low][at] : null,
      high: chart.high ? columns[chart.high][at] : null,
      size: chart.size ? columns[chart.size][at] : null,
      label: words(chart.label, at),
      series: String(words(chart.series, at)),
      panel: String(words(chart.panel, at)),
    })).filter((row) => (chart.y && row.y !== null) || (row.low !== null && row.high !== null));
  }

  function said(row, chart) {
    const where = [row.panel, row.label || row.x, row.series].filter(Boolean).join(", ");
    const value = row.y === null ? "" : number(row.y);
    const interval = row.low === null || row.low === undefined ? "" : ` [${number(row.low)}, ${number(row.high)}]`;
    if (chart.kind === "scatter") return `${where}: ${chart.x_title} ${number(row.x)}, ${chart.y_title} ${value}`;
    return `${where}: ${value}${interval}`;
  }

  // Kinds: each returns {svg, marks: [{row, x, y}]} ------------------------------------------------------------
  function path(chart, rows, names, width, label) {
    const f = frame(width, Math.max(300, Math.min(440, width * 0.55)), { left: 52, right: 14, top: 28, bottom: 30 }, label);
    const months = rows.map((row) => month(row.x));
    const x = linear(padded(extent(months), 0.01), [f.inner.left, f.inner.right]);
    const every = rows.flatMap((row) => [row.y, row.low ?? row.y, row.high ?? row.y]);
    const y = linear(padded(extent(every)), [f.inner.bottom, f.inner.top]);
    f.svg.append(yAxis(f, y, chart.y_title), monthAxis(f, x));
    if (chart.mark) f.svg.append(line(x(month(chart.mark)), f.inner.top, x(month(chart.mark)), f.inner.bottom, "mark"));
    const marks = [];
    names.forEach((name, place) => {
      const own = rows.filter((row) => row.series === name).sort((one, other) => month(one.x) - month(other.x));
      if (!own.length) return;
      const points = own.map((row) => ({ row, x: x(month(row.x)), y: y(row.y) }));
      const colour = `series-${place % COLOURS}`;
      if (own.every((row) => row.low !== null && row.low !== undefined)) {
        const upper = points.map((one) => `${one.x},${y(one.row.high)}`), lower = points.map((one) => `${one.x},${y(one.row.low)}`).reverse();
        f.svg.append(drawn("polygon", { points: [...upper, ...lower].join(" "), class: `band ${colour}` }));
      }
      const parts = points.map((one, at) => `${at && month(one.row.x) - month(points[at - 1].row.x) <= 6 ? "L" : "M"}${one.x},${one.y}`);
      f.svg.append(drawn("path", { d: parts.join(""), class: `line ${colour}` }));
      marks.push(...points);
    });
    return { svg: f.svg, marks };
  }

  function interval(chart, rows, names, width, label) {
    const panels = [...new Set(rows.map((row) => row.panel))];
    const longest = Math.max(...rows.map((row) => row.label.length));
    const stacked = width < 560; // on a phone names stand above their values
    const left = stacked ? 12 : Math.min(width * 0.42, 20 + 6.6 * longest);
    const lines = [];
    for (const panel of panels) {
      if (panel) lines.push({ panel });
      const labels = [...new Set(rows.filter((row) => row.panel === panel).map((row) => row.label))];
      for (const one of labels) lines.push({ label: one, rows: rows.filter((row) => row.panel === panel && row.label === one) });
    }
    const several = Math.max(...lines.filter((one) => one.rows).map((one) => one.rows.length));
    const above = stacked ? 18 : 0;
    const high = above + Math.max(24, 9 * several + 8);
    const f = frame(width, 56 + lines.reduce((sum, one) => sum + (one.rows ? high : 26), 0), { left, right: 14, top: 8, bottom: 44 }, label);
    const every = rows.flatMap((row) => [row.y, row.low, row.high]).concat(0);
    const x = (chart.linear_up_to ? logarithmic : linear)(padded(extent(every)), [f.inner.left, f.inner.right], chart.linear_up_to);
    f.svg.append(xAxis(f, x, chart.y_title));
    const marks = [];
    let top = f.inner.top;
    for (const one of lines) {
      if (!one.rows) {
        f.svg.append(text(4, top + 18, one.panel, "panel", "start"));
        top += 26;
        continue;
      }
      const room = Math.floor((stacked ? width - 16 : left - 10) / 6.4);
      const shown = one.label.length > room ? `${one.label.slice(0, room - 1)}…` : one.label;
      f.svg.append(stacked ? text(8, top + 15, shown, "tick", "start") : text(left - 8, top + high / 2 + 4, shown, "tick", "end"));
      one.rows.forEach((row, at) => {
        const y = top + above + ((high - above) * (at + 1)) / (one.rows.length + 1);
        const colour = `series-${names.indexOf(row.series) % COLOURS}`;
        if (row.low !== null) f.svg.append(line(x(row.low), y, x(row.high), y, `${row.y === null ? "range" : "whisker"} ${colour}`));
        if (row.y !== null) f.svg.append(drawn("circle", { cx: x(row.y), cy: y, r: 4, class: `point ${colour}` }));
        marks.push({ row, x: x(row.y ?? (row.low + row.high) / 2), y });
      });
      top += high;
    }
    return { svg: f.svg, marks };
  }

  /** Least-squares line over the range of x. */
  function fitted(rows, x, y) {
    const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
    const mx = mean(rows.map((row) => row.x)), my = mean(rows.map((row) => row.y));
    const slope = rows.reduce((sum, row) => sum + (row.x - mx) * (row.y - my), 0) / rows.reduce((sum, row) => sum + (row.x - mx) ** 2, 0);
    const [from, to] = extent(rows.map((row) => row.x));
    return line(x(from), y(my + slope * (from - mx)), x(to), y(my + slope * (to - mx)), "fit");
  }

  function scatter(chart, rows, names, width, label) {
    const f = frame(width, Math.max(320, Math.min(460, width * 0.62)), { left: 58, right: 14, top: 28, bottom: 44 }, label);
    const x = linear(padded(extent(rows.map((row) => row.x))), [f.inner.left, f.inner.right]);
    const y = linear(padded(extent(rows.map((row) => row.y))), [f.inner.bottom, f.inner.top]);
    f.svg.append(yAxis(f, y, chart.y_title), xAxis(f, x, chart.x_title));
    if (chart.fit) f.svg.append(fitted(rows, x, y));
    const largest = Math.max(...rows.map((row) => row.size || 0));
    const marks = rows.map((row) => ({ row, x: x(row.x), y: y(row.y) }));
    for (const one of marks) {
      const r = largest ? 2.5 + 13 * Math.sqrt((one.row.size || 0) / largest) : rows.length > 200 ? 3 : 4.5;
      f.svg.append(drawn("circle", { cx: one.x, cy: one.y, r, class: `dot series-${Math.max(0, names.indexOf(one.row.series)) % COLOURS}` }));
    }
    return { svg: f.svg, marks };
  }

  const KINDS = { path, interval, scatter };

  // Reading: pointer and keys ----------------------------------------------------------------------------------
  function readable(stage, readout, drawing, chart) {
    const { svg, marks } = drawing;
    const ring = drawn("circle", { r: 7, class: "ring", visibility: "hidden" });
    svg.append(ring);
    const order = marks.map((_, at) => at);
    if (chart.kind === "scatter") order.sort((one, other) => marks[one].x - marks[other].x);
    let place = -1;
    const show = (at) => {
      const one = marks[order[at]];
      if (!one) return;
      place = at;
      ring.setAttribute("cx", one.x);
      ring.setAttribute("cy", one.y);
      ring.setAttribute("visibility", "visible");
      readout.textContent = said(one.row, chart);
    };
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect(), scale = drawing.svg.viewBox.baseVal.width / box.width;
      const px = (event.clientX - box.left) * scale, py = (event.clientY - box.top) * scale;
      let best = -1, least = Infinity;
      order.forEach((mark, at) => {
        const far = (marks[mark].x - px) ** 2 + (marks[mark].y - py) ** 2;
        if (far < least) { least = far; best = at; }
      });
      if (best >= 0) show(best);
    });
    stage.onkeydown = (event) => {
      const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
      const ends = { Home: 0, End: order.length - 1 };
      if (event.key in steps) show(Math.max(0, Math.min(order.length - 1, place + steps[event.key])));
      else if (event.key in ends) show(ends[event.key]);
      else return;
      event.preventDefault();
    };
  }

  function legend(names, shown, redraw) {
    if (names.length < 2) return null;
    const box = element("fieldset", { class: "legend" }, element("legend", {}, "Shown"));
    names.forEach((name, place) => {
      const input = element("input", {
        type: "checkbox", checked: shown.has(name),
        onchange: () => { if (input.checked) shown.add(name); else shown.delete(name); redraw(); },
      });
      box.append(element("label", {}, input, element("span", { class: `key series-${place % COLOURS}`, "aria-hidden": "true" }), name));
    });
    return box;
  }

  /** Put the plain picture of a figure behind a button, and what can be handled before it. */
  function replacePicture(figure, made) {
    const picture = figure.querySelector("img.plain");
    const plain = element("details", { class: "plain" }, element("summary", {}, "Plain picture, as in the paper"));
    picture.before(made, plain);
    plain.append(picture);
  }

  function handle(figure, chart) {
    const rows = rowsOf(chart);
    const names = [...new Set(rows.map((row) => row.series))];
    const shown = new Set(names);
    const stage = element("div", { class: "stage", tabindex: "0", role: "group", "aria-label": `Chart: ${chart.title}. Arrow keys read the values.` });
    const readout = element("p", { class: "readout", "aria-live": "polite" }, "Point at the chart, or use the arrow keys, to read values.");
    const made = element("div", { class: "handled" });
    const draw = () => {
      const width = Math.max(280, Math.floor(made.clientWidth || 680));
      const wanted = rows.filter((row) => shown.has(row.series));
      if (!wanted.length) { stage.replaceChildren(element("p", {}, "Nothing is chosen.")); return; }
      const drawing = KINDS[chart.kind](chart, wanted, names, width, `${chart.title}. ${chart.n}.`);
      stage.replaceChildren(drawing.svg);
      readable(stage, readout, drawing, chart);
    };
    made.append(...[legend(names, shown, draw), stage, readout].filter(Boolean));
    replacePicture(figure, made);
    watchWidth(made, draw);
  }

  /** Draw now, and again when the width changes. */
  function watchWidth(made, draw) {
    let last = -1;
    const once = () => {
      if (made.clientWidth !== last) { last = made.clientWidth; draw(); }
    };
    once();
    if ("ResizeObserver" in window) new ResizeObserver(once).observe(made);
    else addEventListener("resize", once);
  }

  const more = {};
  function start() {
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      const name = figure.dataset.chart;
      site.near(figure, () => site.load(`chart_${name}`).then((chart) => (more[chart.kind] || handle)(figure, chart)));
    }
  }
  document.addEventListener("DOMContentLoaded", start);
  return { linear, padded, extent, frame, yAxis, line, text, replacePicture, watchWidth, more };
})();

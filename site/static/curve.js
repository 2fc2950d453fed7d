// Specification curves: all estimates in order, and what is left of them when a choice is fixed.
"use strict";

charts.more.curve = (figure, chart) => {
  const { element, drawn, number, values } = site;
  const columns = Object.fromEntries(Object.entries(chart.columns).map(([name, one]) => [name, values(one)]));
  const slopes = columns[chart.y], lows = columns[chart.low], highs = columns[chart.high];
  const every = slopes.map((_, at) => at).filter((at) => slopes[at] !== null);
  const levels = (name) => chart.columns[name].levels || [...new Set(columns[name])].sort();
  const words = (value) => String(value).replaceAll("_", " ");
  const selects = new Map(chart.choices.filter((name) => levels(name).length > 1).map((name) => [name, select(name)]));

  function select(name) {
    const options = [element("option", { value: "" }, "any"), ...levels(name).map((level) => element("option", { value: String(level) }, words(level) || "none"))];
    return element("select", { onchange: () => draw() }, ...options);
  }

  const chosen = (except) => every.filter((at) => [...selects].every(([name, one]) => name === except || one.value === "" || String(columns[name][at]) === one.value));
  const median = (list) => {
    const sorted = list.map((at) => slopes[at]).sort((one, other) => one - other), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };
  const share = (list, test) => `${Math.round((100 * list.filter(test).length) / list.length)}%`;
  const clear = (at) => (highs[at] < 0 ? "below" : lows[at] > 0 ? "above" : "open");

  const controls = element("fieldset", { class: "choices" }, element("legend", {}, "Choices"));
  for (const [name, one] of selects) controls.append(element("label", {}, element("span", {}, words(name)), one));
  controls.append(element("button", { type: "button", onclick: () => { for (const one of selects.values()) one.value = ""; draw(); } }, "Any of all"));
  const summary = element("p", { class: "summary", "aria-live": "polite" });
  const stage = element("div", { class: "stage", tabindex: "0", role: "group", "aria-label": `Curve: ${chart.title}. Arrow keys read the specifications.` });
  const readout = element("p", { class: "readout", "aria-live": "polite" }, "Point at the curve, or use the arrow keys, to read a specification.");
  const table = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Median slope by choice" });
  const made = element("div", { class: "handled" }, controls, summary, stage, readout,
    element("details", {}, element("summary", {}, "Median slope by choice, the other choices as above"), table));

  function said(at) {
    const choices = chart.choices.map((name) => `${words(name)}: ${words(columns[name][at]) || "none"}`).join("; ");
    return `${number(slopes[at])} [${number(lows[at])}, ${number(highs[at])}], N = ${columns.n[at]}. ${choices}.`;
  }

  function plot(order, width) {
    const f = charts.frame(width, 330, { left: 52, right: 12, top: 28, bottom: 26 }, `${chart.title}: ${order.length} slopes in order`);
    const inside = order.flatMap((at) => [slopes[at], columns.null_low[at], columns.null_high[at]]);
    const near = charts.padded(charts.extent([...inside, 0]), 0.25);
    const y = charts.linear(near, [f.inner.bottom, f.inner.top]);
    const x = charts.linear([0, Math.max(1, order.length - 1)], [f.inner.left + 4, f.inner.right - 4]);
    const bound = (value) => Math.max(f.inner.top, Math.min(f.inner.bottom, y(value)));
    f.svg.append(charts.yAxis(f, y, chart.y_title));
    if (order.length === every.length) {
      const upper = order.map((at, place) => `${x(place)},${bound(columns.null_high[at])}`);
      const lower = order.map((at, place) => `${x(place)},${bound(columns.null_low[at])}`).reverse();
      f.svg.append(drawn("polygon", { points: [...upper, ...lower].join(" "), class: "null" }));
    }
    for (const kind of ["open", "below", "above"]) {
      const own = order.map((at, place) => [at, place]).filter(([at]) => clear(at) === kind);
      const bars = own.map(([at, place]) => `M${x(place).toFixed(1)},${bound(lows[at]).toFixed(1)}V${bound(highs[at]).toFixed(1)}`).join("");
      const dots = own.map(([at, place]) => `M${x(place).toFixed(1)},${y(slopes[at]).toFixed(1)}h0.01`).join("");
      f.svg.append(drawn("path", { d: bars, class: `bars ${kind}` }), drawn("path", { d: dots, class: `dots ${kind}` }));
    }
    order.forEach((at, place) => {
      if (columns[chart.headline] && columns[chart.headline][at]) {
        f.svg.append(drawn("path", { d: `M${x(place)},${y(slopes[at]) - 8}l6,8l-6,8l-6,-8z`, class: "headline" }));
      }
    });
    f.svg.append(charts.text((f.inner.left + f.inner.right) / 2, f.height - 6, `${order.length.toLocaleString("en")} specifications, in order of the slope`, "tick"));
    return { f, x, y };
  }

  function draw() {
    const order = chosen().sort((one, other) => slopes[one] - slopes[other]);
    summary.textContent = order.length
      ? `${order.length.toLocaleString("en")} of ${every.length.toLocaleString("en")} specifications. Median ${number(median(order))}; ${share(order, (at) => slopes[at] < 0)} negative; `
        + `95% interval below zero in ${share(order, (at) => highs[at] < 0)}, above zero in ${share(order, (at) => lows[at] > 0)}.`
      : "No specification makes all of these choices.";
    byChoice();
    if (!order.length) { stage.replaceChildren(); return; }
    const { f, x, y } = plot(order, Math.max(280, Math.floor(made.clientWidth || 680)));
    stage.replaceChildren(f.svg);
    const ring = drawn("circle", { r: 7, class: "ring", visibility: "hidden" });
    f.svg.append(ring);
    let place = -1;
    const show = (at) => {
      place = Math.max(0, Math.min(order.length - 1, at));
      ring.setAttribute("cx", x(place));
      ring.setAttribute("cy", y(slopes[order[place]]));
      ring.setAttribute("visibility", "visible");
      readout.textContent = said(order[place]);
    };
    f.svg.addEventListener("pointermove", (event) => {
      const box = f.svg.getBoundingClientRect(), at = ((event.clientX - box.left) / box.width) * f.width;
      show(Math.round(((at - x(0)) / (x(order.length - 1) - x(0) || 1)) * (order.length - 1)));
    });
    stage.onkeydown = (event) => {
      const steps = { ArrowRight: 1, ArrowLeft: -1, PageDown: 50, PageUp: -50, Home: -Infinity, End: Infinity };
      if (!(event.key in steps)) return;
      show(place + steps[event.key]);
      event.preventDefault();
    };
  }

  function byChoice() {
    const rows = [];
    for (const name of selects.keys()) {
      const pool = chosen(name);
      for (const level of levels(name)) {
        const own = pool.filter((at) => String(columns[name][at]) === String(level));
        const cells = own.length ? [own.length.toLocaleString("en"), number(median(own)), share(own, (at) => highs[at] < 0), share(own, (at) => lows[at] > 0)] : ["0", "", "", ""];
        rows.push(element("tr", {}, element("th", { scope: "row" }, `${words(name)}: ${words(level) || "none"}`), ...cells.map((one) => element("td", {}, one))));
      }
    }
    const head = ["Choice", "Specifications", "Median slope", "Interval below zero", "Interval above zero"].map((one) => element("th", { scope: "col" }, one));
    table.replaceChildren(element("table", { class: "record" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)));
  }

  charts.replacePicture(figure, made);
  charts.watchWidth(made, draw);
};

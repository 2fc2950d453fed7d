// Lists with filters: every number, figure and table of the record, and tables such as the claims. A row opens on
// all that is known of it; its address (#name) leads back there.
"use strict";

(() => {
  const { element, values } = site;
  const PAGE = 50;
  const words = (text) => String(text).replaceAll("_", " ");

  /** A list: search, selects, rows that open, and a button for more. */
  function browser(target, { rows, filters, search, heading, detail, id, label }) {
    const found = element("p", { class: "summary", "aria-live": "polite" });
    const list = element("div", { class: "rows" });
    const box = element("input", { type: "search", autocomplete: "off", spellcheck: "false", oninput: () => draw() });
    const selects = filters.map(({ name, of, said = words }) => {
      const counts = new Map();
      for (const row of rows) for (const one of of(row)) counts.set(one, (counts.get(one) || 0) + 1);
      const options = [...counts].sort(([one], [other]) => String(one).localeCompare(String(other)))
        .map(([one, n]) => element("option", { value: one }, `${said(one) || "none"} (${n.toLocaleString("en")})`));
      return { name, of, select: element("select", { onchange: () => draw() }, element("option", { value: "any" }, "any"), ...options) };
    });
    const controls = element("form", { class: "choices", role: "search", "aria-label": label, onsubmit: (event) => event.preventDefault() },
      element("label", { class: "wide" }, element("span", {}, "Search"), box),
      ...selects.map((one) => element("label", {}, element("span", {}, one.name), one.select)));
    const more = element("button", { type: "button", onclick: () => draw(shown + PAGE, true) }, "More");
    target.append(controls, found, list, more);
    let shown = PAGE;

    function wanted() {
      const parts = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      return rows.filter((row) => selects.every((one) => one.select.value === "any" || one.of(row).includes(one.select.value))
        && parts.every((part) => search(row).includes(part)));
    }

    function entry(row) {
      const made = element("details", { id: id(row) }, element("summary", {}, ...heading(row)));
      made.addEventListener("toggle", () => {
        if (made.open && made.children.length === 1) made.append(detail(row));
      });
      return made;
    }

    function draw(count = PAGE, keep = false) {
      const rowsNow = wanted(), from = keep ? shown : 0;
      shown = count;
      found.textContent = `${rowsNow.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
      const made = rowsNow.slice(from, shown).map(entry);
      if (keep) list.append(...made); else list.replaceChildren(...made);
      more.hidden = rowsNow.length <= shown;
    }

    function follow() {
      const name = decodeURIComponent(location.hash.slice(1));
      const row = name && rows.find((one) => id(one) === name);
      if (!row) return;
      let open = document.getElementById(name);
      if (!open) {
        box.value = name;
        for (const one of selects) one.select.value = "any";
        draw();
        open = document.getElementById(name);
      }
      open.open = true;
      open.scrollIntoView({ block: "start" });
      open.querySelector("summary").focus();
    }
    draw();
    follow();
    addEventListener("hashchange", follow);
  }

  function facts(pairs) {
    const made = element("dl", { class: "facts" });
    for (const [name, value] of pairs) {
      if (value === "" || value === null || value === undefined) continue;
      made.append(element("dt", {}, name), element("dd", {}, ...(Array.isArray(value) ? value : [value])));
    }
    return made;
  }

  const code = (text) => element("code", {}, text);
  const link = (href, text) => element("a", { href }, text);
  const kinds = (text) => text.split(", ").map((one) => element("span", { class: `evidence ${one}` }, one));

  // The record -----------------------------------------------------------------------------------------------
  function record(target, data) {
    const at = Object.fromEntries(data.columns.map((name, place) => [name, place]));
    const get = (row, name) => row[at[name]];
    const interval = (row) => (get(row, "low") ? `[${get(row, "low")}, ${get(row, "high")}]` : "");
    for (const row of data.rows) row.text = `${row[at.name]} ${row[at.title]} ${row[at.evidence]} ${row[at.notebook]} ${row[at.value]}`.toLowerCase();

    function sources(row) {
      return get(row, "source").flatMap((name, place) => {
        const [title, page, licence] = data.sources[name];
        return [place ? element("br") : "", page ? link(page, title) : title, ` (${licence})`];
      });
    }

    function detail(row) {
      const notebook = get(row, "notebook"), cell = get(row, "cell"), what = get(row, "what"), name = get(row, "name");
      const files = what === "figure" ? [link(`${site.up}figures/${name.replace("figure_", "")}.csv`, "plotted values (CSV)")]
        : [link(`${site.up}record.csv`, "all numbers (CSV)")];
      return facts([
        [what === "number" ? "Value" : "Title", what === "number" ? `${get(row, "value")} (${get(row, "unit").replaceAll("_", " ")}: ${data.units[get(row, "unit")]})` : get(row, "title")],
        ["95% interval", interval(row)],
        ["Standard error", get(row, "se")],
        ["p", get(row, "p")],
        ["N", get(row, "n")],
        ["Kind of evidence", kinds(get(row, "evidence"))],
        ["Sources", sources(row)],
        ["Made by", [link(`${site.up}notebooks/${notebook}.html#cell-${cell}`, `${data.notebooks[notebook] || notebook}, cell ${cell}`)]],
        ["Parameters", get(row, "parameters") >= 0 && data.parameters[get(row, "parameters")] ? [code(data.parameters[get(row, "parameters")])] : "none"],
        ["Printed at", get(row, "printed").length ? [code(get(row, "printed").join(", "))] : "not printed"],
        [what === "number" ? "In a shell" : "Page", what === "number" ? [code(`llmexposure result ${name}`)] : [link(`${site.up}exhibits/${name}.html`, "the " + what)]],
        ["Files", files],
      ]);
    }

    browser(target, {
      rows: data.rows,
      label: "The record",
      id: (row) => get(row, "name"),
      search: (row) => row.text,
      filters: [
        { name: "What", of: (row) => [get(row, "what")] },
        { name: "Evidence", of: (row) => get(row, "evidence").split(", ") },
        { name: "Notebook", of: (row) => [get(row, "notebook")] },
        { name: "Unit", of: (row) => [get(row, "unit")] },
      ],
      heading: (row) => [
        element("span", { class: "name" }, get(row, "title") || get(row, "name")),
        element("span", { class: "value" }, `${get(row, "value") || `${get(row, "what")}, N = ${get(row, "n")}`} ${interval(row)}`),
      ],
      detail,
    });
  }

  // Another table (what its words mean stands in site.toml) --------------------------------------------------------------------------------------------
  function table(target, data) {
    const columns = Object.fromEntries(Object.entries(data.columns).map(([name, one]) => [name, values(one)]));
    const rows = columns[data.id].map((_, at) => Object.fromEntries(Object.keys(columns).map((name) => [name, columns[name][at]])));
    const said = (name, value) => data.labels?.[name]?.[value] ?? words(value);
    for (const row of rows) row.text = data.show.map((name) => row[name]).join(" ").toLowerCase();
    browser(target, {
      rows,
      label: "The table",
      id: (row) => row[data.id],
      search: (row) => row.text,
      filters: data.filters.map((name) => ({ name: words(name), of: (row) => [row[name]], said: (value) => said(name, value) })),
      heading: (row) => data.list.map((name) => element("span", { class: name === data.title ? "name" : "value" }, name === data.title ? row[name] : said(name, row[name]))),
      detail: (row) => facts(data.show.map((name) => [words(name),
        name === data.result && row[name] ? row[name].split(/[ ,]+/).flatMap((key) => [link(`${site.up}exhibits/index.html#${key}`, key), " "]) : data.filters.includes(name) ? said(name, row[name]) : row[name]])
        .concat([["file", [link(`${site.up}${data.file}`, "all rows (CSV)")]]])),
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const target of document.querySelectorAll(".browser[data-record]")) site.load("record").then((data) => record(target, data));
    for (const target of document.querySelectorAll(".browser[data-table]")) site.load(`table_${target.dataset.table}`).then((data) => table(target, data));
  });
})();

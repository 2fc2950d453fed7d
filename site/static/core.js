// Data that pages ask for, and what several scripts use. Data are scripts that call siteData: a page opened from
// a disk may load those, and no page asks for anything from elsewhere.
"use strict";

const site = (() => {
  const waiting = new Map(), found = new Map();

  // From this page to the top of the site, as Sphinx states it.
  const up = document.documentElement.dataset.content_root || "./";

  /** Object of build/site/data/NAME.js. */
  function load(name) {
    if (found.has(name)) return Promise.resolve(found.get(name));
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${up}data/${name}.js`;
        script.onload = () => resolve(found.get(name));
        script.onerror = () => reject(new Error(`${script.src} cannot be read`));
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  }

  /** An element with attributes and children; text is never read as HTML. */
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    fill(made, attributes, children);
    return made;
  }

  /** The same for a part of a drawing. */
  function drawn(name, attributes = {}, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    fill(made, attributes, children);
    return made;
  }

  function fill(made, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter((one) => one !== null && one !== undefined));
  }

  /** Column of a table as plain values. */
  const values = (column) => (Array.isArray(column) ? column : column.codes.map((code) => column.levels[code]));

  /** A number for reading: a minus sign, three digits. */
  function number(value) {
    if (value === null || value === undefined || Number.isNaN(value)) return "n/a";
    const size = Math.abs(value);
    const text = size >= 1000 ? Math.round(size).toLocaleString("en")
      : size >= 100 ? size.toFixed(0) : size >= 10 ? size.toFixed(1) : size >= 0.1 || size === 0 ? size.toFixed(2) : size.toPrecision(2);
    return (value < 0 && Number(text.replaceAll(",", "")) !== 0 ? "−" : "") + text;
  }

  /** Call when something comes near the window. */
  function near(target, call) {
    if (!("IntersectionObserver" in window)) { call(); return; }
    const watcher = new IntersectionObserver((entries) => {
      if (entries.some((one) => one.isIntersecting)) { watcher.disconnect(); call(); }
    }, { rootMargin: "600px" });
    watcher.observe(target);
  }

  /** What was packed because it is large: gzip in base64. */
  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  window.siteData = (name, data) => found.set(name, typeof data === "string" ? unpacked(data) : data);
  return { load, element, drawn, values, number, near, up };
})();

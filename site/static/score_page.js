// The page that scores an ad: form, exposures, and the activities with the words that matched.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const { element } = site;
  const target = document.getElementById("scorer");
  if (!target) return;
  const EXAMPLES = {
    "Example in English": ["Payroll Clerk", "Responsibilities:\nVerify attendance, hours worked, and pay adjustments. Compute wages and deductions, and enter data into computers. "
      + "Answer questions of employees about their pay.\nRequirements: two years of experience."],
    "中文示例": ["会计", "岗位职责：\n1、负责日常账务处理，编制记账凭证；\n2、编制财务报表，进行纳税申报；\n3、核对银行账目，管理档案。\n任职要求：本科，三年以上工作经验。"],
  };
  const title = element("input", { type: "text", autocomplete: "off" });
  const text = element("textarea", { rows: "9", spellcheck: "false" });
  const language = element("select", {}, ...[["auto", "by the text"], ["zh", "Chinese"], ["en", "English"]].map(([value, words]) => element("option", { value }, words)));
  const status = element("p", { class: "summary", role: "status" });
  const result = element("div", { class: "result" });
  const form = element("form", { class: "choices", onsubmit: (event) => { event.preventDefault(); run(); } },
    element("label", { class: "wide" }, element("span", {}, "Title of the ad"), title),
    element("label", { class: "wide" }, element("span", {}, "Text of the ad"), text),
    element("label", {}, element("span", {}, "Language"), language),
    element("button", { type: "submit" }, "Score"),
    ...Object.entries(EXAMPLES).map(([name, [one, other]]) => element("button", { type: "button", class: "quiet", lang: /[一-龥]/.test(name) ? "zh" : null,
      onclick: () => { title.value = one; text.value = other; run(); } }, name)));
  target.append(form, status, result);

  let making = null;
  const scorer = () => {
    making ??= Promise.all(["scorer_text", "scorer_zh", "scorer_en"].map(site.load)).then(([rules, zh, en]) => AdScorer.make(rules, zh, en));
    return making;
  };

  async function run() {
    status.textContent = "Reading the lexicon …";
    try {
      show((await scorer())(title.value, text.value, language.value));
    } catch (error) {
      status.textContent = `This did not work: ${error.message}`;
    }
  }

  function show(found) {
    const spoken = { zh: "Chinese", en: "English", ja: "Japanese" }[found.language];
    if (!found.activities.length) {
      status.textContent = found.language === "ja" ? "Taken for Japanese: there is no lexicon, so there is no exposure."
        : `Taken for ${spoken}. No activity is named clearly enough, so there is no exposure: missing, not zero.`;
      result.replaceChildren(found.duties === undefined ? "" : used(found));
      return;
    }
    const beta = found.columns.indexOf("gpt4_beta");
    status.textContent = `Taken for ${spoken}. ${found.activities.length} activities. Exposure (GPT-4, β): ${found.exposure[beta] === null ? "not rated" : found.exposure[beta].toFixed(2)}.`;
    result.replaceChildren(exposures(found), activities(found, beta), used(found));
  }

  const bar = (value) => element("span", { class: "bar", "aria-hidden": "true" }, element("span", { style: `width:${100 * value}%` }));

  function exposures(found) {
    const rows = found.labels.map((label, place) => {
      const value = found.exposure[place];
      return element("tr", {}, element("th", { scope: "row" }, label), element("td", {}, value === null ? "not rated" : value.toFixed(3)), element("td", {}, value === null ? "" : bar(value)));
    });
    return element("table", { class: "record exposures" }, element("caption", {}, "Exposure of the ad, 0 to 1, by rater and rating (α: direct; β: with software, half; γ: with software, whole)"),
      element("thead", {}, element("tr", {}, ...["Rating", "Exposure", "0 to 1"].map((one) => element("th", { scope: "col" }, one)))), element("tbody", {}, ...rows));
  }

  function activities(found, beta) {
    const rows = found.activities.map((one) => {
      const name = one.local ? [element("span", { lang: "zh" }, one.local), element("br"), element("small", {}, one.title)] : [one.title];
      const why = one.reasons.slice(0, 6).flatMap((reason) => [element("mark", { lang: found.language }, reason.word), ` ${Math.round(100 * reason.share)}% `]);
      const rating = one.ratings[beta];
      return element("tr", {}, element("th", { scope: "row" }, ...name), element("td", {}, `${Math.round(100 * one.weight)}%`), element("td", {}, one.similarity.toFixed(2)),
        element("td", {}, Number.isNaN(rating) ? "not rated" : rating.toFixed(2)), element("td", { class: "why" }, ...why));
    });
    const head = ["Activity", "Weight", "Similarity", "Its exposure (GPT-4, β)", "Words that matched, share of the similarity"].map((one) => element("th", { scope: "col" }, one));
    return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Activities that the ad names" },
      element("table", { class: "record" }, element("caption", {}, "Activities that the ad names"), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)));
  }

  function used(found) {
    return element("details", {}, element("summary", {}, "What of the ad was used"), element("pre", { class: "used", tabindex: "0" }, `${found.title}\n${found.duties}`));
  }
});

// Exposure of a job ad, as `llmexposure score` computes it. The patterns, lists, weights and ratings come from
// src/llmexposure/postings/score/browser.py; here is only what is done with them, in the order of the Python.
"use strict";

const AdScorer = (() => {
  const regex = (rule) => new RegExp(rule.source, rule.flags);
  const length = (text) => { let n = 0; for (const _ of text) n += 1; return n; };
  const head = (text, n) => (text.length <= n ? text : Array.from(text).slice(0, n).join(""));
  const count = (text, pattern) => (text.match(pattern) || []).length;

  // The rules with their patterns made, once.
  function prepare(raw) {
    if (Array.isArray(raw)) return raw.map(prepare);
    if (raw === null || typeof raw !== "object") return raw;
    if ("source" in raw && "flags" in raw) {
      const made = regex(raw);
      if ("to" in raw) made.to = raw.to;
      return made;
    }
    return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, prepare(value)]));
  }

  // clean/text.py ------------------------------------------------------------------------------------------
  function withoutHidden(text, edge) {
    const pieces = [];
    let after = 0, hidden = false;
    for (const match of text.matchAll(edge)) {
      const opens = /^(<!|<s|<S)/.test(match[0]);
      if (opens && !hidden) {
        pieces.push(text.slice(after, match.index));
        after = match.index + match[0].length;
      } else if (hidden && !opens) after = match.index + match[0].length;
      hidden = opens;
    }
    return [...pieces, text.slice(after)].join(" ");
  }

  function withoutTags(text, c) {
    const shown = c.hiding.test(text) ? withoutHidden(text, c.edge) : text;
    return shown.replace(c.doctype, " ").replace(c.block, "\n").replace(c.tag, "");
  }

  function spaced(text, oneLine) {
    if (oneLine) return text.replace(/\s+/g, " ");
    return text.replace(/[ \t\xa0\u3000]*\n\s*/g, "\n");
  }

  function character(code) {
    // Numbers of Windows' code page, which stand in old pages.
    if (code >= 0x80 && code <= 0x9f) return new TextDecoder("windows-1252").decode(new Uint8Array([code]));
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : "\ufffd";
  }

  function decode(text, entities) {
    return text.replace(/&(?:#[xX]([0-9a-fA-F]{1,6})|#(\d{1,7})|([A-Za-z][A-Za-z0-9]{1,30}));/g, (all, hex, number, name) => {
      if (name) return Object.hasOwn(entities, name) ? entities[name] : all;
      return character(hex ? parseInt(hex, 16) : Number(number));
    });
  }

  function cleanText(text, limit, oneLine, c) {
    let plain = head(text, 10 * limit).replace(c.line_end, "\n");
    if (c.markup.test(plain)) plain = withoutTags(decode(withoutTags(plain, c), c.entities), c);
    plain = spaced(plain.replace(c.control, ""), oneLine).trim();
    return head(plain, limit).trim();
  }

  // match/languages.py -------------------------------------------------------------------------------------
  function language(title, description, rules) {
    const whole = `${title} ${description}`;
    const han = count(whole, rules.han), latin = count(whole, /[A-Za-z]/g);
    const enough = (letters) => letters > 0 && letters >= rules.han_share * (letters + latin);
    if (count(head(whole, rules.sample), rules.kana)) {
      const kana = count(whole, rules.kana);
      if (kana >= rules.kana_share * (kana + han)) return enough(kana + han) ? "ja" : "en";
    }
    return enough(han) ? "zh" : "en";
  }

  // match/segment.py: characters and words of traditional Chinese -------------------------------------------
  function traditional(rules) {
    const from = Array.from(rules.from), to = Array.from(rules.to);
    return {
      share: rules.share,
      characters: new Map(from.map((one, place) => [one, to[place]])),
      words: new Map(rules.words.map((one, place) => [one, rules.mainland[place]])),
      longest: Math.max(0, ...rules.words.map((one) => Array.from(one).length)),
    };
  }

  function simplified(text, rules) {
    const characters = Array.from(text);
    const found = characters.filter((one) => rules.characters.has(one)).length;
    if (!found) return text;
    const worded = found >= rules.share * characters.length ? replaceWords(characters, rules) : characters;
    return worded.map((one) => rules.characters.get(one) ?? one).join("");
  }

  function replaceWords(characters, rules) {
    const out = [];
    for (let place = 0; place < characters.length;) {
      let size = Math.min(rules.longest, characters.length - place);
      for (; size > 0; size -= 1) {
        const other = rules.words.get(characters.slice(place, place + size).join(""));
        if (other !== undefined) { out.push(...Array.from(other)); break; }
      }
      if (size === 0) out.push(characters[place]);
      place += Math.max(size, 1);
    }
    return out;
  }

  // match/titles.py ----------------------------------------------------------------------------------------
  function strip(text, edges) {
    const characters = Array.from(text), edge = new Set(edges);
    let start = 0, end = characters.length;
    while (start < end && edge.has(characters[start])) start += 1;
    while (end > start && edge.has(characters[end - 1])) end -= 1;
    return characters.slice(start, end).join("");
  }

  function withoutCalls(title, calls) {
    let text = title;
    for (const list of [calls.chinese, calls.english]) {
      const lower = text.toLowerCase();
      if (!list.signs.some((sign) => lower.includes(sign))) continue;
      let left = text;
      for (const pattern of list.patterns) left = left.replace(pattern, pattern.to);
      left = strip(left.replaceAll(calls.mark, ""), calls.edges);
      if (calls.least.some((pattern) => pattern.test(left))) text = left;
    }
    return text;
  }

  // match/segment.py: duties -------------------------------------------------------------------------------
  const OPEN = "\x01", CLOSE = "\x02";

  function cut(text, rules) {
    let body = text.replace(rules.lines, "\n").replace(rules.blanks, " ");
    if (rules.points) body = body.replace(rules.points, rules.points.to);
    for (const mark of rules.marks) body = body.replace(mark, `$<a>${OPEN}$<head>${CLOSE}$<z>`);
    return body.split(OPEN).map((piece) => {
      const place = piece.indexOf(CLOSE);
      if (place < 0) return { kind: null, body: piece.trim() };
      const kind = rules.kinds[piece.slice(0, place).toLowerCase()] ?? null;
      return { kind, body: piece.slice(place + 1).split(CLOSE)[0].trim() };
    });
  }

  function joined(bodies, rules) {
    return bodies.join("\n").replace(rules.strays, "").replace(rules.stops, rules.stops.to).trim();
  }

  function bare(bodies, rules) {
    const left = bodies.map((body) => {
      const wanted = body.replace(rules.cues, "");
      return rules.openings ? wanted.replace(rules.openings, "$<a>") : wanted;
    });
    return joined(left, rules);
  }

  function duties(text, language, all) {
    const rules = all.duties[language];
    const parts = cut(text, rules).map((part) => ({ ...part, body: part.body.replace(rules.promises, "") }));
    const of = (kind) => parts.filter((part) => part.kind === kind).map((part) => part.body);
    const points = (body) => (rules.after_company.exec(body) || ["", ""])[1];
    const choices = [
      () => joined(of("duty"), rules),
      () => bare(of(null), rules),
      () => bare(of("company").map(points), rules),
      () => bare(of("requirement"), rules),
    ];
    for (const choice of choices) {
      const found = choice();
      if (length(found) >= all.shortest) return found;
    }
    return "";
  }

  function postingText(title, description, language, rules) {
    const [name, text] = language === "zh"
      ? [simplified(title, rules.traditional), simplified(description, rules.traditional)]
      : [title, description];
    const clean = withoutCalls(name, rules.calls).replace(rules.noise, " ");
    return { title: clean, duties: duties(text, language, rules) };
  }

  // match/chinese.py and match/english.py: features of a text ----------------------------------------------
  function unpack(text, Kind) {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    return new Kind(bytes.buffer);
  }

  // Weights from counts: count * inverse document frequency / length of the document.
  function weightsOf(made, counts, lengths) {
    const found = new Float64Array(counts.length);
    for (let column = 0; column + 1 < made.starts.length; column += 1) {
      for (let at = made.starts[column]; at < made.starts[column + 1]; at += 1) {
        found[at] = (counts[at] * made.weights[column]) / lengths[made.places[at]];
      }
    }
    return found;
  }

  function index(raw) {
    const made = {
      ...raw,
      ratings: unpack(raw.ratings, Float64Array),
      weights: unpack(raw.weights, Float64Array),
      starts: unpack(raw.starts, Int32Array),
      places: unpack(raw.places, Uint16Array),
    };
    if (raw.lengths) made.values = weightsOf(made, unpack(raw.values, Uint8Array), unpack(raw.lengths, Float64Array));
    else made.values = unpack(raw.values, Float64Array);
    if (raw.terms) {
      made.term = new Map(raw.terms.map((one, place) => [one, place]));
      made.pair = new Map(raw.pairs.map((one, place) => [one, raw.terms.length + place]));
      made.longest = Math.max(...raw.terms.map((one) => Array.from(one).length));
    } else {
      made.word = new Map(raw.words.map((one, place) => [one, place]));
      made.token = regex(raw.token);
    }
    return made;
  }

  function stem(word, rules) {
    for (const [suffix, other] of rules.suffixes) {
      if (word.endsWith(suffix) && length(word) - suffix.length >= rules.shortest) {
        if (suffix === "s" && "su".includes(Array.from(word).at(-2))) continue;
        const left = word.slice(0, word.length - suffix.length) + other;
        const last = Array.from(left);
        const doubled = (suffix === "ing" || suffix === "ed") && last.at(-1) === last.at(-2)
          && !"lsz".includes(last.at(-1));
        return withoutE(doubled ? last.slice(0, -1).join("") : left, rules);
      }
    }
    return withoutE(word, rules);
  }

  const withoutE = (word, rules) =>
    (word.endsWith("e") && length(word) > rules.shortest + 1 ? word.slice(0, -1) : word);

  function countEnglish(text, own) {
    const counts = new Map();
    for (const word of text.toLowerCase().match(own.token) || []) {
      const column = own.word.get(stem(word, own));
      if (column !== undefined) counts.set(column, (counts.get(column) || 0) + 1);
    }
    return counts;
  }

  function countChinese(text, own) {
    const counts = new Map(), characters = Array.from(text.toLowerCase());
    const add = (column) => counts.set(column, (counts.get(column) || 0) + 1);
    for (let place = 0; place < characters.length;) {
      let size = Math.min(own.longest, characters.length - place);
      for (; size > 0; size -= 1) {
        const column = own.term.get(characters.slice(place, place + size).join(""));
        if (column !== undefined) { add(column); break; }
      }
      place += Math.max(size, 1);
    }
    for (let place = 0; place + 1 < characters.length; place += 1) {
      const column = own.pair.get(characters[place] + characters[place + 1]);
      if (column !== undefined) add(column);
    }
    return counts;
  }

  function unit(features) {
    let squares = 0;
    for (const [, weight] of features) squares += weight * weight;
    const size = Math.sqrt(squares);
    return features.map(([column, weight]) => [column, weight / size]);
  }

  function featuresOf(text, own) {
    const counts = own.term ? countChinese(text, own) : countEnglish(text, own);
    const ordered = [...counts].sort((one, other) => one[0] - other[0]);
    const features = unit(ordered.map(([column, n]) => [column, (1 + Math.log(n)) * own.weights[column]]));
    if (own.term) return features;
    const limit = Math.min(own.smallest, 1 / Math.sqrt(Math.max(features.length, 1))) * (1 - 1e-12);
    return features.filter(([, weight]) => weight >= limit);
  }

  // match/lexical.py and match/weights.py ------------------------------------------------------------------
  const rounded = (value, digits) => Math.round(value * 10 ** digits) / 10 ** digits;

  function nearest(features, own) {
    const similar = new Map();
    for (const [column, weight] of features) {
      for (let at = own.starts[column]; at < own.starts[column + 1]; at += 1) {
        const place = own.places[at];
        similar.set(place, (similar.get(place) || 0) + weight * own.values[at]);
      }
    }
    return [...similar]
      .map(([place, value]) => ({ place, similarity: rounded(value, 12) }))
      .filter((one) => one.similarity > own.floor)
      .sort((one, other) => other.similarity - one.similarity || one.place - other.place)
      .slice(0, own.k);
  }

  function exposure(found, own, power) {
    const columns = own.columns.length;
    return own.columns.map((_, column) => {
      let sum = 0, covered = 0;
      for (const one of found) {
        const rating = own.ratings[one.place * columns + column];
        if (!Number.isNaN(rating)) { sum += one.weight * rating; covered += one.weight; }
      }
      return covered > 0 ? sum / covered : null;
    });
  }

  // Which words of the ad made an activity similar, strongest first.
  function reasons(place, features, own) {
    const shares = [];
    for (const [column, weight] of features) {
      for (let at = own.starts[column]; at < own.starts[column + 1]; at += 1) {
        if (own.places[at] === place) shares.push({ column, share: weight * own.values[at] });
      }
    }
    const total = shares.reduce((sum, one) => sum + one.share, 0);
    const name = (column) => (own.term
      ? own.terms[column] ?? own.pairs[column - own.terms.length] : own.words[column]);
    return shares
      .sort((one, other) => other.share - one.share)
      .map((one) => ({ word: name(one.column), share: one.share / total }));
  }

  /** Scorer from the three objects of browser.py. */
  function make(text, chinese, english) {
    const rules = prepare(text);
    rules.traditional = traditional(text.traditional);
    const own = { zh: index(chinese), en: index(english) };
    return (title, description, wanted = "auto") => {
      const name = cleanText(title, rules.clean.label, true, rules.clean);
      const body = cleanText(description, rules.clean.description, false, rules.clean);
      const spoken = wanted === "auto" ? language(name, body, rules.languages) : wanted;
      if (!own[spoken]) return { language: spoken, activities: [], exposure: [] };
      const used = own[spoken], parts = postingText(name, body, spoken, rules);
      const features = featuresOf(`${parts.title}\n${parts.duties}`, used);
      const found = nearest(features, used);
      const squares = found.map((one) => one.similarity ** rules.power);
      const total = squares.reduce((sum, one) => sum + one, 0);
      found.forEach((one, at) => { one.weight = squares[at] / total; });
      const columns = used.columns.length;
      return {
        language: spoken,
        ...parts,
        columns: used.columns,
        labels: used.labels,
        exposure: exposure(found, used, rules.power).map((one) => (one === null ? null : rounded(one, rules.digits))),
        activities: found.map((one) => ({
          id: used.activities[one.place],
          title: used.titles[one.place],
          local: used.local ? used.local[one.place] : "",
          similarity: rounded(one.similarity, rules.digits),
          weight: one.weight,
          ratings: [...used.ratings.slice(one.place * columns, (one.place + 1) * columns)],
          reasons: reasons(one.place, features, used),
        })),
      };
    };
  }

  return { make };
})();

if (typeof module !== "undefined") module.exports = AdScorer;

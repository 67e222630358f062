// The pen: an article that can be marked with the mouse, a finger, the keyboard or a list.
//
// Three parts, in this order.  Pure functions over plain data, exported for tests.
// Small builders that turn data into elements.  The Pen, which listens, changes the model
// and draws what the model says.  Text is split and counted in Python, never here.

/** @typedef {{first: number, stop: number, label: string, note?: string}} Mark  tokens, stop exclusive */
/** @typedef {{first: number, stop: number, paragraph: number, heading: boolean}} Sentence */
/** @typedef {{first: number, stop: number, label: string, kind: string, lane?: number, note?: string}} Layer */
/** @typedef {{label: string, kind: string, lane: number, note: boolean, start: boolean, end: boolean}} Strip */

const ECHO_MS = 2700; // so that the page has said so within three seconds
const NOTE_MS = 400;
const LANES = 3;
const DRAG_PX = 4;
const TAP_PX = 10;
const NEAR_PX = 18;
const MEGABYTE = 2 ** 20;
const SUPPRESS = "data-lm-suppress-shortcuts";
const SETTINGS = { size: "2", spacing: "1", font: "serif", paper: "page" };
const SETTINGS_KEY = "kit-pen-settings";
const DIFFERENCES = ["partly", "label", "missed", "extra"];

// ---------------------------------------------------------------- marks

/** @param {Mark} a @param {Mark} b */
export const sameMark = (a, b) => a.first === b.first && a.stop === b.stop && a.label === b.label;

/** Both ends of a drag or of two taps, in either order, as a token range. */
export const rangeOf = (a, b) => [Math.min(a, b), Math.max(a, b) + 1];

/** In reading order; of marks that are the same, the last one stays. @param {Mark[]} marks */
export function tidy(marks) {
  const kept = new Map(marks.map((m) => [`${m.first} ${m.stop} ${m.label}`, m]));
  const order = (a, b) => a.first - b.first || a.stop - b.stop || (a.label < b.label ? -1 : 1);
  return [...kept.values()].sort(order);
}

/** Marking the same words with the same label twice takes the mark away. */
export function toggle(marks, mark) {
  return marks.some((m) => sameMark(m, mark)) ? remove(marks, mark) : tidy([...marks, mark]);
}

/** @param {Mark[]} marks @param {Mark} mark */
export const remove = (marks, mark) => marks.filter((m) => !sameMark(m, mark));

/** Put `changed` in the place of `mark`. */
export const replace = (marks, mark, changed) => tidy([...remove(marks, mark), changed]);

/** The mark with one end moved by one token; the mark itself where that is not possible. */
export function resized(mark, edge, by, count) {
  const moved = { ...mark, [edge]: mark[edge] + by };
  return moved.first >= 0 && moved.stop <= count && moved.first < moved.stop ? moved : mark;
}

/** The mark with another note; an empty note is no note. */
export function noted(mark, note) {
  const { note: _, ...bare } = mark;
  return note.trim() ? { ...bare, note: note.trim() } : bare;
}

/** Number of the sentence that holds a token. @param {Sentence[]} sentences */
export function sentenceOf(sentences, token) {
  let low = 0;
  let high = sentences.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sentences[middle].first <= token) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** One label per sentence: every sentence touched takes it, or loses it where all had it. */
export function toggleSentences(marks, sentences, first, stop, label) {
  const touched = sentences.filter((s) => s.first < stop && first < s.stop && !s.heading);
  const has = (s) => marks.some((m) => m.first === s.first && m.label === label);
  const others = marks.filter((m) => !touched.some((s) => m.first < s.stop && s.first < m.stop));
  if (touched.every(has)) return tidy(others);
  return tidy([...others, ...touched.map((s) => ({ first: s.first, stop: s.stop, label }))]);
}

/** Marks on a token, the shortest first. @param {Mark[]} marks */
export function marksAt(marks, token) {
  const here = marks.filter((m) => m.first <= token && token < m.stop);
  return here.sort((a, b) => a.stop - a.first - (b.stop - b.first));
}

/** A tap on marked words takes the next of their marks in hand, after the last none. */
export function nextSelected(here, selected) {
  const at = selected ? here.findIndex((m) => sameMark(m, selected)) : -1;
  return here[at + 1] ?? null;
}

/** A lane for every mark, so that marks on the same words do not cover each other. */
export function lanesOf(marks) {
  const ends = [];
  return marks.map((mark) => {
    const free = ends.findIndex((end) => end <= mark.first);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = mark.stop;
    return Math.min(lane, LANES - 1);
  });
}

/** What every touched token shows. @param {Layer[]} layers @returns {Map<number, Strip[]>} */
export function plan(layers) {
  const shown = new Map();
  for (const { first, stop, label, kind, lane = 0, note } of layers) {
    for (let token = first; token < stop; token += 1) {
      const strip = { label, kind, lane, note: Boolean(note), start: token === first, end: token === stop - 1 };
      if (shown.has(token)) shown.get(token).push(strip);
      else shown.set(token, [strip]);
    }
  }
  return shown;
}

/** The words of a range as they stand in the text, without the gap after them. */
export const quote = (tokens, first, stop) =>
  tokens.slice(first, stop).map(([token, gap], i) => (first + i < stop - 1 ? token + gap : token)).join("");

// ---------------------------------------------------------------- undo

/** @template T @typedef {{past: T[], future: T[]}} Story */
export const newStory = () => ({ past: [], future: [] });

/** @template T @param {Story<T>} story @param {T} now */
export const remember = (story, now) => ({ past: [...story.past, now].slice(-200), future: [] });

/** One step back: the story then, and the marks then; nothing where there is no past. */
export function back(story, now) {
  if (!story.past.length) return null;
  return [{ past: story.past.slice(0, -1), future: [now, ...story.future] }, story.past.at(-1)];
}

/** One step forward again. */
export function forth(story, now) {
  if (!story.future.length) return null;
  return [{ past: [...story.past, now], future: story.future.slice(1) }, story.future[0]];
}

// ---------------------------------------------------------------- places

/** The number of the rectangle nearest to a point: the nearest line first, then along it. */
export function nearest(rects, x, y) {
  let best = -1;
  let down = Infinity;
  let along = Infinity;
  rects.forEach((r, i) => {
    const dy = Math.max(r.top - y, 0, y - r.bottom);
    const dx = Math.max(r.left - x, 0, x - r.right);
    if (dy < down || (dy === down && dx < along)) [best, down, along] = [i, dy, dx];
  });
  return best;
}

/** The first token of the sentence before, or after, the one that holds `token`. */
export function sentenceStep(sentences, token, by) {
  const at = sentenceOf(sentences, token);
  if (by < 0 && token > sentences[at].first) return sentences[at].first;
  const next = Math.min(Math.max(at + by, 0), sentences.length - 1);
  return next === at && by > 0 ? sentences[at].stop - 1 : sentences[next].first;
}

/** The next mark (or row) after a place, round the end. @param {{first: number}[]} items */
export function nextAfter(items, place, by) {
  if (!items.length) return null;
  if (by > 0) return items.find((m) => m.first > place) ?? items[0];
  return items.findLast((m) => m.first < place) ?? items.at(-1);
}

/** Sentences by paragraph, with their numbers. @param {Sentence[]} sentences */
export function paragraphsOf(sentences) {
  const found = [];
  sentences.forEach((sentence, number) => {
    const last = found.at(-1);
    if (last && last.paragraph === sentence.paragraph) last.stop = sentence.stop;
    else found.push({ ...sentence, number });
  });
  return found;
}

/** The number a reader counts for each sentence; headings have none. @param {Sentence[]} sentences */
export function numbersOf(sentences) {
  let count = 0;
  return sentences.map(({ heading }) => (heading ? "" : String((count += 1))));
}

// ---------------------------------------------------------------- words for people

export const changes = (n) => (n === 1 ? "1 unsaved change" : `${n} unsaved changes`);

/** What the pen says about the file on disk. */
export function standing({ unsaved, late, unanswered, status }) {
  if (status.trouble) return { text: status.text, trouble: true };
  if (late && unsaved) return { text: "Not saved: in the menu Run, choose Run All Cells.", trouble: true };
  if (late && unanswered) return { text: "No answer: in the menu Run, choose Run All Cells.", trouble: true };
  if (unsaved || unanswered) return { text: "Saving…", trouble: false };
  return { text: status.text || "Saved.", trouble: false };
}

/** Small letters, digits and hyphens, at most 24: it names a folder. Empty if nothing is left. */
export const cleanCode = (text) =>
  text.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 24).replace(/^-+|-+$/g, "");

/** Where unsaved changes of this person on this text wait for the cell to be run again. */
export const stashKey = (article, labels, annotator) =>
  ["kit-pen", article.fingerprint, labels.map((l) => l.id).join("+"), annotator].join(" ");

/** Marks read from a store, if they fit this text and these pens; else nothing. */
export function fittingMarks(marks, count, labels) {
  const whole = (n) => Number.isInteger(n) && n >= 0 && n <= count;
  const fits = (m) => m && whole(m.first) && whole(m.stop) && m.first < m.stop && labels.some((l) => l.id === m.label);
  return Array.isArray(marks) && marks.every(fits) ? tidy(marks) : null;
}

/** Headings, lists and paragraphs of a help page: lines with "# ", "## " or "- ", and `code`. */
export function helpBlocks(text) {
  const blocks = [];
  for (const line of text.split("\n")) {
    const heading = /^(#+) (.*)/.exec(line);
    const last = blocks.at(-1);
    if (heading) blocks.push({ kind: "heading", text: heading[2] });
    else if (line.startsWith("- ") && last?.kind === "list") last.items.push(line.slice(2));
    else if (line.startsWith("- ")) blocks.push({ kind: "list", items: [line.slice(2)] });
    else if (!line.trim()) blocks.push({ kind: "space" });
    else if (last?.kind === "list") last.items.push(`${last.items.pop()} ${line.trim()}`);
    else if (last?.kind === "paragraph") last.text += ` ${line}`;
    else blocks.push({ kind: "paragraph", text: line });
  }
  return blocks.filter((b) => b.kind !== "space");
}

/** Rows of the comparison that a filter lets through; an empty choice lets all through. */
export function visibleRows(rows, { outcome, label }) {
  const labelled = (row) => [...row.mine, ...row.theirs].some((m) => m.label === label);
  return rows.filter((row) => (!outcome || row.outcome === outcome) && (!label || labelled(row)));
}

/** Results that occur, in the order of the table's legend, with how often. */
export function tally(rows) {
  const found = new Map();
  for (const row of rows) {
    const known = found.get(row.outcome) ?? { outcome: row.outcome, word: row.word, symbol: row.symbol, count: 0 };
    found.set(row.outcome, { ...known, count: known.count + 1 });
  }
  return ["match", ...DIFFERENCES, "open"].filter((o) => found.has(o)).map((o) => found.get(o));
}

/** Is a CSS colour dark?  WCAG relative luminance under 0.18, where black and white text tie. */
export function isDark(colour) {
  const numbers = (colour.match(/[\d.]+/g) ?? []).map(Number);
  const scale = colour.startsWith("color(") ? 1 : 255;
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = numbers.slice(0, 3).map((n) => linear(n / scale));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.18;
}

/** Keys that belong to the page around the pen: run the cell, save, leave.  Alt+Enter would add a cell. */
export function isForTheHost({ key, shiftKey, ctrlKey, metaKey, altKey }) {
  if (key === "Tab") return true;
  if (key === "Enter") return (shiftKey || ctrlKey || metaKey) && !altKey;
  return (ctrlKey || metaKey) && !altKey && key.toLowerCase() === "s";
}

// ---------------------------------------------------------------- elements

const FOCUSABLE = new Set(["button", "input", "select", "textarea", "summary"]);

/** An element; strings become text nodes, `false` and nothing are left out. */
function h(tag, props, ...children) {
  const node = document.createElement(tag);
  if (FOCUSABLE.has(tag)) node.setAttribute(SUPPRESS, "true");
  if (tag === "button") node.type = "button";
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === false || value === undefined || value === null) continue;
    if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== false && child !== undefined && child !== null));
  return node;
}

const ICONS = {
  undo: "M8 5 4 9l4 4M4 9h9.5a5 5 0 0 1 0 10H9",
  redo: "m16 5 4 4-4 4M20 9h-9.5a5 5 0 0 0 0 10H15",
  list: "M4.5 6h0M9 6h11M4.5 12h0M9 12h11M4.5 18h0M9 18h11",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  left: "m14 6-6 6 6 6",
  right: "m10 6 6 6-6 6",
};

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "kit-icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

/** A button that says what it does; with an icon or a sign, the words are its name. */
function button(action, words, props = {}, sign = null) {
  const { class: extra = "", ...rest } = props;
  const named = sign ? { "aria-label": words, title: words } : {};
  const kind = sign ? "kit-button kit-small" : "kit-button";
  return h("button", { class: `${kind} ${extra}`.trim(), "data-action": action, ...named, ...rest }, sign ?? words);
}

const choice = (value, words, chosen) => {
  const option = h("option", { value }, words);
  option.selected = value === chosen;
  return option;
};

const select = (field, name, options, props = {}) =>
  h("select", { class: "kit-select", "data-field": field, "aria-label": name, ...props }, ...options);

const markKey = (mark) => `${mark.first} ${mark.stop} ${mark.label}`;

/** Text with `code` in it. */
const withCode = (text) => text.split("`").map((part, i) => (i % 2 ? h("code", null, part) : part));

function helpBlock(block) {
  if (block.kind === "heading") return h("h3", { class: "kit-subheading" }, ...withCode(block.text));
  if (block.kind === "paragraph") return h("p", null, ...withCode(block.text));
  return h("ul", null, ...block.items.map((item) => h("li", null, ...withCode(item))));
}

/** Words wrapped in one element per strip, the first lane outermost. */
function wrapped(text, strips, labels, word) {
  let inner = document.createTextNode(text);
  for (const strip of strips.toReversed()) {
    const label = labels.get(strip.label);
    const ends = word ? `${strip.start ? " kit-start" : ""}${strip.end ? " kit-end" : ""}` : "";
    const line = label ? ` kit-line-${label.line}` : "";
    const letter = word && strip.start && label ? label.letter + (strip.note ? "*" : "") : null;
    inner = h("span", { class: `kit-strip kit-${strip.kind} kit-lane-${strip.lane}${line}${ends}`, "data-letter": letter }, inner);
    if (label) inner.style.setProperty("--kit-colour", label.colour);
  }
  return inner;
}

/** The content of a token: its word in all strips, the gap in those that go on. */
function tokenContent([word, gap], strips, labels) {
  if (!strips.length) return [word + gap];
  if (strips.every((strip) => !strip.end)) return [wrapped(word + gap, strips, labels, true)];
  return [wrapped(word, strips, labels, true), wrapped(gap, strips.filter((s) => !s.end), labels, false)];
}

/** A store that may be missing or full: then nothing is kept, and nothing breaks. */
function keep(store, key, value) {
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch {
    // private windows and full stores: the marks are still in the model
  }
}

function kept(store, key) {
  try {
    return JSON.parse(store().getItem(key));
  } catch {
    return null;
  }
}

const inSession = () => window.sessionStorage;
const inBrowser = () => window.localStorage;

// ---------------------------------------------------------------- parts of the page

const HINTS = {
  mouse: "Drag over the words you want to mark. A double click marks one word.",
  touch: "Tap the first word you want to mark, then the last.",
  keys: "Arrows move, Shift selects, Enter marks, Delete removes, Ctrl+Z undoes, digits choose the pen, [ and ] go to your marks.",
  sentence: "Choose a label, then click or tap a sentence.",
};

const SHOWN_SETTINGS = [
  ["size", "Text size", ["85 %", "92 %", "100 %", "120 %", "160 %"]],
  ["spacing", "Spacing", ["Close", "Normal", "Wide"]],
  ["font", "Letters", ["serif", "sans"]],
  ["paper", "Background", ["page", "sepia", "grey", "night"]],
];

function penButton(label, number, inHand) {
  return h("button", { class: "kit-label", "data-label": label.id, "aria-pressed": String(inHand), title: `${label.meaning} (key ${number + 1})`, style: `--kit-colour: ${label.colour}` },
    h("span", { class: "kit-letter", "aria-hidden": "true" }, label.letter),
    h("span", { class: `kit-name kit-line-${label.line}` }, label.name));
}

function legend(label) {
  return h("span", { class: "kit-label kit-legend", title: label.meaning, style: `--kit-colour: ${label.colour}` },
    h("span", { class: "kit-letter", "aria-hidden": "true" }, label.letter),
    h("span", { class: `kit-name kit-line-${label.line}` }, label.name));
}

function tools(pen) {
  const { ui, story } = pen;
  const open = (name) => String(ui.panel === name);
  return [
    !pen.locked && button("undo", "Undo", { disabled: !story.past.length }, icon("undo")),
    !pen.locked && button("redo", "Redo", { disabled: !story.future.length }, icon("redo")),
    button("list", "Sentence list", { "aria-pressed": String(ui.list) }, icon("list")),
    button("settings", "Reading settings", { "aria-expanded": open("settings") }, h("span", { class: "kit-aa" }, "Aa")),
    button("help", "Help", { "aria-expanded": open("help") }, h("span", { class: "kit-aa" }, "?")),
  ];
}

function settingsPanel(pen) {
  return SHOWN_SETTINGS.map(([field, name, words]) =>
    h("fieldset", { class: "kit-setting" }, h("legend", null, name),
      h("div", { class: "kit-options" }, ...words.map((word, i) => {
        const value = /^[a-z]/.test(word) ? word : String(i);
        const shown = word[0].toUpperCase() + word.slice(1);
        return h("label", { class: `kit-option kit-option-${field}-${value}` },
          h("input", { type: "radio", name: `${pen.uid}-${field}`, "data-field": field, value, checked: pen.settings[field] === value }),
          h("span", null, shown));
      }))));
}

function helpPanel(pen) {
  const keys = [HINTS.mouse, HINTS.touch, HINTS.keys, "Click or tap a mark to change it, add a note or remove it. Marking the same words twice takes the mark away."];
  return [
    h("h3", { class: "kit-subheading" }, "How to mark"), h("ul", null, ...keys.map((line) => h("li", null, line))),
    h("h3", { class: "kit-subheading" }, "The pens"),
    h("ul", null, ...[...pen.labels.values()].map((l) => h("li", null, h("b", null, l.name), `: ${l.meaning}`))),
    ...helpBlocks(pen.model.get("help") || "").map(helpBlock),
  ];
}

/** The little bar of one mark: relabel, longer or shorter at each end, note, remove. */
function markBar(pen, mark) {
  const on = { "data-mark": markKey(mark) };
  const edge = (action, name, sign) => button(action, name, on, icon(sign));
  const open = pen.ui.noting === markKey(mark);
  return [
    quoted(pen, mark),
    select("relabel", "Label of this mark", [...pen.labels.values()].map((l) => choice(l.id, l.name, mark.label)), on),
    pen.unit === "token" && h("span", { class: "kit-edges", role: "group", "aria-label": "Length" },
      h("span", { class: "kit-caption" }, "Start"), edge("start-earlier", "Start one word earlier", "left"), edge("start-later", "Start one word later", "right"),
      h("span", { class: "kit-caption" }, "End"), edge("end-earlier", "End one word earlier", "left"), edge("end-later", "End one word later", "right")),
    button("note", "Note", { ...on, class: "kit-plain", "aria-expanded": String(open) }),
    button("remove", "Remove", { ...on, class: "kit-plain" }),
    open ? noteField(pen, mark) : mark.note && h("span", { class: "kit-noted", dir: "auto" }, mark.note),
  ];
}

const quoted = (pen, mark) => h("span", { class: "kit-quote", dir: "auto" }, `“${quote(pen.tokens, mark.first, mark.stop)}”`);

const noteField = (pen, mark) => h("input", { class: "kit-input kit-note", type: "text", maxlength: "500", dir: "auto", "data-field": "note", "data-mark": markKey(mark),
  "aria-label": `Note on ${quote(pen.tokens, mark.first, mark.stop)}`, placeholder: "Why did you mark this?", value: mark.note ?? "" });

/** A mark in the sentence list: one line, and the bar when it is asked for. */
function markItem(pen, mark) {
  const on = { "data-mark": markKey(mark), class: "kit-plain" };
  const open = pen.ui.changing === markKey(mark);
  const label = pen.labels.get(mark.label);
  return h("li", { class: "kit-bar" },
    ...(open ? markBar(pen, mark) : [
      quoted(pen, mark),
      h("span", { class: "kit-cell-label", style: `--kit-colour: ${label?.colour}` }, label?.name ?? mark.label),
      mark.note && h("span", { class: "kit-noted", dir: "auto" }, mark.note),
      !pen.locked && button("remove", "Remove", on)]),
    !pen.locked && button("change", open ? "Done" : "Change", { ...on, "aria-expanded": String(open) }));
}

function rowNotice(pen) {
  const rows = visibleRows(pen.rows, pen.ui.filter);
  const row = pen.rows[pen.ui.row];
  const disabled = !rows.some((each) => DIFFERENCES.includes(each.outcome));
  return [
    button("previous-difference", "Previous difference", { disabled }, icon("left")),
    button("next-difference", "Next difference", { disabled }, icon("right")),
    row ? h("p", { class: "kit-message" }, outcome(row), " ", h("q", { dir: "auto" }, row.words), " ", row.why)
      : h("p", { class: "kit-message" }, "Your marks stand above the line, the key below it."),
    row && button("to-table", "Back to the table", { "data-row": pen.ui.row }),
  ];
}

/** What the tray says: the most pressing thing only. */
function notice(pen) {
  const { ui, tokens } = pen;
  if (ui.offer) {
    return [h("p", { class: "kit-message" }, `${changes(ui.offer.changes)[0].toUpperCase()}${changes(ui.offer.changes).slice(1)} of yours did not reach the disk.`),
      button("put-back", `Put back ${changes(ui.offer.changes)}`, { class: "kit-primary" }), button("leave-out", "Leave out")];
  }
  if (pen.rows.length && pen.stage === "reasons") return rowNotice(pen);
  if (ui.pending !== null) {
    return [h("p", { class: "kit-message" }, "From ", h("b", { dir: "auto" }, `“${tokens[ui.pending][0]}”`), " to which word? The same word again marks it alone."), button("cancel", "Cancel")];
  }
  if (ui.selected) return [...markBar(pen, ui.selected), pen.unit === "token" && button("start-here", "New mark on these words", {}, icon("plus")), button("cancel", "Close", { class: "kit-away" }, icon("close"))];
  return [h("p", { class: "kit-message" }, hint(pen))];
}

function hint(pen) {
  if (pen.locked) return pen.stage === "reasons" ? "These are your final marks." : "This text can be read, not marked.";
  if (pen.stage === "mend" && pen.feedback.text) return pen.feedback.text;
  if (pen.unit === "sentence") return HINTS.sentence;
  if (pen.ui.list) return "Open a sentence to mark words in it.";
  return HINTS[pen.ui.input] ?? HINTS.mouse;
}

function feedbackPart(pen) {
  const { text = "", places = [], questions = [] } = pen.feedback;
  if (!text && !questions.length) return [];
  return [
    h("h2", { class: "kit-subheading" }, pen.stage === "reasons" ? "What came of it" : "Read once more"),
    text && h("p", null, text),
    questions.length > 0 && h("ul", null, ...questions.map((q) => h("li", null, q))),
    places.length > 0 && h("p", { class: "kit-places" }, h("span", { class: "kit-caption" }, "Go to"),
      ...places.map((n) => button("to-sentence", pen.numbers[n] ? `Sentence ${pen.numbers[n]}` : "Heading", { "data-sentence": n }, pen.numbers[n] || "Heading"))),
  ];
}

const outcome = (row) => h("span", { class: `kit-outcome kit-outcome-${row.outcome}` },
  h("span", { class: "kit-symbol", "aria-hidden": "true" }, row.symbol), row.word);

const lane = (pen, words, marks) => (marks.length ? [h("span", { class: "kit-cell-words", dir: "auto" }, words), ...marks.map((m) => pen.labels.get(m.label)).filter(Boolean).map((l) =>
  h("span", { class: "kit-cell-label", style: `--kit-colour: ${l.colour}` }, l.name))] : [h("span", { class: "kit-none" }, "nothing")]);

function tableRow(pen, row) {
  const number = pen.rows.indexOf(row);
  const here = pen.ui.row === number;
  return h("tr", { "data-outcome": row.outcome, "data-row": number, "aria-current": here && "true" },
    h("th", { scope: "row" }, button("to-text", row.words, { "data-row": number, class: "kit-link", dir: "auto" })),
    h("td", { "data-head": "Mine" }, ...lane(pen, row.mine_words, row.mine)),
    h("td", { "data-head": "Key" }, ...lane(pen, row.theirs_words, row.theirs)),
    h("td", { "data-head": "Result" }, outcome(row)),
    h("td", { "data-head": "Why" }, row.why));
}

function comparePart(pen) {
  if (pen.stage !== "reasons" || !pen.rows.length) return [];
  const { filter } = pen.ui;
  const rows = visibleRows(pen.rows, filter);
  const results = tally(pen.rows).map((t) => choice(t.outcome, `${t.word} (${t.count})`, filter.outcome));
  const labels = [...pen.labels.values()].map((l) => choice(l.id, l.name, filter.label));
  return [
    h("h2", { class: "kit-subheading" }, "Mine and the key"),
    h("div", { class: "kit-filters" },
      select("outcome", "Show result", [choice("", "All results", filter.outcome), ...results]),
      select("label-filter", "Show label", [choice("", "All labels", filter.label), ...labels]),
      h("span", { class: "kit-caption", role: "status" }, `${rows.length} of ${pen.rows.length}`)),
    h("table", { class: "kit-table" },
      h("thead", null, h("tr", null, ...["Words", "Mine", "Key", "Result", "Why"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", null, ...rows.map((row) => tableRow(pen, row)))),
    pen.feedback.made && h("p", { class: "kit-caption" }, `How the key was made: ${pen.feedback.made}`),
  ];
}

/** One sentence of the list: its words, its marks, and the form for a new one. */
function sentenceItem(pen, number, marks) {
  const { first, stop, heading } = pen.sentences[number];
  const shown = plan(layered(marks, "mark"));
  const words = pen.tokens.slice(first, stop).flatMap((token, i) => tokenContent(token, shown.get(first + i) ?? [], pen.labels));
  const looked = (pen.feedback.places ?? []).includes(number) && pen.stage === "mend";
  return [
    h("p", { class: "kit-sentence", dir: "auto" }, h("span", { class: "kit-number" }, pen.numbers[number]), ...words),
    looked && h("p", { class: "kit-caption" }, "Look again at this sentence."),
    marks.length > 0 && h("ul", { class: "kit-marks" }, ...marks.map((m) => markItem(pen, m))),
    !pen.locked && (pen.unit === "sentence" ? !heading && roleRadios(pen, number, marks) : addForm(pen, number)),
  ];
}

function roleRadios(pen, number, marks) {
  const radio = (value, words) => h("label", { class: "kit-option" },
    h("input", { type: "radio", name: `${pen.uid}-role-${number}`, "data-field": "role", "data-sentence": number, value, checked: (marks[0]?.label ?? "") === value }), h("span", null, words));
  return h("fieldset", { class: "kit-setting" }, h("legend", { class: "kit-hidden" }, `Label of sentence ${pen.numbers[number]}`),
    h("div", { class: "kit-options" }, radio("", "None"), ...[...pen.labels.values()].map((l) => radio(l.id, l.name))));
}

/** Built when it is opened: a long article would otherwise bring thousands of options. */
function addForm(pen, number) {
  const { first, stop } = pen.sentences[number];
  const details = h("details", { class: "kit-add" }, h("summary", { "data-sentence": number }, pen.sentences[number].heading ? "Mark words in this heading" : `Mark words in sentence ${pen.numbers[number]}`));
  details.open = pen.ui.adding === number;
  const build = () => {
    if (!details.open || details.children.length > 1) return;
    const words = pen.tokens.slice(first, stop).map(([token], i) => [String(first + i), `${i + 1} ${token}`]);
    const options = () => words.map(([value, word]) => choice(value, word));
    const caption = (name, control) => h("label", { class: "kit-field" }, h("span", { class: "kit-caption" }, name), control);
    details.append(h("div", { class: "kit-form" },
      caption("From word", select("from", "From word", options())), caption("To word", select("to", "To word", options())),
      caption("Label", select("label", "Label", [...pen.labels.values()].map((l) => choice(l.id, l.name, pen.inHand)))),
      button("add", "Add", { "data-sentence": number, class: "kit-primary" })));
  };
  details.addEventListener("toggle", build);
  build();
  return details;
}

function footPart(pen) {
  const code = pen.model.get("annotator");
  const next = { mark: ["check", "Check my marks"], mend: ["finish", "Finish"] }[pen.stage];
  return [
    next && !pen.locked && h("div", { class: "kit-next" }, button(next[0], next[1], { class: "kit-primary kit-main" })),
    pen.ui.ask ? asking(pen) : h("div", { class: "kit-work" },
      h("span", { class: "kit-caption" }, "Work of ", h("b", null, code)),
      button("someone-else", "Someone else", { class: "kit-plain" }),
      button("save-as", "Save as", { class: "kit-plain", disabled: !pen.model.get("download")?.text }),
      button("open", "Open", { class: "kit-plain" }),
      button("restart", "Start again", { class: "kit-plain" })),
  ];
}

function asking(pen) {
  if (pen.ui.ask === "restart") {
    return h("div", { class: "kit-work", role: "group", "aria-label": "Start again" },
      h("span", null, "Start again with no marks and no answers? Those so far are put aside, not lost."),
      button("restart-yes", "Yes, start again", { class: "kit-primary" }), button("cancel-ask", "No, keep them"));
  }
  return h("div", { class: "kit-work", role: "group", "aria-label": "Someone else" },
    h("label", { class: "kit-field" }, h("span", { class: "kit-caption" }, "Code of the next person, not a name"),
      h("input", { class: "kit-input", type: "text", maxlength: "24", "data-field": "code", value: pen.ui.code, autocomplete: "off", spellcheck: "false" })),
    button("set-code", "Go on with this code", { class: "kit-primary" }), button("cancel-ask", "Cancel"));
}

/** Marks as layers of one kind, each in its lane. */
function layered(marks, kind) {
  const lanes = lanesOf(marks);
  return marks.map((mark, i) => ({ ...mark, kind, lane: lanes[i] }));
}

// ---------------------------------------------------------------- the pen

class Pen {
  constructor(model, el) {
    this.model = model;
    this.uid = `kit-${Math.random().toString(36).slice(2)}`;
    this.tokens = model.get("tokens");
    this.sentences = model.get("sentences");
    this.numbers = numbersOf(this.sentences);
    this.labels = new Map(model.get("labels").map((label) => [label.id, label]));
    this.unit = model.get("unit") || "token";
    this.settings = { ...SETTINGS, ...kept(inBrowser, SETTINGS_KEY) };
    this.story = newStory();
    this.keys = new Map();
    this.painted = new Map();
    this.looks = new Set();
    this.base = 0;
    this.ui = { ...this.calm(), panel: null, list: false, noting: null, changing: null, adding: null, ask: null, code: "", offer: null,
      filter: { outcome: "", label: "" }, input: matchMedia("(pointer: coarse)").matches ? "touch" : "mouse" };
    this.ended = new AbortController();
    this.build(el);
    this.listen();
    this.ui.offer = this.stashed();
    if (this.unsaved) this.expectEcho();
    this.draw();
  }

  calm() {
    return { cursor: null, anchor: null, pending: null, selected: null, drag: null, row: null };
  }

  get marks() { return this.model.get("marks"); }
  get stage() { return this.model.get("stage") || "mark"; }
  get feedback() { return this.model.get("feedback") ?? {}; }
  get rows() { return this.feedback.rows ?? []; }
  get locked() { return Boolean(this.model.get("locked")) || this.stage === "reasons"; }
  get inHand() { return this.labels.has(this.model.get("pen")) ? this.model.get("pen") : [...this.labels.keys()][0]; }
  get unsaved() { return Math.max(0, this.model.get("revision") - Math.max(this.model.get("saved"), this.base)); }
  get stash() { return stashKey(this.model.get("article"), [...this.labels.values()], this.model.get("annotator")); }

  // ------------------------------------------------------------ building, once

  build(el) {
    const { title, source, language } = this.model.get("article");
    const part = (name) => (this[name] = h("div", { class: `kit-${name}` }));
    part("pens");
    part("tools");
    part("panel");
    part("feedbackPart");
    part("compare");
    part("notice");
    part("foot");
    this.pens.setAttribute("role", "group");
    this.pens.setAttribute("aria-label", "Pens");
    this.feedbackPart.className = "kit-feedback";
    this.feedbackPart.tabIndex = -1;
    this.feedbackPart.setAttribute(SUPPRESS, "true");
    this.state = h("p", { class: "kit-status", role: "status" });
    this.voice = h("p", { class: "kit-hidden", role: "status" });
    this.list = h("ol", { class: "kit-list" });
    this.file = h("input", { type: "file", accept: ".json,application/json", class: "kit-hidden", tabindex: "-1", "aria-hidden": "true", "data-field": "file" });
    this.article = h("div", { class: "kit-article", tabindex: "0", role: "application", "aria-label": "Text to mark", [SUPPRESS]: "true", lang: language });
    this.spans = this.tokens.map(([token, gap], i) => h("span", { class: "kit-token", "data-token": i }, token + gap));
    const [opening, ...rest] = paragraphsOf(this.sentences);
    const titled = opening && quote(this.tokens, opening.first, opening.stop) === title;
    this.blocks = opening ? [this.block(opening, titled ? "h2" : "h3"), ...rest.map((p) => this.block(p, "h3"))] : [];
    this.article.append(...this.blocks.map((b) => b.node));
    // A click beside every control still puts the focus in the pen: else the next key goes to the notebook.
    this.root = h("div", { class: "kit-pen", tabindex: "-1", [SUPPRESS]: "true" },
      h("div", { class: "kit-deck" }, this.tools, this.pens, this.panel),
      h("div", { class: "kit-page" },
        this.feedbackPart, this.compare,
        title && !titled && h("h2", { class: "kit-title", dir: "auto" }, title), this.article, this.list,
        source && h("p", { class: "kit-source", dir: "auto" }, source),
        !this.tokens.length && h("p", { class: "kit-caption" }, "There is no text here.")),
      h("div", { class: "kit-tray" }, this.notice, this.state), this.foot, this.file, this.voice);
    el.append(this.root);
  }

  block({ first, stop, heading }, level) {
    const last = this.tokens[stop - 1];
    if (last) this.spans[stop - 1].textContent = last[0];
    const node = h(heading ? level : "p", { class: heading ? "kit-heading" : "kit-paragraph", dir: "auto" }, ...this.spans.slice(first, stop));
    return { node, first, stop };
  }

  listen() {
    const { signal } = this.ended;
    const on = (node, name, does, more = {}) => node.addEventListener(name, does, { signal, ...more });
    on(this.root, "click", (e) => this.onClick(e));
    on(this.root, "change", (e) => this.onField(e.target));
    on(this.root, "input", (e) => this.onTyping(e.target));
    on(this.root, "keydown", (e) => this.onKey(e));
    for (const name of ["keyup", "keypress"]) on(this.root, name, (e) => { if (!isForTheHost(e)) e.stopPropagation(); });
    on(this.root, "pointerdown", (e) => { this.returning = false; this.ui.input = e.pointerType === "touch" ? "touch" : "mouse"; }, { capture: true });
    on(this.root, "wheel", () => { this.returning = false; }, { passive: true });
    on(this.article, "pointerdown", (e) => this.onDown(e));
    on(this.article, "dragstart", (e) => e.preventDefault());
    on(this.article, "pointermove", (e) => this.onMove(e));
    on(this.article, "pointerup", (e) => this.onUp(e));
    on(this.article, "pointercancel", () => this.drop());
    on(this.article, "focus", () => this.onFocus());
    on(window, "keydown", (e) => this.letThrough(e), { capture: true });
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.drawTheme());
    this.themes = new MutationObserver(() => this.drawTheme());
    for (const node of [document.documentElement, document.body]) this.themes.observe(node, { attributes: true, attributeFilter: ["class", "data-jp-theme-name", "data-jp-theme-light", "data-theme", "theme"] });
    this.heard = {
      "change:marks": () => this.onMarks(), "change:pen": () => this.draw(), "change:revision": () => this.draw(), "change:saved": () => this.onSaved(),
      "change:stage": () => this.onStage(), "change:feedback": () => this.onAnswer(), "change:status": () => this.onAnswer(), "change:locked": () => this.draw(),
      "change:annotator": () => this.onAnnotator(), "change:download": () => this.draw(),
    };
    for (const [name, does] of Object.entries(this.heard)) this.model.on(name, does);
  }

  end() {
    this.ended.abort();
    this.themes.disconnect();
    clearTimeout(this.timer);
    for (const [name, does] of Object.entries(this.heard)) this.model.off(name, does);
    this.root.remove();
  }

  // ------------------------------------------------------------ the model

  send(values) {
    this.writing = true;
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.writing = false;
    try {
      this.model.save_changes();
    } catch {
      // the kernel is gone: no echo will come, and the page says so
    }
    this.draw();
  }

  change(marks, story = remember(this.story, this.marks)) {
    if (this.locked) return;
    this.ui.told = "";
    this.story = story;
    const { selected } = this.ui;
    if (selected) this.ui.selected = marks.find((m) => sameMark(m, selected)) ?? null;
    const revision = Math.max(this.model.get("revision"), this.model.get("saved")) + 1;
    this.expectEcho();
    this.send({ marks, revision });
    if (this.unsaved && !this.ui.offer) keep(inSession, this.stash, { marks, changes: this.unsaved, stage: this.stage });
  }

  expectEcho() {
    this.timer ??= setTimeout(() => {
      this.late = true;
      this.draw();
    }, ECHO_MS);
  }

  settle() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.late = false;
    if (this.unsaved || this.asked) return this.expectEcho();
    this.ui.told = "";
    return this.ui.offer ? undefined : keep(inSession, this.stash, null);
  }

  onSaved() {
    this.settle();
    this.draw();
  }

  onAnswer() {
    if (this.asked) {
      this.asked = false;
      this.settle();
    }
    this.draw();
    this.arrive();
  }

  /** Takes the reader to the hint or the reasons: Python's answer may come in several messages. */
  arrive() {
    if (this.returning) this.root.scrollIntoView({ block: "start" });
    if (!this.askedIn || this.stage === this.askedIn || !this.feedbackPart.childElementCount) return;
    this.askedIn = null;
    this.show(this.feedbackPart, true);
    this.say(this.feedback.text ?? "");
  }

  onMarks() {
    if (this.writing) return;
    this.story = newStory();
    Object.assign(this.ui, { pending: null, selected: null, noting: null });
    this.draw();
  }

  onStage() {
    Object.assign(this.ui, this.calm(), { ask: null, noting: null });
    this.onAnswer();
  }

  onAnnotator() {
    this.base = this.model.get("revision");
    this.asked = false;
    this.story = newStory();
    Object.assign(this.ui, this.calm(), { ask: null, noting: null });
    this.settle();
    this.ui.offer = this.stashed();
    this.draw();
  }

  /** Changes that never reached the disk, left by an earlier run of the cell in this window. */
  stashed() {
    const found = kept(inSession, this.stash);
    const marks = found && fittingMarks(found.marks, this.tokens.length, [...this.labels.values()]);
    if (!marks || this.locked || found.stage !== this.stage || this.unsaved) return null;
    if (JSON.stringify(marks) !== JSON.stringify(tidy(this.marks))) return { marks, changes: found.changes || 1 };
    keep(inSession, this.stash, null);
    return null;
  }

  // ------------------------------------------------------------ marking

  mark(first, stop, label = this.inHand) {
    Object.assign(this.ui, { pending: null, anchor: null, drag: null, selected: null });
    if (this.locked || !label) return this.draw();
    const before = this.marks;
    this.change(this.unit === "sentence" ? toggleSentences(before, this.sentences, first, stop, label) : toggle(before, { first, stop, label }));
    const gone = this.marks.length < before.length;
    this.say(`${gone ? "Mark taken away" : `Marked as ${this.labels.get(label).name}`}: ${quote(this.tokens, first, stop)}`);
  }

  tap(token) {
    const { ui } = this;
    if (this.stage === "reasons" && this.rows.length) return this.chooseRow(this.rows.findIndex((r) => r.first <= token && token < r.stop));
    if (this.locked) return undefined;
    const here = marksAt(this.marks, token);
    ui.cursor = token;
    ui.noting = null;
    if (this.unit === "sentence") return this.tapSentence(token, here);
    if (ui.pending !== null && this.isOneSentence(ui.pending, token)) return this.mark(...rangeOf(ui.pending, token));
    if (ui.pending === null && here.length) ui.selected = nextSelected(here, ui.selected);
    else Object.assign(ui, { pending: token, selected: null });
    this.draw();
    return this.spans[token].scrollIntoView({ block: "nearest" });
  }

  /** No cue goes on in another sentence: a tap there begins anew, and marks no half article by mistake. */
  isOneSentence(a, b) {
    return sentenceOf(this.sentences, a) === sentenceOf(this.sentences, b);
  }

  tapSentence(token, [mark]) {
    const fresh = mark?.label !== this.inHand;
    if (fresh) this.mark(token, token + 1);
    this.ui.selected = !fresh && this.ui.selected ? null : (marksAt(this.marks, token)[0] ?? null);
    this.draw();
  }

  /** Change one mark and keep it in hand. */
  edit(mark, changed) {
    if (this.ui.selected && sameMark(this.ui.selected, mark)) this.ui.selected = changed;
    for (const name of ["noting", "changing"]) if (this.ui[name] === markKey(mark)) this.ui[name] = markKey(changed);
    this.change(replace(this.marks, mark, changed));
    this.say(`${quote(this.tokens, changed.first, changed.stop)}, ${this.labels.get(changed.label)?.name}`);
  }

  take(mark) {
    this.change(remove(this.marks, mark));
    this.say(`Mark taken away: ${quote(this.tokens, mark.first, mark.stop)}`);
  }

  travel(step) {
    const moved = step(this.story, this.marks);
    if (!moved || this.locked) return;
    this.change(moved[1], moved[0]);
    this.say(step === back ? "Undone." : "Done again.");
  }

  commit(action) {
    this.asked = action !== "restart";
    this.askedIn = this.asked ? this.stage : null;
    this.returning = !this.asked;
    if (this.asked) this.expectEcho();
    const count = (this.model.get("commit")?.count ?? 0) + 1;
    Object.assign(this.ui, this.calm(), { ask: null });
    this.send({ marks: [...this.marks], revision: this.model.get("revision"), commit: { count, action } });
  }

  // ------------------------------------------------------------ pointers

  tokenAt(x, y) {
    const hit = this.article.getRootNode().elementFromPoint(x, y)?.closest(".kit-token");
    if (hit && this.article.contains(hit)) return { token: Number(hit.dataset.token), near: true };
    const block = this.blocks[nearest(this.blocks.map((b) => b.node.getBoundingClientRect()), x, y)];
    const owners = [];
    const rects = [];
    for (let i = block.first; i < block.stop; i += 1) {
      for (const rect of this.spans[i].getClientRects()) {
        owners.push(i);
        rects.push(rect);
      }
    }
    const best = nearest(rects, x, y);
    const { left, right, top, bottom } = rects[best];
    return { token: owners[best], near: Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom)) < NEAR_PX };
  }

  onDown(event) {
    if (event.button !== 0 || !event.isPrimary || !this.tokens.length) return;
    getSelection()?.removeAllRanges(); // else the browser drags the selected text, and no mark is made
    const touch = event.pointerType === "touch";
    const { clientX: x, clientY: y, pointerId: id } = event;
    this.press = { x, y, id, touch, moved: false, ...this.tokenAt(x, y) };
    if (!touch && !this.locked) this.article.setPointerCapture(id);
  }

  onMove(event) {
    const { press } = this;
    if (!press || press.touch || press.id !== event.pointerId || this.locked) return;
    if (!press.moved && Math.hypot(event.clientX - press.x, event.clientY - press.y) < DRAG_PX) return;
    press.moved = true;
    const drag = rangeOf(press.token, this.tokenAt(event.clientX, event.clientY).token);
    if (String(drag) === String(this.ui.drag)) return;
    Object.assign(this.ui, { drag, pending: null, selected: null });
    this.draw();
  }

  onUp(event) {
    const { press } = this;
    if (!press || press.id !== event.pointerId) return;
    this.onMove(event);
    const { drag } = this.ui;
    this.drop();
    if (drag) this.mark(...drag);
    else if (press.near && Math.hypot(event.clientX - press.x, event.clientY - press.y) < TAP_PX) this.tap(press.token);
    else this.cancel();
  }

  drop() {
    this.press = null;
    if (!this.ui.drag) return;
    this.ui.drag = null;
    this.draw();
  }

  cancel() {
    Object.assign(this.ui, { pending: null, selected: null, anchor: null, noting: null });
    this.draw();
  }

  // ------------------------------------------------------------ keys

  /** JupyterLab looks at every key before the pen does; what is its own gets through. */
  letThrough(event) {
    const path = event.composedPath();
    if (!isForTheHost(event) || !path.includes(this.root)) return;
    const held = path.filter((node) => node.hasAttribute?.(SUPPRESS));
    held.forEach((node) => node.removeAttribute(SUPPRESS));
    setTimeout(() => held.forEach((node) => node.setAttribute(SUPPRESS, "true")));
  }

  onFocus() {
    if (this.press || !this.article.matches(":focus-visible")) return;
    this.ui.input = "keys";
    this.ui.cursor ??= 0;
    this.draw();
  }

  onKey(event) {
    if (isForTheHost(event)) return;
    this.returning = false;
    event.stopPropagation();
    if (event.isComposing) return;
    const typing = event.target.matches("input[type=text]");
    const does = event.key === "Escape" ? () => this.escape()
      : typing ? this.typingKey(event)
        : this.storyKey(event) ?? (event.target === this.article ? this.articleKey(event) : undefined);
    if (!does) return;
    event.preventDefault();
    does();
  }

  typingKey({ key, target }) {
    if (key !== "Enter") return undefined;
    if (target.dataset.field === "code") return () => this.act("set-code", target);
    return () => {
      this.onField(target);
      this.ui.noting = null;
      this.draw();
      if (!this.ui.list) this.article.focus({ preventScroll: true });
    };
  }

  storyKey({ key, ctrlKey, metaKey, shiftKey }) {
    if (!ctrlKey && !metaKey) return undefined;
    if (key.toLowerCase() === "a") return () => {}; // all of the notebook would turn blue
    if (key.toLowerCase() === "z") return () => this.travel(shiftKey ? forth : back);
    if (key.toLowerCase() === "y") return () => this.travel(forth);
    return undefined;
  }

  articleKey(event) {
    const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
    const moved = this.tokens.length ? this.cursorFor(key, ctrlKey || altKey) : null;
    if (moved !== null) return () => this.move(moved, shiftKey);
    if (ctrlKey || metaKey || altKey) return undefined;
    if (/^[1-9]$/.test(key)) return () => this.choose([...this.labels.keys()][key - 1]);
    if (key === "Enter" || key === " ") return () => this.enter();
    if (key === "Delete" || key === "Backspace") return () => this.deleteHere();
    if (key === "[" || key === "]") return () => this.hop(key === "]" ? 1 : -1);
    return undefined;
  }

  cursorFor(key, wide) {
    const { sentences, tokens } = this;
    const at = this.ui.cursor ?? 0;
    const forwards = getComputedStyle(this.spans[at]).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backwards = forwards === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    if (wide && (key === forwards || key === "ArrowDown")) return sentenceStep(sentences, at, 1);
    if (wide && (key === backwards || key === "ArrowUp")) return sentenceStep(sentences, at, -1);
    if (key === forwards) return Math.min(at + 1, tokens.length - 1);
    if (key === backwards) return Math.max(at - 1, 0);
    if (key === "ArrowDown" || key === "ArrowUp") return this.lineStep(at, key === "ArrowDown" ? 1 : -1);
    if (key === "Home") return wide ? 0 : sentences[sentenceOf(sentences, at)].first;
    if (key === "End") return wide ? tokens.length - 1 : sentences[sentenceOf(sentences, at)].stop - 1;
    return null;
  }

  /** The token above or below: on the next line that begins past this one, the nearest. */
  lineStep(at, by) {
    const here = this.spans[at].getBoundingClientRect();
    const middle = (r) => (r.top + r.bottom) / 2;
    const past = (r) => (by > 0 ? middle(r) > here.bottom : middle(r) < here.top);
    let i = at;
    while (this.spans[i] && !past(this.spans[i].getBoundingClientRect())) i += by;
    if (!this.spans[i]) return at;
    const line = middle(this.spans[i].getBoundingClientRect());
    const found = [];
    for (; this.spans[i] && Math.abs(middle(this.spans[i].getBoundingClientRect()) - line) < here.height / 2; i += by) found.push(i);
    return found[nearest(found.map((n) => this.spans[n].getBoundingClientRect()), (here.left + here.right) / 2, line)];
  }

  move(token, extend) {
    const { ui } = this;
    ui.input = "keys";
    ui.anchor = extend ? (ui.anchor ?? ui.cursor ?? 0) : null;
    Object.assign(ui, { cursor: token, selected: null, drag: extend ? rangeOf(ui.anchor, token) : null });
    this.draw();
    this.spans[token].scrollIntoView({ block: "nearest" });
    const on = marksAt(this.marks, token).map((m) => this.labels.get(m.label)?.name).join(", ");
    this.say(extend ? quote(this.tokens, ...ui.drag) : this.tokens[token][0] + (on && `, marked ${on}`));
  }

  enter() {
    const { ui } = this;
    if (this.stage === "reasons") return this.tap(ui.cursor ?? 0);
    if (ui.selected) return this.notice.querySelector("select, button")?.focus();
    return this.mark(...(ui.drag ?? rangeOf(ui.pending ?? ui.cursor ?? 0, ui.cursor ?? 0)));
  }

  deleteHere() {
    const mark = this.ui.selected ?? marksAt(this.marks, this.ui.cursor ?? 0)[0];
    if (mark) this.take(mark);
  }

  hop(by) {
    if (this.stage === "reasons" && this.rows.length) return this.difference(by);
    const mark = this.nextMark(by);
    if (!mark) return this.say("No marks yet.");
    Object.assign(this.ui, { cursor: mark.first, selected: mark, pending: null, anchor: null, drag: null, input: "keys" });
    this.draw();
    this.spans[mark.first].scrollIntoView({ block: "nearest" });
    return this.say(`${quote(this.tokens, mark.first, mark.stop)}, ${this.labels.get(mark.label)?.name}. Enter to change it, Delete to remove it.`);
  }

  /** From the mark in hand, so that marks on the same words all have their turn. */
  nextMark(by) {
    const at = this.ui.selected ? this.marks.findIndex((m) => sameMark(m, this.ui.selected)) : -1;
    if (at >= 0) return this.marks[(at + by + this.marks.length) % this.marks.length];
    return nextAfter(this.marks, this.ui.cursor ?? -1, by);
  }

  escape() {
    const { ui } = this;
    if (ui.panel) return this.toggle(ui.panel);
    if (ui.ask) return this.act("cancel-ask");
    this.press = null;
    ui.drag = null;
    this.cancel();
    return ui.list ? undefined : this.article.focus({ preventScroll: true });
  }

  // ------------------------------------------------------------ buttons and fields

  onClick(event) {
    const target = event.target.closest("button");
    if (!target || target.disabled) return;
    if (target.dataset.label) this.choose(target.dataset.label);
    else if (target.dataset.action) this.act(target.dataset.action, target);
  }

  choose(label) {
    if (!label || this.locked) return;
    this.send({ pen: label });
    this.say(`Pen: ${this.labels.get(label).name}`);
  }

  markOf(target) {
    return this.marks.find((m) => markKey(m) === target.dataset.mark) ?? this.ui.selected;
  }

  act(action, target) {
    const { ui, tokens } = this;
    const mark = target?.dataset.mark && this.markOf(target);
    const move = (edge, by) => this.edit(mark, resized(mark, edge, by, tokens.length));
    const set = (values) => { Object.assign(ui, values); this.draw(); };
    const actions = {
      undo: () => this.travel(back), redo: () => this.travel(forth),
      list: () => { set({ ...this.calm(), list: !ui.list }); },
      settings: () => this.toggle("settings"), help: () => this.toggle("help"), "close-panel": () => this.toggle(ui.panel),
      check: () => this.commit("check"), finish: () => this.commit("finish"), "restart-yes": () => this.commit("restart"),
      restart: () => this.ask("restart"), "someone-else": () => this.ask("someone-else"), "cancel-ask": () => this.ask(null),
      "set-code": () => this.setCode(), "save-as": () => this.saveAs(), open: () => this.file.click(),
      cancel: () => { this.cancel(); this.article.focus({ preventScroll: true }); },
      "start-here": () => set({ pending: ui.cursor ?? ui.selected.first, selected: null }),
      remove: () => this.take(mark), change: () => set({ changing: ui.changing === markKey(mark) ? null : markKey(mark), noting: null }),
      note: () => { set({ noting: ui.noting === markKey(mark) ? null : markKey(mark) }); this.root.querySelector("[data-field=note]")?.focus(); },
      "start-earlier": () => move("first", -1), "start-later": () => move("first", 1), "end-earlier": () => move("stop", -1), "end-later": () => move("stop", 1),
      "put-back": () => this.putBack(), "leave-out": () => { keep(inSession, this.stash, null); set({ offer: null }); },
      add: () => this.add(target), "to-sentence": () => this.toSentence(Number(target.dataset.sentence)),
      "to-text": () => this.chooseRow(Number(target.dataset.row)), "to-table": () => this.toTable(),
      "next-difference": () => this.difference(1), "previous-difference": () => this.difference(-1),
    };
    actions[action]?.();
  }

  onField(target) {
    const { field } = target.dataset;
    const mark = target.dataset.mark && this.markOf(target);
    if (field in SETTINGS) this.setting(field, target.value);
    else if (field === "relabel" && mark) this.relabel(mark, target);
    else if (field === "note" && mark) this.write(mark, target);
    else if (field === "from" || field === "to") this.orderWords(target);
    else if (field === "role") this.setRole(Number(target.dataset.sentence), target.value);
    else if (field === "outcome" || field === "label-filter") this.filter(field, target.value);
    else if (field === "file") this.openFile();
  }

  /** A note is saved while it is written: who reloads the page would lose it otherwise. */
  onTyping(target) {
    if (target.dataset.field !== "note") return;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.onField(target), NOTE_MS);
  }

  write(mark, target) {
    clearTimeout(this.typing);
    if (target.value.trim() !== (mark.note ?? "")) this.inPlace(target, () => this.edit(mark, noted(mark, target.value)));
  }

  /** A list is changed letter by letter while somebody types in it: its bar must not be built anew. */
  relabel(mark, target) {
    const changed = { ...mark, label: target.value };
    const bar = target.closest(".kit-item, .kit-notice");
    for (const node of bar.querySelectorAll("[data-mark]")) if (node.dataset.mark === markKey(mark)) node.dataset.mark = markKey(changed);
    this.inPlace(target, () => this.edit(mark, changed));
  }

  /** Change something without building anew the bar that a person is in. */
  inPlace(target, does) {
    this.held = target.closest(".kit-item, .kit-notice"); // built anew, the key that leaves a field would go nowhere
    does();
    this.held = null;
  }

  setting(field, value) {
    this.settings = { ...this.settings, [field]: value };
    keep(inBrowser, SETTINGS_KEY, this.settings);
    this.draw();
  }

  /** The last word is never before the first. */
  orderWords(target) {
    const form = target.closest(".kit-form");
    const [from, to] = ["from", "to"].map((name) => form.querySelector(`[data-field=${name}]`));
    if (Number(from.value) <= Number(to.value)) return;
    if (target === from) to.value = from.value;
    else from.value = to.value;
  }

  add(target) {
    const value = (name) => target.closest(".kit-form").querySelector(`[data-field=${name}]`).value;
    this.ui.adding = Number(target.dataset.sentence);
    this.mark(...rangeOf(Number(value("from")), Number(value("to"))), value("label"));
  }

  setRole(number, label) {
    const { first, stop } = this.sentences[number];
    const others = this.marks.filter((m) => m.first !== first);
    this.change(label ? tidy([...others, { first, stop, label }]) : others);
  }

  putBack() {
    const { marks } = this.ui.offer;
    this.ui.offer = null;
    this.change(marks);
    this.say("Your changes are back.");
  }

  ask(what) {
    Object.assign(this.ui, { ask: what, code: `k${Math.random().toString(36).slice(2, 6)}` });
    this.draw();
    const first = this.foot.querySelector(what ? ".kit-work input, .kit-work button" : "[data-action=restart]");
    first?.focus();
    first?.select?.();
  }

  setCode() {
    const code = cleanCode(this.foot.querySelector("[data-field=code]").value);
    if (!code) return;
    this.ui.ask = null;
    this.returning = true; // other marks, another length: the page would jump
    this.send({ annotator: code });
    this.say(`This is now the work of ${code}.`);
  }

  saveAs() {
    const { name, text } = this.model.get("download");
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address));
    this.say(this.unsaved ? `${changes(this.unsaved)} not in ${name}.` : `${name} is in your downloads.`);
    this.ui.told = this.unsaved ? `The file holds what was saved last: ${changes(this.unsaved)} not in it.` : `${name} is in your downloads.`;
    this.draw();
  }

  async openFile() {
    const file = this.file.files[0];
    if (!file) return undefined;
    if (file.size > MEGABYTE) {
      this.ui.told = `${file.name} is too large to be a saved answer.`;
      return this.draw();
    }
    const text = await file.text();
    this.file.value = "";
    this.returning = true;
    return this.send({ opened: { count: (this.model.get("opened")?.count ?? 0) + 1, name: file.name, text } });
  }

  toggle(panel) {
    const open = this.ui.panel !== panel;
    this.ui.panel = open ? panel : null;
    this.draw();
    const first = open ? this.panel.querySelector("button, input:checked") : this.tools.querySelector(`[data-action=${panel}]`);
    first?.focus({ preventScroll: true });
  }

  // ------------------------------------------------------------ the comparison

  filter(field, value) {
    const name = field === "outcome" ? "outcome" : "label";
    Object.assign(this.ui, { filter: { ...this.ui.filter, [name]: value }, row: null });
    this.draw();
  }

  difference(by) {
    const differing = visibleRows(this.rows, this.ui.filter).filter((row) => DIFFERENCES.includes(row.outcome));
    const here = this.rows[this.ui.row];
    const at = here ? differing.indexOf(here) : -1;
    const place = here?.first ?? -1;
    const row = at >= 0 ? differing[(at + by + differing.length) % differing.length] : nextAfter(differing, place, by);
    if (row) this.chooseRow(this.rows.indexOf(row));
  }

  chooseRow(number) {
    const row = this.rows[number];
    this.ui.row = row ? number : null;
    if (row) this.ui.cursor = row.first;
    this.draw();
    if (!row) return;
    this.show(this.spans[row.first]);
    this.say(`${row.word}: ${row.words}. ${row.why}`);
  }

  toTable() {
    this.show(this.compare.querySelector(`[data-action=to-text][data-row="${this.ui.row}"]`) ?? this.compare, true);
  }

  toSentence(number) {
    const item = this.ui.list && this.list.children[number];
    this.show(item || this.spans[this.sentences[number].first]);
    if (item) return item.querySelector("summary, input")?.focus({ preventScroll: true });
    this.ui.cursor = this.sentences[number].first;
    return this.article.focus({ preventScroll: true });
  }

  show(node, focus = false) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    node.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
    if (focus) node.focus({ preventScroll: true });
  }

  say(words) {
    this.voice.textContent = words;
  }

  // ------------------------------------------------------------ drawing

  draw() {
    if (this.writing) return;
    this.drawRoot();
    this.fill(this.pens, [this.inHand, this.locked], () => [...this.labels.values()].map((label, i) => (this.locked ? legend(label) : penButton(label, i, label.id === this.inHand))));
    this.fill(this.tools, [this.story.past.length > 0, this.story.future.length > 0, this.ui.list, this.ui.panel, this.locked], () => tools(this));
    this.drawPanel();
    this.fill(this.feedbackPart, [this.stage, this.feedback.text, this.feedback.places, this.feedback.questions], () => feedbackPart(this));
    this.fill(this.compare, [this.stage, this.rows.length && this.feedback, this.ui.filter, this.ui.row], () => comparePart(this));
    this.drawText();
    this.drawList();
    this.fill(this.notice, this.noticeKey(), () => notice(this));
    this.drawStanding();
    this.fill(this.foot, [this.stage, this.locked, this.ui.ask, this.ui.code, this.model.get("annotator"), !this.model.get("download")?.text], () => footPart(this));
  }

  noticeKey() {
    const { offer, pending, selected, noting, row, filter, input, list } = this.ui;
    const note = selected && this.marks.find((m) => sameMark(m, selected))?.note;
    return [offer, pending, selected, note, noting, row, filter, input, list, this.stage, this.locked];
  }

  /** Rebuild a part of the page where what it shows has changed, and leave the focus where it was. */
  fill(node, key, build) {
    const name = JSON.stringify(key);
    if (this.keys.get(node) === name) return;
    this.keys.set(node, name);
    if (node === this.held) {
      node.querySelector(".kit-sentence")?.replaceWith(build()[0]);
      return;
    }
    const active = node.getRootNode().activeElement;
    const held = active && active !== node && node.contains(active) ? active : null;
    const twin = held && ["action", "field", "label", "row", "sentence"].filter((n) => n in held.dataset).map((n) => `[data-${n}="${CSS.escape(held.dataset[n])}"]`).join("");
    const place = held && twin ? [...node.querySelectorAll(twin)].indexOf(held) : -1;
    node.replaceChildren(...build().flat().filter(Boolean));
    if (!held) return;
    const again = twin ? node.querySelectorAll(twin) : [];
    const next = again[Math.min(place, again.length - 1)] ?? (this.list.contains(node) ? node.querySelector("summary, input") : this.article);
    next?.focus({ preventScroll: true });
  }

  drawRoot() {
    const { root, ui } = this;
    const values = { stage: this.stage, saved: String(!this.unsaved), view: ui.list ? "list" : "text", unit: this.unit, locked: String(this.locked), ...this.settings };
    const repapered = root.dataset.paper !== this.settings.paper;
    for (const [name, value] of Object.entries(values)) if (root.dataset[name] !== value) root.dataset[name] = value;
    if (repapered) this.drawTheme();
    // An application takes all keys from a screen reader; a text that is only read must not.
    this.article.setAttribute("role", this.locked ? "group" : "application");
  }

  drawTheme() {
    const theme = isDark(getComputedStyle(this.root).backgroundColor) ? "dark" : "light";
    if (this.root.dataset.theme !== theme) this.root.dataset.theme = theme;
  }

  drawPanel() {
    const { panel } = this.ui;
    const title = panel === "help" ? "Help" : "Reading settings";
    this.panel.hidden = !panel;
    this.panel.setAttribute("role", "dialog");
    this.panel.setAttribute("aria-label", title);
    this.fill(this.panel, [panel], () => (panel ? [
      h("div", { class: "kit-panel-head" }, h("h2", { class: "kit-subheading" }, title), button("close-panel", "Close", {}, icon("close"))),
      ...(panel === "help" ? helpPanel(this) : settingsPanel(this))] : []));
  }

  layers() {
    const { ui, inHand } = this;
    const layers = [];
    const row = this.rows[ui.row];
    if (row) layers.push({ ...row, label: "", kind: "place" });
    if (ui.selected) layers.push({ ...ui.selected, kind: "selected", note: "" });
    if (this.stage === "reasons" && this.rows.length) layers.push(...layered(this.marks, "mine"), ...layered(tidy(this.rows.flatMap((r) => r.theirs)), "theirs"));
    else layers.push(...layered(this.marks, "mark"));
    if (ui.drag) layers.push({ first: ui.drag[0], stop: ui.drag[1], label: inHand, kind: "live" });
    if (ui.pending !== null) layers.push({ first: ui.pending, stop: ui.pending + 1, label: inHand, kind: "pending" });
    if (ui.cursor !== null && ui.input === "keys") layers.push({ first: ui.cursor, stop: ui.cursor + 1, label: "", kind: "cursor" });
    return layers;
  }

  /** Touch only the tokens whose look has changed. */
  drawText() {
    const shown = plan(this.layers());
    for (const token of new Set([...this.painted.keys(), ...shown.keys()])) {
      const strips = shown.get(token) ?? [];
      const look = JSON.stringify(strips);
      if ((this.painted.get(token) ?? "[]") !== look) this.paint(token, strips);
      if (strips.length) this.painted.set(token, look);
      else this.painted.delete(token);
    }
    this.drawCursor();
    this.drawLooks();
  }

  paint(token, strips) {
    const span = this.spans[token];
    const [word, gap] = this.tokens[token];
    const last = !span.nextSibling;
    span.replaceChildren(...tokenContent([word, last ? "" : gap], strips, this.labels));
  }

  drawCursor() {
    const { cursor } = this.ui;
    if (this.active === cursor) return;
    this.spans[this.active]?.removeAttribute("id");
    this.active = cursor;
    if (cursor === null) return this.article.removeAttribute("aria-activedescendant");
    this.spans[cursor].id = `${this.uid}-${cursor}`;
    return this.article.setAttribute("aria-activedescendant", `${this.uid}-${cursor}`);
  }

  /** Numbers in the margin of the sentences that the hint names. */
  drawLooks() {
    const looks = new Set(this.stage === "mend" ? this.feedback.places : []);
    for (const number of new Set([...this.looks, ...looks])) {
      const span = this.spans[this.sentences[number]?.first];
      if (!span) continue;
      const { first, stop } = this.sentences[number];
      for (const token of this.spans.slice(first, stop)) token.classList.toggle("kit-looked", looks.has(number));
      span.classList.toggle("kit-look", looks.has(number));
      if (looks.has(number)) span.dataset.sentence = this.numbers[number];
      else delete span.dataset.sentence;
    }
    this.looks = looks;
  }

  drawList() {
    this.list.hidden = !this.ui.list;
    this.article.hidden = this.ui.list;
    if (!this.ui.list) return;
    if (!this.list.childElementCount) this.list.append(...this.sentences.map((s) => h("li", { class: s.heading ? "kit-item kit-heading" : "kit-item" })));
    this.sentences.forEach((sentence, number) => {
      const marks = this.marks.filter((m) => m.first >= sentence.first && m.first < sentence.stop);
      const open = [this.ui.noting, this.ui.changing].map((key) => marks.some((m) => markKey(m) === key) && key);
      const looked = this.stage === "mend" && (this.feedback.places ?? []).includes(number);
      this.fill(this.list.children[number], [marks, this.locked, open, looked], () => sentenceItem(this, number, marks));
    });
  }

  drawStanding() {
    const { text, trouble } = standing({ unsaved: this.unsaved, late: this.late, unanswered: this.asked, status: this.model.get("status") ?? {} });
    this.root.dataset.trouble = String(trouble);
    const words = this.ui.told && !trouble ? `${text} ${this.ui.told}` : text;
    this.fill(this.state, [words, trouble], () => [h("span", { class: "kit-dot", "aria-hidden": "true" }), h("span", { class: "kit-state" }, words),
      trouble && button("help", "What if it does not work", { class: "kit-link" })]);
  }
}

/** @param {{model: any, el: HTMLElement}} place */
function render({ model, el }) {
  const pen = new Pen(model, el);
  return () => pen.end();
}

export default { render };

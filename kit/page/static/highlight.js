// The pen: an article that can be marked with the mouse, a finger, the keyboard or a list.
//
// Three parts, in this order.  Pure functions over plain data, exported for tests.
// Small builders that turn data into elements.  The Pen, which listens, changes the model
// and draws what the model says.  Text is split and counted in Python, never here.

/** @typedef {{first: number, stop: number, label: string}} End  the mark that another one is joined to */
/** @typedef {{first: number, stop: number, label: string, note?: string, joined?: End[]}} Mark  tokens, stop exclusive */
/** @typedef {{first: number, stop: number, paragraph: number, heading: boolean}} Sentence */
/** @typedef {{first: number, stop: number, label: string, kind: string, lane?: number, note?: string, sign?: string}} Layer */
/** @typedef {{label: string, kind: string, lane: number, note: boolean, sign?: string, start: boolean, end: boolean}} Strip */

const ECHO_MS = 2700; // so that the page has said so within three seconds
const NOTE_MS = 400;
const LANES = 3;
const DRAG_PX = 4;
const TAP_PX = 10;
const NEAR_PX = 18;
const MEGABYTE = 2 ** 20;
const MOST_OPENED = 6 * MEGABYTE; // a notebook or page holds more than the answer; a message to the kernel no more than ten
const SUPPRESS = "data-lm-suppress-shortcuts";
const SETTINGS = { size: "2", spacing: "1", font: "serif", paper: "page" };
const SETTINGS_KEY = "kit-pen-settings";
const DIFFERENCES = ["partly", "label", "missed", "extra"];
const NOT_ASKED = "furniture"; // shown, and no pen
const SOURCE = "source";
const BACK = "goes-back";
const NO_RUNG = "claim";

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

/** The change from `before` to `after`, made on other marks as well. */
export function carried(others, before, after) {
  const same = (m) => (n) => JSON.stringify(n) === JSON.stringify(m);
  const gone = before.filter((m) => !after.some(same(m)));
  const come = after.filter((m) => !before.some(same(m)));
  return tidy([...others.filter((m) => !gone.some((n) => sameMark(m, n))), ...come]);
}

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

/** Sentences with one label, or with none; the note of a sentence stays when its label changes. */
export function withRole(marks, sentences, label) {
  const touches = (m) => sentences.some((s) => m.first < s.stop && s.first < m.stop);
  const before = (s) => marks.find((m) => m.first === s.first) ?? { first: s.first, stop: s.stop };
  const others = marks.filter((m) => !touches(m));
  return label ? tidy([...others, ...sentences.map((s) => ({ ...before(s), label }))]) : others;
}

/** One label per sentence: every sentence touched takes it, or loses it where all had it. */
export function toggleSentences(marks, sentences, first, stop, label) {
  const touched = sentences.filter((s) => s.first < stop && first < s.stop && !s.heading);
  const has = (s) => marks.some((m) => m.first === s.first && m.label === label);
  return withRole(marks, touched, touched.every(has) ? "" : label);
}

/** Numbers of the sentences that wait for a label. @param {Sentence[]} sentences @param {Mark[]} marks */
export function unsorted(sentences, marks) {
  const sorted = new Set(marks.map((m) => m.first));
  return sentences.flatMap((s, number) => (s.heading || sorted.has(s.first) ? [] : [number]));
}

/** The number after, or before, a place in a list of numbers, round the end; nothing of nothing. */
export function nextNumber(numbers, place, by) {
  if (by > 0) return numbers.find((n) => n > place) ?? numbers[0];
  return numbers.findLast((n) => n < place) ?? numbers.at(-1);
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
  for (const { first, stop, label, kind, lane = 0, note, sign } of layers) {
    for (let token = first; token < stop; token += 1) {
      const strip = { label, kind, lane, note: Boolean(note), sign, start: token === first, end: token === stop - 1 };
      if (shown.has(token)) shown.get(token).push(strip);
      else shown.set(token, [strip]);
    }
  }
  return shown;
}

/** Commas, brackets and quotation marks alone are no words; a currency or a smiley is one. */
export const isWord = (text) => /[\p{L}\p{N}\p{S}]/u.test(text);

/** Tokens that an arrow key stops at: words, and signs that are marked on their own. @param {Mark[]} marks */
export const stopsFor = (tokens, marks) => (token) => isWord(tokens[token][0])
  || marks.some((m) => m.first <= token && token < m.stop && !tokens.slice(m.first, m.stop).some(([text]) => isWord(text)));

/** The next stop in a direction, 1 or -1; where there is none, the token itself. */
export function wordStep(tokens, marks, at, by) {
  const stops = stopsFor(tokens, marks);
  let next = at + by;
  while (tokens[next] && !stops(next)) next += by;
  return tokens[next] ? next : at;
}

/** The words of a range as they stand in the text, without the gap after them. */
export const quote = (tokens, first, stop) =>
  tokens.slice(first, stop).map(([token, gap], i) => (first + i < stop - 1 ? token + gap : token)).join("");

// ---------------------------------------------------------------- claims and their sources

/** Words that say who stands behind a claim; every other mark is a claim with its rung. */
export const isSource = (mark) => mark.label === SOURCE;

const sameWords = (a, b) => a.first === b.first && a.stop === b.stop;
const placeKey = ({ first, stop }) => `${first} ${stop}`;
const endAt = ({ first, stop }, label) => ({ first, stop, label });

/** The mark joined to these ends and no other. @param {Mark} mark @param {End[]} ends @returns {Mark} */
export function joinedTo(mark, ends) {
  const { joined: _, ...bare } = mark;
  return ends.length ? { ...bare, joined: tidy(ends) } : bare;
}

/** The mark that a source goes back to, as an end; nothing where it goes back to none. */
export const backOf = (mark) => mark.joined?.find((end) => end.label === BACK);

/** Does a chain of sources lead from one to another? */
function leadsTo(backs, from, to) {
  for (let at = from; at; at = backs.get(placeKey(at))) if (sameWords(at, to)) return true;
  return false;
}

/** Which source goes back to which, by place: one each, to a source that is there, and in no circle. */
function backsOf(sources) {
  const backs = new Map();
  for (const source of sources) {
    const end = backOf(source);
    const there = end && sources.some((other) => sameWords(other, end));
    if (there && !leadsTo(backs, end, source)) backs.set(placeKey(source), endAt(end, BACK));
  }
  return backs;
}

/**
 * Marks whose joined ends all hold: they lead to sources that are there, and in no circle.
 * A claim with neither rung nor source is no mark.
 * @param {Mark[]} marks @returns {Mark[]}
 */
export function sound(marks) {
  const sources = marks.filter(isSource);
  const backs = backsOf(sources);
  const there = new Set(sources.map(placeKey));
  const ends = (m) => (isSource(m) ? [backs.get(placeKey(m))].filter(Boolean)
    : (m.joined ?? []).filter((end) => end.label === SOURCE && there.has(placeKey(end))));
  return tidy(marks.map((m) => joinedTo(m, ends(m))).filter((m) => m.label !== NO_RUNG || m.joined));
}

/** The mark of a claim, if it has one. @param {Mark[]} marks @param {{first: number, stop: number}} place */
export const claimAt = (marks, place) => marks.find((m) => !isSource(m) && sameWords(m, place));

/** Is a claim joined to this source? @param {Mark | undefined} claim @param {Mark} source */
export const isJoined = (claim, source) => Boolean(claim?.joined?.some((end) => sameWords(end, source)));

/** The claims that a source stands behind. @param {Mark[]} marks @param {Mark} source */
export const claimsBehind = (marks, source) => marks.filter((m) => !isSource(m) && isJoined(m, source));

const withClaim = (marks, place, claim) => sound([...marks.filter((m) => m !== claimAt(marks, place)), claim]);

/** A claim on a rung, or on none. */
export function withRung(marks, place, rung) {
  return withClaim(marks, place, { ...(claimAt(marks, place) ?? endAt(place)), label: rung || NO_RUNG });
}

/** Join a claim to a source, or part them. */
export function toggleJoin(marks, place, source) {
  const claim = claimAt(marks, place) ?? endAt(place, NO_RUNG);
  const others = (claim.joined ?? []).filter((end) => !sameWords(end, source));
  return withClaim(marks, place, joinedTo(claim, isJoined(claim, source) ? others : [...others, endAt(source, SOURCE)]));
}

/** Mark words as a source, where they are none yet, and join a claim to them. */
export function joinWords(marks, place, first, stop) {
  const source = marks.find((m) => isSource(m) && sameWords(m, { first, stop }));
  if (source) return isJoined(claimAt(marks, place), source) ? marks : toggleJoin(marks, place, source);
  return toggleJoin([...marks, { first, stop, label: SOURCE }], place, { first, stop });
}

/** The sources that one may go back to: not itself, and none that goes back to it. */
export function mayGoBackTo(marks, source) {
  const sources = marks.filter(isSource);
  const backs = backsOf(sources);
  return sources.filter((other) => !leadsTo(backs, other, source));
}

/** A source that goes back to another, or to none. */
export function goingBack(marks, source, other) {
  if (other && !mayGoBackTo(marks, source).some((m) => sameWords(m, other))) return marks;
  return sound(replace(marks, source, joinedTo(source, other ? [endAt(other, BACK)] : [])));
}

/** Put a mark in the place of another; what is joined to a source goes with it. */
export function moved(marks, mark, changed) {
  const follow = (end) => (isSource(mark) && sameWords(end, mark) ? endAt(changed, end.label) : end);
  const led = remove(marks, mark).map((m) => joinedTo(m, (m.joined ?? []).map(follow)));
  return sound([...led, changed]);
}

/** Do two lists hold the same marks with the same notes and ends? */
export function sameMarks(some, others) {
  const plain = (m) => [m.first, m.stop, m.label, m.note ?? "", (m.joined ?? []).map((end) => [end.first, end.stop, end.label])];
  return JSON.stringify(tidy(some).map(plain)) === JSON.stringify(tidy(others).map(plain));
}

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
  if (late && unsaved) return { text: "Not saved: press ▶▶ at the top (restart and run all).", trouble: true };
  if (late && unanswered) return { text: "No answer: press ▶▶ at the top (restart and run all).", trouble: true };
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
  if (!Array.isArray(marks)) return null;
  const whole = (n) => Number.isInteger(n) && n >= 0 && n <= count;
  const range = (m) => m && whole(m.first) && whole(m.stop) && m.first < m.stop;
  const led = (end) => range(end) && [SOURCE, BACK].includes(end.label) && marks.some((m) => isSource(m) && sameWords(m, end));
  const joined = ({ joined: ends = [] }) => Array.isArray(ends) && ends.every(led);
  const fits = (m) => range(m) && labels.some((l) => l.id === m.label) && joined(m);
  return marks.every(fits) ? tidy(marks) : null;
}

/** Numbers as people read them: "4", "4 and 6", "4 to 6". @param {string[]} numbers */
export function fromTo(numbers) {
  if (numbers.length < 2) return numbers.join("");
  return `${numbers[0]} ${numbers.length === 2 ? "and" : "to"} ${numbers.at(-1)}`;
}

/** At most `limit` letters, cut between words. */
export function shortened(text, limit = 60) {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit);
  const space = cut.lastIndexOf(" ");
  return `${space > limit / 2 ? cut.slice(0, space) : cut}…`;
}

/** The line from a claim to its source, through the white between lines and along the margin. */
export function linkPath(from, to, margin) {
  if (Math.abs(from.y - to.y) < 4) return `M${from.x} ${from.y}H${to.x}`;
  return `M${from.x} ${from.y}H${margin}V${to.y}H${to.x}`;
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
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
};

const SVG = "http://www.w3.org/2000/svg";

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
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

/** A chip that is on or off. */
const chip = (action, words, on, props = {}) => h("button", { class: "kit-chip", "data-action": action, "aria-pressed": String(on), ...props }, words);

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
    const letter = word && strip.start && label ? (strip.sign ?? label.letter) + (strip.note ? "*" : "") : null;
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

/** Put a file into the reader's downloads. */
function handOver(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address));
}

const inSession = () => window.sessionStorage;
const inBrowser = () => window.localStorage;

// ---------------------------------------------------------------- parts of the page

const HINTS = {
  token: {
    mouse: "Drag over the words you want to mark. A double click marks one word.",
    touch: "Tap the first word you want to mark, then the last.",
    keys: "Arrows move, Shift selects, Enter marks, Delete removes, Ctrl+Z undoes, digits choose the pen, [ and ] go to your marks.",
    list: "Open a sentence to mark words in it.",
  },
  sentence: {
    mouse: "Choose a role, then click a sentence.",
    touch: "Choose a role, then tap a sentence.",
    keys: "Arrows go from sentence to sentence, a digit sorts the sentence, Delete takes that back, ] goes to the next one that is not sorted.",
    list: "Choose one for every sentence.",
  },
  claim: {
    mouse: "Click the number of a claim. Then mark the words that say who stands behind it.",
    touch: "Tap the number of a claim. Then mark the words that say who stands behind it.",
    keys: "] takes the next claim. Arrows move, Shift selects, Enter marks the source and joins it, digits 0 to 5 choose the rung, Esc lets go.",
    list: "Mark the words that say who stands behind each claim, and choose its rung.",
  },
};

const LANES_IN_WORDS = {
  token: "Your marks stand above the line, the key below it.",
  sentence: "Mine: the filled letter and the line above. Key: the letter in a double frame and the line below.",
  claim: "Mine: the filled number. Key: the number in a double frame.",
};

/** What one chooses above the text: pens, but where sentences are sorted their roles. */
const penNames = (pen) => (pen.unit === "sentence" ? { one: "Role", several: "Roles" } : { one: "Pen", several: "Pens" });

const HOW = {
  token: [...["mouse", "touch", "keys"].map((by) => HINTS.token[by]), "Click or tap a mark to change it, add a note or remove it. Marking the same words twice takes the mark away."],
  sentence: ["Choose a role, then click or tap a sentence: the whole sentence gets its letter. Drag over several sentences to sort them alike.",
    "Click or tap a sorted sentence again to change it, add a note or take it back.", HINTS.sentence.keys],
  claim: ["Click or tap the number of a claim to take it in hand. Then mark the words that say who stands behind it: they are joined to the claim.",
    "Click or tap source words that are there to join them to the claim in hand, or to part them.",
    "Choose a rung of the ladder. “Nobody” is a rung, too.",
    "With no claim in hand, click or tap source words: say there if that source goes back to another one.",
    `${HINTS.claim.keys} C takes the claim under the cursor, S goes to the next source, Enter on a source takes it in hand.`],
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

/** Two or more schemes to choose from, as long as nothing is checked. */
function schemePart(pen) {
  const all = pen.model.get("schemes") ?? [];
  if (all.length < 2 || pen.stage !== "mark" || pen.locked) return [];
  return [h("span", { class: "kit-caption", "aria-hidden": "true" }, penNames(pen).several),
    ...all.map(({ id, name }) => h("button", { class: "kit-segment", "data-action": "scheme", "data-scheme": id, "aria-pressed": String(pen.model.get("scheme") === id) }, name))];
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
  const meaning = (l) => h("li", null, h("b", null, pen.ladder.includes(l) ? `${l.letter} ${l.name}` : l.name), `: ${l.meaning}`);
  return [
    h("h3", { class: "kit-subheading" }, "How to mark"), h("ul", null, ...HOW[pen.unit].map((line) => h("li", null, line))),
    h("h3", { class: "kit-subheading" }, `The ${penNames(pen)[pen.palette.length > 1 ? "several" : "one"].toLowerCase()}`), h("ul", null, ...pen.palette.map(meaning)),
    pen.ladder.length > 0 && [h("h3", { class: "kit-subheading" }, "The ladder"), h("ul", null, ...pen.ladder.map(meaning))],
    ...helpBlocks(pen.model.get("help") || "").map(helpBlock),
  ];
}

/** The little bar of one mark: relabel, longer or shorter at each end, note, remove. */
function markBar(pen, mark) {
  const on = { "data-mark": markKey(mark) };
  const several = pen.palette.length > 1;
  return [
    quoted(pen, mark),
    several && select("relabel", "Label of this mark", pen.palette.map((l) => choice(l.id, l.name, mark.label)), on),
    pen.unit !== "sentence" && edges(on),
    ...(isSource(mark) && pen.unit === "claim" ? sourceBar(pen, mark) : []),
    ...noteAndRemove(pen, mark),
  ];
}

function edges(on) {
  const edge = (action, name, sign) => button(action, name, on, icon(sign));
  return h("span", { class: "kit-edges", role: "group", "aria-label": "Length" },
    h("span", { class: "kit-caption" }, "Start"), edge("start-earlier", "Start one word earlier", "left"), edge("start-later", "Start one word later", "right"),
    h("span", { class: "kit-caption" }, "End"), edge("end-earlier", "End one word earlier", "left"), edge("end-later", "End one word later", "right"));
}

function noteAndRemove(pen, mark) {
  const on = { "data-mark": markKey(mark) };
  const open = pen.ui.noting === markKey(mark);
  return [
    button("note", "Note", { ...on, class: "kit-plain", "aria-expanded": String(open) }),
    button("remove", pen.unit === "claim" && !isSource(mark) ? "Clear" : "Remove", { ...on, class: "kit-plain" }),
    open ? noteField(pen, mark) : mark.note && h("span", { class: "kit-noted", dir: "auto" }, mark.note),
  ];
}

const inWords = (pen, { first, stop }) => quote(pen.tokens, first, stop);

/** A sentence in hand: all labels as buttons, the next one that waits. */
function sentenceBar(pen, number) {
  const sentence = pen.sentences[number];
  const mark = pen.markOfSentence(number);
  return [
    h("b", { class: "kit-which" }, `Sentence ${pen.numbers[number]}`), quoted(pen, sentence),
    ...(mark ? noteAndRemove(pen, mark) : []),
    nextUnsorted(pen, icon("right")),
    button("cancel", "Close", { class: "kit-away" }, icon("close")),
    h("span", { class: "kit-choices kit-row", role: "group", "aria-label": `Sentence ${pen.numbers[number]}` },
      ...pen.palette.map((label) => labelButton(label, "role", mark?.label === label.id, { "data-sentence": number, "data-role": label.id }))),
  ];
}

const labelButton = (label, action, on, props) =>
  h("button", { class: "kit-label kit-choice", "data-action": action, "aria-pressed": String(on), title: label.meaning, style: `--kit-colour: ${label.colour}`, ...props },
    h("span", { class: "kit-letter", "aria-hidden": label.unit ? undefined : "true" }, label.letter), h("span", { class: `kit-name kit-line-${label.line}` }, label.name));

/** What a sentence is given is called a role where it is one. */
const kindOf = (pen) => (/^roles/.test(pen.model.get("scheme") ?? "") ? "role" : "label");

/** What the rows of the comparison are told apart by. */
const sortOf = (pen) => ({ token: "pen", claim: "rung" }[pen.unit] ?? kindOf(pen));

const nextUnsorted = (pen, sign = null) => unsorted(pen.sentences, pen.marks).some((number) => number !== pen.ui.taken)
  && button("next-unsorted", `Next without a ${kindOf(pen)}`, { class: sign ? "" : "kit-plain" }, sign);

/** How far one is, in words; what is right nobody says here. */
function sentenceProgress(pen) {
  const all = pen.numbers.filter(Boolean).length;
  const left = unsorted(pen.sentences, pen.marks).length;
  const words = left ? `${all - left} of ${all} sentences sorted.` : `All ${all} sentences are sorted.`;
  return [h("p", { class: "kit-message" }, left === all || pen.hinted ? `${hint(pen)} ${words}` : words), nextUnsorted(pen)];
}

/** A claim in hand: who says so, and the rung. */
function claimBar(pen, number) {
  const claim = pen.claimMark(number);
  const name = `Claim ${pen.claimNumber(number)}`;
  return [
    h("b", { class: "kit-which" }, name), quoted(pen, pen.sentences[number]),
    h("span", { class: "kit-turns" }, button("previous-claim", "Previous claim", {}, icon("left")), button("next-claim", "Next claim", {}, icon("right"))),
    ...(claim ? noteAndRemove(pen, claim) : []),
    button("let-go", "Let go of this claim", { class: "kit-away" }, icon("close")),
    h("span", { class: "kit-choices kit-row kit-who", role: "group", "aria-label": "Who says so?" }, h("span", { class: "kit-caption" }, "Who says so?"),
      ...(pen.ui.pending === null ? sourceChips(pen, number, claim) : pendingNotice(pen))),
    h("span", { class: "kit-choices kit-row kit-ladder", role: "group", "aria-label": `Rung of ${name.toLowerCase()}` },
      ...pen.ladder.map((rung) => labelButton(rung, "rung", claim?.label === rung.id, { "data-sentence": number, "data-role": rung.id }))),
  ];
}

function sourceChips(pen, number, claim) {
  const on = pen.sources.filter((source) => isJoined(claim, source));
  const off = pen.sources.filter((source) => !on.includes(source));
  const shown = (source) => chip("join", `“${shortened(inWords(pen, source), 40)}”`, on.includes(source), { "data-sentence": number, "data-mark": markKey(source), dir: "auto", title: on.includes(source) ? "Part it from this claim" : "Join it to this claim" });
  return [on.length === 0 && h("span", { class: "kit-caption kit-now" }, "Now mark the words that say who stands behind it."), ...[...on, ...off].map(shown)];
}

/** Of source words: the claims they stand behind, and the source they go back to. */
function sourceBar(pen, source) {
  const on = { "data-mark": markKey(source) };
  return [
    h("span", { class: "kit-choices kit-behind", role: "group", "aria-label": "Stands behind claims" }, h("span", { class: "kit-caption" }, "Stands behind claims"),
      ...pen.claims.map((number) => chip("join", pen.claimNumber(number), isJoined(pen.claimMark(number), source), { ...on, "data-sentence": number, "aria-label": `Claim ${pen.claimNumber(number)}` }))),
    backSelect(pen, source),
  ];
}

function backSelect(pen, source) {
  const named = (other) => `${shortened(inWords(pen, other), 40)} (${pen.placeOf(other)})`; // no quotes: keys choose by the first letters
  const options = mayGoBackTo(pen.marks, source).map((other) => choice(markKey(other), named(other), backOf(source) && `${placeKey(backOf(source))} ${SOURCE}`));
  return h("label", { class: "kit-goes" }, h("span", { class: "kit-caption" }, "Goes back to"),
    select("back", `Where ${shortened(inWords(pen, source), 40)} has it from`, [choice("", "nobody else", ""), ...options], { "data-mark": markKey(source) }));
}

function claimProgress(pen) {
  const all = pen.claims.length;
  const done = all - pen.openClaims.length;
  const words = done === all ? `All ${all} claims have a rung.` : `${done} of ${all} claims have a rung.`;
  return [h("p", { class: "kit-message" }, done && !pen.hinted ? words : `${hint(pen)} ${all ? words : ""}`),
    done < all && button("next-open", "Next claim", { class: "kit-plain" })];
}

/** In quotation marks, but for words that bring their own. */
const inQuotes = (words) => (/^[“"„«]/.test(words) ? words : `“${words}”`);

const quoted = (pen, mark) => h("span", { class: "kit-quote", dir: "auto" }, inQuotes(inWords(pen, mark)));

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
      ...(pen.unit === "claim" ? sourceLine(pen, mark) : []),
      mark.note && h("span", { class: "kit-noted", dir: "auto" }, mark.note),
      !pen.locked && button("remove", "Remove", on)]),
    !pen.locked && button("change", open ? "Done" : "Change", { ...on, "aria-expanded": String(open) }));
}

/** In the list: the claims of a source in words, and where it goes back to. */
function sourceLine(pen, source) {
  const numbers = pen.numbersBehind(source);
  const back = backOf(source);
  return [
    h("span", { class: "kit-caption" }, numbers.length ? `Stands behind claim${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")}.` : "Stands behind no claim yet."),
    pen.locked ? back && h("span", { class: "kit-caption", dir: "auto" }, `Goes back to “${inWords(pen, back)}”.`) : backSelect(pen, source)];
}

function rowNotice(pen) {
  const rows = visibleRows(pen.rows, pen.ui.filter);
  const row = pen.rows[pen.ui.row];
  const disabled = !rows.some((each) => DIFFERENCES.includes(each.outcome));
  return [
    button("previous-difference", "Previous difference", { disabled }, icon("left")),
    button("next-difference", "Next difference", { disabled }, icon("right")),
    row ? h("p", { class: "kit-message" }, outcome(row), " ", h("q", { dir: "auto" }, row.words), " ", row.why)
      : h("p", { class: "kit-message" }, LANES_IN_WORDS[pen.unit]),
    row && button("to-table", "Back to the table", { "data-row": pen.ui.row }),
  ];
}

const pendingNotice = (pen) => [
  h("p", { class: "kit-message" }, "From ", h("b", { dir: "auto" }, `“${pen.tokens[pen.ui.pending][0]}”`), " to which word? The same word again marks it alone."),
  button("cancel", "Cancel")];

/** What the tray says: the most pressing thing only. */
function notice(pen) {
  const { ui } = pen;
  if (ui.offer) {
    return [h("p", { class: "kit-message" }, `${changes(ui.offer.changes)[0].toUpperCase()}${changes(ui.offer.changes).slice(1)} of yours did not reach the disk.`),
      button("put-back", `Put back ${changes(ui.offer.changes)}`, { class: "kit-primary" }), button("leave-out", "Leave out")];
  }
  if (pen.rows.length && pen.stage === "reasons") return rowNotice(pen);
  if (ui.pending !== null) return pendingNotice(pen); // alone: the next word must not lie under the bar of a claim
  if (ui.taken !== null) return pen.unit === "claim" ? claimBar(pen, ui.taken) : sentenceBar(pen, ui.taken);
  if (ui.selected) return [...markBar(pen, ui.selected), pen.unit !== "sentence" && button("start-here", "New mark on these words", {}, icon("plus")), button("cancel", "Close", { class: "kit-away" }, icon("close"))];
  if (pen.unit !== "token" && !pen.locked) return pen.unit === "claim" ? claimProgress(pen) : sentenceProgress(pen);
  return [h("p", { class: "kit-message" }, hint(pen))];
}

function hint(pen) {
  if (pen.locked) return pen.stage === "reasons" ? "These are your final marks." : "This text can be read, not marked.";
  if (pen.stage === "mend" && pen.feedback.questions?.length) return "Read once more, then press Finish."; // all of it stands above the text
  if (pen.stage === "mend" && pen.feedback.text) return pen.feedback.text;
  const hints = HINTS[pen.unit];
  return (pen.ui.list && hints.list) || hints[pen.ui.input] || hints.mouse;
}

function feedbackPart(pen) {
  const { text = "", places = [], questions = [] } = pen.feedback;
  if (!text && !questions.length) return [];
  return [
    h("h2", { class: "kit-subheading" }, pen.stage === "reasons" ? "What came of it" : "Read once more"),
    text && h("p", null, text),
    questions.length > 0 && h("ul", null, ...questions.map((q) => h("li", null, q))),
    places.length > 0 && h("p", { class: "kit-places" }, h("span", { class: "kit-caption" }, "Go to"),
      ...places.map((n) => button("to-sentence", placeName(pen, n), { "data-sentence": n }, (pen.claims.includes(n) && pen.claimNumber(n)) || pen.numbers[n] || "Heading"))),
  ];
}

/** What the hint calls a place: claims have numbers of their own. */
function placeName(pen, number) {
  if (pen.claims.includes(number)) return `Claim ${pen.claimNumber(number)}`;
  return pen.numbers[number] ? `Sentence ${pen.numbers[number]}` : "Heading";
}

const outcome = (row) => h("span", { class: `kit-outcome kit-outcome-${row.outcome}` },
  h("span", { class: "kit-symbol", "aria-hidden": "true" }, row.symbol), row.word);

const labelled = (label) => h("span", { class: "kit-cell-label", style: `--kit-colour: ${label.colour}` },
  label.unit && h("span", { class: "kit-letter", "aria-hidden": "true" }, label.letter), label.name);

/** Of sentences and claims the words stand in the first column already. */
const lane = (pen, words, marks) => (marks.length || words ? [
  pen.unit !== "sentence" && words && h("span", { class: "kit-cell-words", dir: "auto" }, words),
  ...marks.map((m) => pen.labels.get(m.label)).filter(Boolean).map((l) => labelled(pen.unit === "sentence" ? { ...l, unit: "sentence" } : l))]
  : [h("span", { class: "kit-none" }, "nothing")]);

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
  const used = new Set(pen.rows.flatMap((row) => [...row.mine, ...row.theirs].map((m) => m.label)));
  const labels = [...pen.labels.values()].filter((l) => used.has(l.id)).map((l) => choice(l.id, l.name, filter.label));
  return [
    h("h2", { class: "kit-subheading" }, "Mine and the key"),
    h("div", { class: "kit-filters" },
      select("outcome", "Show result", [choice("", "All results", filter.outcome), ...results]),
      select("label-filter", `Show ${sortOf(pen)}`, [choice("", `All ${sortOf(pen)}s`, filter.label), ...labels]),
      h("span", { class: "kit-caption", role: "status" }, `${rows.length} of ${pen.rows.length}`)),
    h("table", { class: "kit-table" },
      h("thead", null, h("tr", null, ...["Words", "Mine", "Key", "Result", "Why"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", null, ...rows.map((row) => tableRow(pen, row)))),
    pen.feedback.made && h("p", { class: "kit-caption" }, `How the key was made: ${pen.feedback.made}`),
  ];
}

/** One sentence of the list: its words, its marks, and the form for a new one. */
function sentenceItem(pen, number, marks) {
  const { first, stop } = pen.sentences[number];
  const shown = plan(layered(pen.drawn(marks), "mark"));
  const words = pen.tokens.slice(first, stop).flatMap((token, i) => tokenContent(token, shown.get(first + i) ?? [], pen.labels));
  const looked = (pen.feedback.places ?? []).includes(number) && pen.stage === "mend";
  const inside = marks.filter((m) => pen.unit === "token" || isSource(m));
  return [
    h("p", { class: "kit-sentence", dir: "auto" }, h("span", { class: "kit-number" }, pen.numbers[number]), ...words),
    looked && h("p", { class: "kit-caption" }, "Look again at this sentence."),
    pen.unit === "sentence" && sentenceForm(pen, number),
    pen.claims.includes(number) && claimForm(pen, number),
    inside.length > 0 && h("ul", { class: "kit-marks" }, ...inside.map((m) => markItem(pen, m))),
    !pen.locked && pen.unit !== "sentence" && addForm(pen, number),
  ].flat();
}

/** What a sentence is called, mine and the key's, where it can no longer be changed. */
function verdict(pen, number) {
  const row = pen.rowOf(number);
  const names = (marks) => marks.map((m) => pen.labels.get(m.label)?.name).filter(Boolean).join(", ") || "nothing";
  const mine = pen.unit === "claim" ? pen.claimMark(number) : pen.markOfSentence(number);
  if (!row) return mine && h("p", { class: "kit-caption" }, `Mine: ${names([mine])}.`);
  return h("p", { class: "kit-caption" }, `Mine: ${names(row.mine)}. Key: ${names(row.theirs)}. ${row.word}.`);
}

function sentenceForm(pen, number) {
  if (pen.sentences[number].heading) return [];
  if (pen.locked) return [verdict(pen, number)];
  const mark = pen.markOfSentence(number);
  const options = [{ id: "", name: "None" }, ...pen.palette];
  return [radios(pen, "role", number, `Label of sentence ${pen.numbers[number]}`, options, mark?.label ?? ""),
    mark && h("div", { class: "kit-bar" }, ...noteAndRemove(pen, mark).filter((node) => node?.dataset?.action !== "remove"))];
}

/** The form of a claim: its rung, and who says so. */
function claimForm(pen, number) {
  const name = `claim ${pen.claimNumber(number)}`;
  const claim = pen.claimMark(number);
  const head = h("p", { class: "kit-claim-head" }, `Claim ${pen.claimNumber(number)}`);
  if (pen.locked) return [head, verdict(pen, number)];
  const rung = pen.ladder.some((l) => l.id === claim?.label) ? claim.label : "";
  return [head, whoSaysSo(pen, number, claim),
    radios(pen, "rung", number, `Rung of ${name}`, [{ id: "", name: "No rung yet" }, ...pen.ladder], rung, true),
    claim && h("div", { class: "kit-bar" }, ...noteAndRemove(pen, claim).filter((node) => node?.dataset?.action !== "remove"))];
}

function whoSaysSo(pen, number, claim) {
  const box = (source) => h("label", { class: "kit-tick" },
    h("input", { type: "checkbox", "data-field": "join", "data-sentence": number, "data-mark": markKey(source), checked: isJoined(claim, source) }),
    h("span", { dir: "auto" }, `“${inWords(pen, source)}”, ${pen.placeOf(source)}`));
  return h("fieldset", { class: "kit-setting" }, h("legend", null, `Who says so? Claim ${pen.claimNumber(number)}`),
    pen.sources.length ? pen.sources.map(box) : h("p", { class: "kit-caption" }, "No source words are marked yet. Mark them here or in another sentence."));
}

function radios(pen, field, number, legend, options, chosen, shown = false) {
  const radio = ({ id, name, letter, colour }) => h("label", { class: "kit-option", style: colour && `--kit-colour: ${colour}` },
    h("input", { type: "radio", name: `${pen.uid}-${field}-${number}`, "data-field": field, "data-sentence": number, value: id, checked: chosen === id }),
    letter && h("span", { class: "kit-letter", "aria-hidden": shown ? undefined : "true" }, letter), h("span", null, name));
  return h("fieldset", { class: "kit-setting" }, h("legend", { class: shown ? "" : "kit-hidden" }, legend),
    h("div", { class: "kit-options" }, ...options.map(radio)));
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
      pen.palette.length > 1 && caption("Label", select("label", "Label", pen.palette.map((l) => choice(l.id, l.name, pen.inHand)))),
      button("add", "Add", { "data-sentence": number, class: pen.claims.includes(number) ? "" : "kit-primary" }),
      pen.claims.includes(number) && button("add-join", `Add and join to claim ${pen.claimNumber(number)}`, { "data-sentence": number, class: "kit-primary" })));
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
      button("save-page", "Save as a page", { class: "kit-plain", disabled: !pen.model.get("download")?.text, title: "One page to hand in, to print and to read. A program can grade it." }),
      button("open", "Open", { class: "kit-plain" }),
      button("restart", "Start again", { class: "kit-plain" })),
  ];
}

function asking(pen) {
  if (pen.ui.ask === "restart") {
    return h("div", { class: "kit-work", role: "group", "aria-label": "Start again" },
      h("span", null, `Start again with no marks and no answers? Those so far are put aside, not lost.${pen.model.get("stage") === "mark" ? "" : " In an exercise, your teacher is told that you started again."}`),
      button("restart-yes", "Yes, start again", { class: "kit-primary" }), button("cancel-ask", "No, keep them"));
  }
  return h("div", { class: "kit-work", role: "group", "aria-label": "Someone else" },
    h("label", { class: "kit-field" }, h("span", { class: "kit-caption" }, "Code of the next person, not a name"),
      h("input", { class: "kit-input", type: "text", maxlength: "24", "data-field": "code", value: pen.ui.code, autocomplete: "off", spellcheck: "false" })),
    button("set-code", "Go on with this code", { class: "kit-primary" }), button("cancel-ask", "Cancel"));
}

/** A letter in a box: filled for mine, with a frame for the key's; empty where there is none yet. */
function letterBox(label, kind, said, note) {
  if (!label) return h("span", { class: "kit-box kit-box-empty", "aria-hidden": "true" }, "\u200b");
  return h("span", { class: `kit-box kit-box-${kind}`, style: `--kit-colour: ${label.colour}` },
    h("span", { "aria-hidden": "true" }, label.letter + (note ? "*" : "")), h("span", { class: "kit-hidden" }, ` ${said}${label.name}. `));
}

/** What stands before a sentence, in the text: its number with its letters, or the button of a claim. */
function badge(pen, number) {
  const { mine, theirs, compared } = pen.lettersOf(number);
  const boxes = [letterBox(mine && pen.labels.get(mine.label), "mine", compared ? "Mine: " : "", mine?.note),
    ...theirs.map((m) => letterBox(pen.labels.get(m.label), "key", "Key: "))];
  const stuck = "\u2060"; // the first word of the sentence stays on the line
  if (pen.unit === "sentence") return [h("span", { class: "kit-count" }, pen.numbers[number]), ...boxes, stuck];
  return [h("button", { class: "kit-claim", tabindex: "-1", "data-action": "claim", "data-sentence": number, "aria-pressed": pen.locked ? null : String(pen.ui.taken === number) },
    h("span", { class: "kit-claim-name" }, `Claim ${pen.claimNumber(number)}`), ...boxes), stuck];
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
    this.settings = { ...SETTINGS, ...kept(inBrowser, SETTINGS_KEY) };
    this.story = newStory();
    this.keys = new Map();
    this.pieces = new Map();
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
    return { cursor: null, anchor: null, pending: null, selected: null, taken: null, drag: null, row: null };
  }

  get marks() { return this.model.get("marks"); }
  get stage() { return this.model.get("stage") || "mark"; }
  get feedback() { return this.model.get("feedback") ?? {}; }
  get rows() { return this.feedback.rows ?? []; }
  get locked() { return Boolean(this.model.get("locked")) || this.stage === "reasons"; }
  get unit() { return this.model.get("unit") || "token"; }
  get labels() { return this.once("labels", [this.model.get("labels")], () => new Map(this.model.get("labels").map((label) => [label.id, label]))); }
  /** The pens: furniture is never asked, and rungs are chosen for a claim. */
  get palette() { return [...this.labels.values()].filter((label) => (this.unit === "claim" ? isSource({ label: label.id }) : label.id !== NOT_ASKED)); }
  get ladder() { return this.unit === "claim" ? [...this.labels.values()].filter((label) => label.unit === "sentence" && label.id !== NO_RUNG) : []; }
  get inHand() { return (this.palette.find((label) => label.id === this.model.get("pen")) ?? this.palette[0])?.id; }
  get sources() { return this.unit === "claim" ? this.marks.filter(isSource) : []; }
  get hinted() { return this.stage === "mend" || (this.ui.input === "keys" && !this.ui.list); }
  get unsaved() { return Math.max(0, this.model.get("revision") - Math.max(this.model.get("saved"), this.base)); }
  /** Numbers of the sentences that are claims to trace; where nobody asked, those that are traced. */
  get claims() {
    if (this.unit !== "claim") return [];
    const asked = this.model.get("asked") ?? [];
    const traced = () => this.marks.filter((m) => !isSource(m)).map((m) => sentenceOf(this.sentences, m.first));
    return [...new Set(asked.length ? asked : traced())].sort((a, b) => a - b);
  }
  get openClaims() { return this.claims.filter((number) => !this.ladder.some((rung) => rung.id === this.claimMark(number)?.label)); }
  get stash() { return stashKey(this.model.get("article"), [...this.labels.values()], this.model.get("annotator")); }

  /** What is worked out again only where it would come out otherwise. */
  once(name, from, work) {
    const known = this.pieces.get(name);
    if (known && known.from.every((value, i) => value === from[i])) return known.value;
    const value = work();
    this.pieces.set(name, { from, value });
    return value;
  }

  // ------------------------------------------------------------ sentences and claims

  markOfSentence(number) { return this.marks.find((m) => m.first === this.sentences[number].first); }
  claimMark(number) { return claimAt(this.marks, this.sentences[number]); }
  claimNumber(number) { return String(this.claims.indexOf(number) + 1); }
  rowOf(number) { return this.stage === "reasons" ? this.rows.find((row) => row.sentence === number) : undefined; }
  sourcesAt(token) { return marksAt(this.sources, token); }
  placeOf({ first }) { return ((number) => (number ? `sentence ${number}` : "heading"))(this.numbers[sentenceOf(this.sentences, first)]); }

  /** The numbers of the claims that a source stands behind, as a reader counts them. */
  numbersBehind(source) {
    return this.claims.filter((number) => isJoined(this.claimMark(number), source)).map((number) => this.claimNumber(number));
  }

  /** The letters before a sentence: mine, and in the last stage the key's. */
  lettersOf(number) {
    const row = this.rowOf(number);
    const mine = row ? row.mine[0] : this.unit === "claim" ? this.claimMark(number) : this.markOfSentence(number);
    return { mine, theirs: row?.theirs ?? [], compared: Boolean(row) };
  }

  /** Marks as they stand in the text: of claims their sources alone, with the claims' numbers. */
  drawn(marks) {
    if (this.unit !== "claim") return marks;
    return marks.filter(isSource).map((m) => ({ ...m, sign: [...this.numbersBehind(m), ...(backOf(m) ? ["↩"] : [])].join(" ") || undefined }));
  }

  // ------------------------------------------------------------ building, once

  build(el) {
    const { title, source, language } = this.model.get("article");
    const part = (name) => (this[name] = h("div", { class: `kit-${name}` }));
    part("schemes");
    part("pens");
    part("tools");
    part("panel");
    part("feedbackPart");
    part("compare");
    part("notice");
    part("keep");
    part("foot");
    this.pens.setAttribute("role", "group");
    this.pens.setAttribute("aria-label", penNames(this).several);
    this.schemes.setAttribute("role", "group");
    this.schemes.setAttribute("aria-label", `Which ${penNames(this).several.toLowerCase()}`);
    this.feedbackPart.className = "kit-feedback";
    this.feedbackPart.tabIndex = -1;
    this.feedbackPart.setAttribute(SUPPRESS, "true");
    this.state = h("p", { class: "kit-status", role: "status" });
    this.voice = h("p", { class: "kit-hidden", role: "status" });
    this.list = h("ol", { class: "kit-list" });
    this.file = h("input", { type: "file", accept: ".json,.html,.htm,.ipynb,application/json,text/html", class: "kit-hidden", tabindex: "-1", "aria-hidden": "true", "data-field": "file" });
    this.article = h("div", { class: "kit-article", tabindex: "0", role: "application", "aria-label": "Text to mark", [SUPPRESS]: "true", lang: language });
    this.spans = this.tokens.map(([token, gap], i) => h("span", { class: "kit-token", "data-token": i }, token + gap));
    this.slots = this.sentences.map(() => h("span", { class: "kit-slot" }));
    this.units = this.sentences.map(({ first, stop }, number) => h("span", { class: "kit-unit", "data-unit": number }, this.slots[number], ...this.spans.slice(first, stop)));
    const [opening, ...rest] = paragraphsOf(this.sentences);
    const titled = opening && quote(this.tokens, opening.first, opening.stop) === title;
    this.blocks = opening ? [this.block(opening, titled ? "h2" : "h3"), ...rest.map((p) => this.block(p, "h3"))] : [];
    this.lasts = new Set(this.blocks.map((b) => b.stop - 1));
    this.links = document.createElementNS(SVG, "svg");
    this.links.setAttribute("class", "kit-links");
    this.links.setAttribute("aria-hidden", "true");
    this.article.append(this.links, ...this.blocks.map((b) => b.node));
    // A click beside every control still puts the focus in the pen: else the next key goes to the notebook.
    this.root = h("div", { class: "kit-pen", tabindex: "-1", [SUPPRESS]: "true" },
      this.deck = h("div", { class: "kit-deck" }, this.schemes, this.tools, this.pens, this.panel),
      h("div", { class: "kit-page" },
        this.feedbackPart, this.compare,
        title && !titled && h("h2", { class: "kit-title", dir: "auto" }, title), this.article, this.list,
        source && h("p", { class: "kit-source", dir: "auto" }, source),
        !this.tokens.length && h("p", { class: "kit-caption" }, "There is no text here.")),
      this.tray = h("div", { class: "kit-tray" }, this.notice, h("div", { class: "kit-saved" }, this.state, this.keep)), this.foot, this.file, this.voice);
    el.append(this.root);
  }

  block({ first, stop, heading }, level) {
    const last = this.tokens[stop - 1];
    if (last) this.spans[stop - 1].textContent = last[0];
    const units = this.units.filter((_, number) => this.sentences[number].first >= first && this.sentences[number].stop <= stop);
    const node = h(heading ? level : "p", { class: heading ? "kit-heading" : "kit-paragraph", dir: "auto" }, ...units);
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
    this.resized = new ResizeObserver(() => this.drawLinks());
    this.resized.observe(this.article);
    this.heard = {
      "change:marks": () => this.onMarks(), "change:pen": () => this.draw(), "change:revision": () => this.draw(), "change:saved": () => this.onSaved(),
      "change:stage": () => this.onStage(), "change:feedback": () => this.onAnswer(), "change:status": () => this.onAnswer(), "change:locked": () => this.draw(),
      "change:annotator": () => this.onAnnotator(), "change:download": () => this.onDownload(),
      "change:labels": () => this.onScheme(), "change:unit": () => this.onScheme(), "change:scheme": () => this.onScheme(),
      "change:schemes": () => this.draw(), "change:asked": () => this.draw(),
    };
    for (const [name, does] of Object.entries(this.heard)) this.model.on(name, does);
  }

  end() {
    this.ended.abort();
    this.themes.disconnect();
    this.resized.disconnect();
    clearTimeout(this.timer);
    clearTimeout(this.waiting);
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

  change(changed, story = remember(this.story, this.marks), more = {}) {
    if (this.locked || this.switching) return;
    const marks = this.unit === "claim" ? sound(changed) : changed;
    if (sameMarks(marks, this.marks)) return this.send(more);
    this.ui.told = "";
    this.story = story;
    const { selected } = this.ui;
    if (selected) this.ui.selected = marks.find((m) => sameMark(m, selected)) ?? null;
    const revision = Math.max(this.model.get("revision"), this.model.get("saved")) + 1;
    const before = this.marks;
    this.expectEcho();
    this.send({ ...more, marks, revision });
    if (this.unsaved && this.ui.offer) {
      this.ui.offer = this.alsoOffered(before, marks);
      this.draw();
    } else if (this.unsaved) keep(inSession, this.stash, { marks, changes: this.unsaved, stage: this.stage });
  }

  /** A change beside an offer that nobody has answered yet: both wait for the cell to be run again. */
  alsoOffered(before, marks) {
    const offer = { ...this.ui.offer, marks: carried(this.ui.offer.marks, before, marks), changes: this.ui.offer.changes + 1, stage: this.stage };
    keep(inSession, this.stash, offer);
    return offer;
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
    Object.assign(this.ui, { told: "", lost: "" });
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
    this.show(this.feedbackPart, true, "start"); // in the middle, its first lines would lie under the deck of a telephone
    this.say(this.feedback.text ?? "");
  }

  onMarks() {
    if (this.writing) return;
    this.story = newStory();
    Object.assign(this.ui, { pending: null, selected: null, noting: null });
    this.draw();
  }

  /** Other pens, other marks: what was in hand belongs to the old ones.  Python says it in several messages. */
  onScheme() {
    if (this.writing) return;
    this.switching = false;
    for (const token of this.painted.keys()) this.painted.set(token, ""); // the same label may look otherwise now
    this.keys.clear();
    this.onAnnotator();
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
    if (!sameMarks(marks, this.marks)) return { marks, changes: found.changes || 1 };
    keep(inSession, this.stash, null);
    return null;
  }

  // ------------------------------------------------------------ marking

  mark(first, stop, label = this.inHand) {
    Object.assign(this.ui, { pending: null, anchor: null, drag: null, selected: null });
    if (this.locked || !label) return this.draw();
    if (this.unit === "sentence") return this.markSentences(first, stop, label);
    if (this.ui.taken !== null) return this.joinHere(this.ui.taken, first, stop);
    const before = this.marks;
    this.change(toggle(before, { first, stop, label }));
    const gone = this.marks.length < before.length;
    return this.say(`${gone ? "Mark taken away" : `Marked as ${this.labels.get(label).name}`}: ${quote(this.tokens, first, stop)}`);
  }

  tap(token) {
    const { ui } = this;
    if (this.stage === "reasons" && this.rows.length) return this.chooseRow(this.rows.findIndex((r) => r.first <= token && token < r.stop));
    if (this.locked) return undefined;
    ui.cursor = token;
    ui.noting = null;
    if (this.unit === "sentence") return this.tapSentence(sentenceOf(this.sentences, token));
    const here = this.unit === "claim" ? this.sourcesAt(token) : marksAt(this.marks, token);
    if (ui.pending !== null && this.isOneSentence(ui.pending, token)) return this.mark(...rangeOf(ui.pending, token));
    if (ui.pending === null && here.length && ui.taken !== null) return this.join(ui.taken, here[0]);
    if (ui.pending === null && here.length) ui.selected = nextSelected(here, ui.selected);
    else Object.assign(ui, { pending: token, selected: null });
    this.draw();
    return this.reveal(this.spans[token]);
  }

  /** No cue goes on in another sentence: a tap there begins anew, and marks no half article by mistake. */
  isOneSentence(a, b) {
    return sentenceOf(this.sentences, a) === sentenceOf(this.sentences, b);
  }

  /** A tap gives the label in hand; a tap on a sentence that has it takes the sentence in hand. */
  tapSentence(number) {
    if (this.sentences[number].heading) return this.cancel();
    // After the check a tap is a look first: what is sorted is taken in hand, and nothing is overwritten.
    const look = this.stage === "mend" && this.markOfSentence(number) && this.ui.taken !== number;
    if (!look && this.markOfSentence(number)?.label !== this.inHand) return this.sort([number], this.inHand);
    this.ui.taken = this.ui.taken === number ? null : number;
    this.draw();
    return this.reveal(this.units[number]);
  }

  /** Give sentences a label, or take it with an empty one; the label is in hand then. */
  sort(numbers, label, taken = null) {
    const asked = numbers.filter((number) => !this.sentences[number].heading);
    if (!asked.length) return this.say("A heading gets no label.");
    Object.assign(this.ui, { taken, anchor: null, drag: null });
    this.change(withRole(this.marks, asked.map((number) => this.sentences[number]), label), undefined, label ? { pen: label } : {});
    const which = `Sentence${asked.length > 1 ? "s" : ""} ${fromTo(asked.map((number) => this.numbers[number]))}`;
    return this.say(`${which}: ${this.labels.get(label)?.name ?? "no label"}`);
  }

  markSentences(first, stop, label) {
    const before = this.marks;
    this.ui.taken = null;
    this.change(toggleSentences(before, this.sentences, first, stop, label));
    const gone = this.marks.length < before.length;
    this.say(gone ? "Labels taken away." : `Sentences ${fromTo(this.touched(first, stop).map((n) => this.numbers[n]).filter(Boolean))}: ${this.labels.get(label).name}`);
  }

  /** Numbers of the sentences that a range touches. */
  touched(first, stop) {
    return this.sentences.flatMap((s, number) => (s.first < stop && first < s.stop ? [number] : []));
  }

  // ------------------------------------------------------------ claims

  /** Take a claim in hand, or let it go where it is. */
  takeClaim(number) {
    if (this.stage === "reasons" && this.rows.length) return this.chooseRow(this.rows.indexOf(this.rowOf(number)));
    if (this.locked) return undefined;
    const taken = this.ui.taken === number ? null : number;
    const at = this.ui.input === "keys" ? this.sentences[number].first : this.ui.cursor;
    Object.assign(this.ui, this.calm(), { taken, cursor: at, noting: null });
    this.draw();
    this.reveal(this.units[number]);
    return this.say(taken === null ? `Claim ${this.claimNumber(number)} let go.` : `${this.claimInWords(number)} In hand: mark who says so.`);
  }

  turnClaim(by, from = this.claims) {
    const place = this.ui.taken ?? (this.ui.cursor === null ? -1 : sentenceOf(this.sentences, this.ui.cursor) - (by > 0 ? 1 : 0));
    const number = nextNumber(from, place, by);
    if (number === undefined) return this.say("There is no claim.");
    if (this.ui.list) return this.toSentence(number);
    if (this.ui.taken !== number) return this.takeClaim(number);
    return this.say(this.claimInWords(number));
  }

  claimInWords(number) {
    const claim = this.claimMark(number);
    const rung = this.ladder.find((label) => label.id === claim?.label);
    const words = this.sources.filter((source) => isJoined(claim, source)).map((source) => `“${inWords(this, source)}”`);
    return `Claim ${this.claimNumber(number)}${words.length ? ` joined to ${words.join(" and ")}` : ""}. ${rung ? `Rung ${rung.letter}, ${rung.name}.` : "No rung yet."}`;
  }

  join(number, source) {
    this.change(toggleJoin(this.marks, this.sentences[number], source));
    this.say(this.claimInWords(number));
  }

  joinHere(number, first, stop) {
    this.change(joinWords(this.marks, this.sentences[number], first, stop));
    this.say(this.claimInWords(number));
  }

  setRung(number, rung) {
    this.change(withRung(this.marks, this.sentences[number], rung));
    this.say(this.claimInWords(number));
  }

  goBack(source, key) {
    const other = this.sources.find((m) => markKey(m) === key);
    this.change(goingBack(this.marks, source, other ?? null));
    this.say(other ? `“${inWords(this, source)}” goes back to “${inWords(this, other)}”.` : `“${inWords(this, source)}” goes back to nobody else.`);
  }

  /** Change one mark and keep it in hand. */
  edit(mark, changed) {
    if (this.ui.selected && sameMark(this.ui.selected, mark)) this.ui.selected = changed;
    for (const name of ["noting", "changing"]) if (this.ui[name] === markKey(mark)) this.ui[name] = markKey(changed);
    this.change((this.unit === "claim" ? moved : replace)(this.marks, mark, changed));
    this.say(`${quote(this.tokens, changed.first, changed.stop)}, ${this.labels.get(changed.label)?.name}`);
  }

  take(mark) {
    const claim = this.unit === "claim" && !isSource(mark);
    this.change(remove(this.marks, mark));
    this.say(claim ? this.claimInWords(sentenceOf(this.sentences, mark.first)) : `Mark taken away: ${quote(this.tokens, mark.first, mark.stop)}`);
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
    Object.assign(this.ui, this.calm(), { ask: null, told: "" });
    this.send({ marks: [...this.marks], revision: this.model.get("revision"), commit: { count, action } });
  }

  // ------------------------------------------------------------ pointers

  tokenAt(x, y) {
    const hit = this.article.getRootNode().elementFromPoint(x, y)?.closest(".kit-token");
    if (hit && this.article.contains(hit)) return { token: Number(hit.dataset.token), near: true };
    const slot = this.slots.indexOf(this.article.getRootNode().elementFromPoint(x, y)?.closest(".kit-slot"));
    if (slot >= 0) return { token: this.sentences[slot].first, near: true };
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
    if (event.target.closest("button")) return event.preventDefault(); // the keys stay with the article
    getSelection()?.removeAllRanges(); // else the browser drags the selected text, and no mark is made
    const touch = event.pointerType === "touch";
    const { clientX: x, clientY: y, pointerId: id } = event;
    this.press = { x, y, id, touch, moved: false, ...this.tokenAt(x, y) };
    if (!touch && !this.locked) this.article.setPointerCapture(id);
    return undefined;
  }

  onMove(event) {
    const { press } = this;
    if (!press || press.touch || press.id !== event.pointerId || this.locked) return;
    if (!press.moved && Math.hypot(event.clientX - press.x, event.clientY - press.y) < DRAG_PX) return;
    press.moved = true;
    const drag = this.whole(...rangeOf(press.token, this.tokenAt(event.clientX, event.clientY).token));
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
    if (drag && !this.isTap(press.token, drag)) this.mark(...drag);
    else if (drag) this.tap(press.token);
    else if (press.near && Math.hypot(event.clientX - press.x, event.clientY - press.y) < TAP_PX) this.tap(press.token);
    else this.cancel();
  }

  /** Of sentences a range is as many whole ones as it touches. */
  whole(first, stop) {
    if (this.unit !== "sentence") return [first, stop];
    const { sentences } = this;
    return [sentences[sentenceOf(sentences, first)].first, sentences[sentenceOf(sentences, stop - 1)].stop];
  }

  /** A hand that trembles within one sentence means that sentence. */
  isTap(token, [first, stop]) {
    return this.unit === "sentence" && this.touched(first, stop).length === 1 && first <= token && token < stop;
  }

  drop() {
    this.press = null;
    if (!this.ui.drag) return;
    this.ui.drag = null;
    this.draw();
  }

  /** What is begun is forgotten first; then what is in hand is let go. */
  cancel() {
    const { ui } = this;
    const begun = ui.pending !== null || ui.drag !== null || ui.anchor !== null;
    Object.assign(ui, { pending: null, drag: null, anchor: null, noting: null, selected: null, taken: begun ? ui.taken : null });
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

  /** The keys go to the text; a cursor appears there only for who uses them. */
  rest() {
    this.resting = this.ui.input !== "keys";
    this.article.focus({ preventScroll: true });
    this.resting = false;
  }

  onFocus() {
    if (this.press || this.resting || !this.article.matches(":focus-visible")) return;
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
    const moved = this.tokens.length ? this.cursorFor(key, ctrlKey || altKey, shiftKey) : null;
    if (moved !== null) return () => this.move(moved, shiftKey);
    if (ctrlKey || metaKey || altKey) return undefined;
    if (/^[0-9]$/.test(key)) return () => this.digit(key);
    if (key === "Enter" || key === " ") return () => this.enter();
    if (key === "Delete" || key === "Backspace") return () => this.deleteHere();
    if (key === "[" || key === "]") return () => this.hop(key === "]" ? 1 : -1);
    if (this.unit === "claim" && key.toLowerCase() === "c") return () => this.takeHere();
    if (this.unit === "claim" && key.toLowerCase() === "s") return () => this.hopSource(shiftKey ? -1 : 1);
    return undefined;
  }

  /** A digit is a pen; with the keyboard on a sentence it sorts it, and on a claim it is its rung. */
  digit(key) {
    const { ui } = this;
    if (this.unit === "claim") return this.digitRung(key);
    const label = this.palette[key - 1]?.id;
    if (!label || this.locked || this.unit !== "sentence") return this.choose(label);
    if (ui.taken !== null) return this.sort([ui.taken], label, ui.taken);
    if (ui.input !== "keys" || ui.cursor === null) return this.choose(label);
    return this.sort(this.touched(...(ui.drag ?? rangeOf(ui.cursor, ui.cursor))), label);
  }

  digitRung(key) {
    const rung = this.ladder.find((label) => label.letter === key);
    const number = this.claimHere();
    if (rung && number !== null && !this.locked) this.setRung(number, rung.id);
    else if (rung && !this.locked) this.say("There is no claim here. ] takes the next one.");
  }

  /** The claim in hand, else the one under the cursor. */
  claimHere() {
    if (this.ui.taken !== null) return this.ui.taken;
    const number = this.ui.cursor === null ? -1 : sentenceOf(this.sentences, this.ui.cursor);
    return this.claims.includes(number) ? number : null;
  }

  takeHere() {
    const number = this.ui.cursor === null ? -1 : sentenceOf(this.sentences, this.ui.cursor);
    if (this.claims.includes(number)) return this.takeClaim(number);
    return this.say("There is no claim here. ] takes the next one.");
  }

  /** Where a key leads: from word to word; who takes more words with Shift goes token by token, to end where it must. */
  cursorFor(key, wide, extend) {
    const { sentences, tokens } = this;
    const at = this.ui.cursor ?? 0;
    if (this.unit === "sentence") return this.sentenceFor(key, at);
    const forwards = getComputedStyle(this.spans[at]).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backwards = forwards === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    if (wide && (key === forwards || key === "ArrowDown")) return sentenceStep(sentences, at, 1);
    if (wide && (key === backwards || key === "ArrowUp")) return sentenceStep(sentences, at, -1);
    const step = (by) => (extend ? Math.min(Math.max(at + by, 0), tokens.length - 1) : wordStep(tokens, this.marks, at, by));
    if (key === forwards) return step(1);
    if (key === backwards) return step(-1);
    if (key === "ArrowDown" || key === "ArrowUp") return this.lineStep(at, key === "ArrowDown" ? 1 : -1);
    if (key === "Home") return wide ? 0 : sentences[sentenceOf(sentences, at)].first;
    if (key === "End") return wide ? tokens.length - 1 : sentences[sentenceOf(sentences, at)].stop - 1;
    return null;
  }

  /** Sentences are gone through one by one, with every arrow. */
  sentenceFor(key, at) {
    const { sentences } = this;
    const forwards = getComputedStyle(this.spans[at]).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -sentences.length, End: sentences.length, ArrowLeft: -1, ArrowRight: 1, [forwards]: 1 }[key];
    const rtl = forwards === "ArrowLeft" && key === "ArrowRight";
    if (!by) return null;
    return sentences[Math.min(Math.max(sentenceOf(sentences, at) + (rtl ? -1 : by), 0), sentences.length - 1)].first;
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
    const words = found.filter(stopsFor(this.tokens, this.marks));
    return this.nearestOf(words.length ? words : found, here, line);
  }

  nearestOf(tokens, here, line) {
    return tokens[nearest(tokens.map((n) => this.spans[n].getBoundingClientRect()), (here.left + here.right) / 2, line)];
  }

  move(token, extend) {
    const { ui } = this;
    ui.input = "keys";
    ui.anchor = extend ? (ui.anchor ?? ui.cursor ?? 0) : null;
    Object.assign(ui, { cursor: token, selected: null, drag: extend ? this.whole(...rangeOf(ui.anchor, token)) : null });
    if (this.unit === "sentence") ui.taken = null;
    this.draw();
    this.reveal(this.spans[token]);
    this.say(extend ? quote(this.tokens, ...ui.drag) : this.placeInWords(token));
  }

  /** What is under the cursor. */
  placeInWords(token) {
    const number = sentenceOf(this.sentences, token);
    if (this.unit === "sentence") return this.sentenceInWords(number);
    const here = this.unit === "claim" ? this.sourcesAt(token) : marksAt(this.marks, token);
    const on = here.map((m) => this.labels.get(m.label)?.name).join(", ");
    const claim = this.claims.includes(number) && token === this.sentences[number].first ? `. ${this.claimInWords(number)}` : "";
    return this.tokens[token][0] + (on && `, marked ${on}`) + claim;
  }

  sentenceInWords(number) {
    const { mine, theirs, compared } = this.lettersOf(number);
    const name = (m) => this.labels.get(m?.label)?.name;
    const words = quote(this.tokens, this.sentences[number].first, this.sentences[number].stop);
    if (this.sentences[number].heading) return `Heading: ${words}`;
    const letters = compared ? `mine ${name(mine) ?? "nothing"}, key ${theirs.map(name).join(", ") || "nothing"}` : name(mine) ?? "not sorted";
    return `Sentence ${this.numbers[number]}, ${letters}: ${words}`;
  }

  enter() {
    const { ui } = this;
    if (this.stage === "reasons") return this.tap(ui.cursor ?? 0);
    if (ui.selected || (this.unit === "sentence" && ui.taken !== null)) return (this.notice.querySelector(".kit-choice") ?? this.notice.querySelector("select, button"))?.focus();
    if (this.unit === "sentence" && !ui.drag) return this.tapSentence(sentenceOf(this.sentences, ui.cursor ?? 0));
    if (this.unit === "claim" && !ui.drag && ui.pending === null && this.sourcesAt(ui.cursor ?? 0).length) return this.tap(ui.cursor ?? 0);
    return this.mark(...(ui.drag ?? rangeOf(ui.pending ?? ui.cursor ?? 0, ui.cursor ?? 0)));
  }

  deleteHere() {
    const { ui } = this;
    const at = ui.taken !== null && this.unit === "sentence" ? this.sentences[ui.taken].first : ui.cursor ?? 0;
    const claim = this.unit === "claim" ? this.claimHere() : null;
    const mark = ui.selected ?? marksAt(this.unit === "claim" ? this.sources : this.marks, at)[0] ?? (claim === null ? null : this.claimMark(claim));
    if (mark) this.take(mark);
  }

  hop(by) {
    if (this.stage === "reasons" && this.rows.length) return this.difference(by);
    if (this.unit !== "token") this.ui.input = "keys";
    if (this.unit === "sentence") return this.hopUnsorted(by);
    if (this.unit === "claim") return this.turnClaim(by);
    const mark = this.nextMark(by);
    if (!mark) return this.say("No marks yet.");
    Object.assign(this.ui, { cursor: mark.first, selected: mark, pending: null, anchor: null, drag: null, input: "keys" });
    this.draw();
    this.reveal(this.spans[mark.first]);
    return this.say(`${quote(this.tokens, mark.first, mark.stop)}, ${this.labels.get(mark.label)?.name}. Enter to change it, Delete to remove it.`);
  }

  /** To the next sentence without a label, round the end. */
  hopUnsorted(by, take = false) {
    const { ui } = this;
    const left = unsorted(this.sentences, this.marks).filter((number) => number !== ui.taken);
    const number = nextNumber(left, ui.taken ?? (ui.cursor === null ? -1 : sentenceOf(this.sentences, ui.cursor)), by);
    if (number === undefined) return this.say("Every sentence is sorted.");
    Object.assign(ui, { cursor: this.sentences[number].first, taken: take ? number : null, anchor: null, drag: null, noting: null });
    if (ui.list) return this.toSentence(number);
    this.draw();
    this.show(this.units[number]);
    return this.say(this.sentenceInWords(number));
  }

  /** To the next source: with no claim in hand it is taken in hand, else Enter joins it. */
  hopSource(by) {
    const { ui } = this;
    const at = ui.selected ? this.sources.findIndex((m) => sameMark(m, ui.selected)) : -1;
    const source = at >= 0 ? this.sources.at((at + by) % this.sources.length) : nextAfter(this.sources, ui.cursor ?? -1, by);
    if (!source) return this.say("No source words yet.");
    Object.assign(ui, { cursor: source.first, selected: ui.taken === null ? source : null, pending: null, anchor: null, drag: null, input: "keys" });
    this.draw();
    this.reveal(this.spans[source.first]);
    const behind = this.numbersBehind(source);
    return this.say(`${inWords(this, source)}, ${behind.length ? `stands behind claim ${behind.join(" and ")}` : "stands behind no claim"}. ${ui.taken === null ? "Enter to change it, Delete to remove it." : "Enter to join it or part it."}`);
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
    const number = Number(target?.dataset.sentence);
    const move = (edge, by) => this.edit(mark, resized(mark, edge, by, tokens.length));
    const set = (values) => { Object.assign(ui, values); this.draw(); };
    const actions = {
      undo: () => this.travel(back), redo: () => this.travel(forth),
      list: () => { set({ ...this.calm(), list: !ui.list }); },
      settings: () => this.toggle("settings"), help: () => this.toggle("help"), "close-panel": () => this.toggle(ui.panel),
      check: () => this.commit("check"), finish: () => this.commit("finish"), "restart-yes": () => this.commit("restart"),
      restart: () => this.ask("restart"), "someone-else": () => this.ask("someone-else"), "cancel-ask": () => this.ask(null),
      "set-code": () => this.setCode(), "save-as": () => this.saveAs(), download: () => this.saveAs(), "save-page": () => this.askForPage(), open: () => this.file.click(),
      cancel: () => { this.cancel(); this.article.focus({ preventScroll: true }); },
      claim: () => { this.takeClaim(number); this.rest(); },
      "let-go": () => { ui.pending = null; this.cancel(); this.rest(); },
      "next-claim": () => this.turnClaim(1), "previous-claim": () => this.turnClaim(-1),
      "next-open": () => this.turnClaim(1, this.openClaims), "next-unsorted": () => this.hopUnsorted(1, true),
      role: () => this.sort([number], target.dataset.role, number), join: () => this.join(number, mark),
      rung: () => this.setRung(number, this.claimMark(number)?.label === target.dataset.role ? "" : target.dataset.role),
      scheme: () => this.choosePens(target.dataset.scheme), "add-join": () => this.add(target, number),
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
    else if (field === "rung") this.setRung(Number(target.dataset.sentence), target.value);
    else if (field === "join" && mark) this.join(Number(target.dataset.sentence), mark);
    else if (field === "back" && mark) this.inPlace(target, () => this.goBack(mark, target.value));
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

  /** The form's words as a mark; in a claim they may be joined to it at once. */
  add(target, claim = null) {
    const value = (name) => target.closest(".kit-form").querySelector(`[data-field=${name}]`)?.value;
    const [first, stop] = rangeOf(Number(value("from")), Number(value("to")));
    this.ui.adding = Number(target.dataset.sentence);
    if (claim !== null) return this.joinHere(claim, first, stop);
    return this.mark(first, stop, value("label"));
  }

  setRole(number, label) {
    this.change(withRole(this.marks, [this.sentences[number]], label));
    this.say(`Sentence ${this.numbers[number]}: ${this.labels.get(label)?.name ?? "no label"}`);
  }

  /** Other pens: nothing can be marked until Python has sent their marks. */
  choosePens(scheme) {
    if (scheme === this.model.get("scheme")) return;
    this.switching = true;
    this.asked = true;
    this.expectEcho();
    this.send({ scheme });
    this.say(`${penNames(this).several}: ${this.model.get("schemes").find((one) => one.id === scheme)?.name}`);
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
    handOver(name, text, "application/json");
    this.say(this.unsaved ? `${changes(this.unsaved)} not in ${name}.` : `${name} is in your downloads.`);
    this.ui.told = this.unsaved ? `The file holds what was saved last: ${changes(this.unsaved)} not in it.` : `${name} is in your downloads.`;
    this.draw();
  }

  /** The page to hand in is made by Python, and sent only when it is asked for. */
  askForPage() {
    if (this.wanted) return;
    this.wanted = (this.model.get("commit")?.count ?? 0) + 1;
    this.waiting = setTimeout(() => this.onNoPage(), ECHO_MS);
    this.ui.lost = "";
    this.send({ marks: [...this.marks], revision: this.model.get("revision"), commit: { count: this.wanted, action: "page" } });
  }

  onDownload() {
    const { page, text } = this.model.get("download") ?? {};
    if (text !== this.handed) this.ui.told = ""; // the page in the downloads is no longer what is saved
    if (page && page.count === this.wanted) {
      clearTimeout(this.waiting);
      this.wanted = 0;
      handOver(page.name, page.html, "text/html");
      this.handed = text;
      this.ui.told = `${page.name} is in your downloads. Hand in that file, or print it.`;
      this.say(this.ui.told);
    }
    this.draw();
  }

  /** Nobody made the page: the answer file, which is here, holds the same work. */
  onNoPage() {
    const { name, text } = this.model.get("download");
    this.wanted = 0;
    handOver(name, text, "application/json");
    const without = this.unsaved ? `, with ${changes(this.unsaved)} not in it` : "";
    this.ui.lost = `The page could not be made: the kernel gave no answer. The answer file ${name} is in your downloads instead${without}. For a page, press ▶▶ at the top (restart and run all), then the button again.`;
    this.say(this.ui.lost);
    this.draw();
  }

  async openFile() {
    const file = this.file.files[0];
    if (!file) return undefined;
    if (file.size > (/\.json$/i.test(file.name) ? MEGABYTE : MOST_OPENED)) {
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
    if (item) return item.querySelector("input:checked, input, summary")?.focus({ preventScroll: true });
    this.ui.cursor = this.sentences[number].first;
    return this.article.focus({ preventScroll: true });
  }

  /** Scroll as little as it takes to see this, between the deck and the tray as they are now. */
  reveal(node) {
    node.style.scrollMarginBlock = `${this.deck.offsetHeight + 16}px ${this.tray.offsetHeight + 16}px`;
    node.scrollIntoView({ block: "nearest" });
  }

  show(node, focus = false, block = "center") {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (block === "start") node.style.scrollMarginBlock = `${this.deck.offsetHeight + 16}px`;
    node.scrollIntoView({ block, behavior: still ? "auto" : "smooth" });
    if (focus) node.focus({ preventScroll: true });
  }

  say(words) {
    this.voice.textContent = words;
  }

  // ------------------------------------------------------------ drawing

  draw() {
    if (this.writing) return;
    this.drawRoot();
    this.fill(this.pens, [this.inHand, this.locked], () => (this.locked ? [...this.palette, ...this.ladder].map(legend) : this.palette.map((label, i) => penButton(label, i, label.id === this.inHand))));
    this.fill(this.schemes, [this.stage, this.locked, this.model.get("schemes"), this.model.get("scheme")], () => schemePart(this));
    this.fill(this.tools, [this.story.past.length > 0, this.story.future.length > 0, this.ui.list, this.ui.panel, this.locked], () => tools(this));
    this.drawPanel();
    this.fill(this.feedbackPart, [this.stage, this.feedback.text, this.feedback.places, this.feedback.questions], () => feedbackPart(this));
    this.fill(this.compare, [this.stage, this.rows.length && this.feedback, this.ui.filter, this.ui.row], () => comparePart(this));
    this.drawText();
    this.drawUnits();
    this.drawList();
    this.drawLinks();
    this.fill(this.notice, this.noticeKey(), () => notice(this));
    this.drawStanding();
    this.fill(this.foot, [this.stage, this.locked, this.ui.ask, this.ui.code, this.model.get("annotator"), !this.model.get("download")?.text], () => footPart(this));
  }

  noticeKey() {
    const { offer, pending, selected, taken, noting, row, filter, input, list } = this.ui;
    const note = selected && this.marks.find((m) => sameMark(m, selected))?.note;
    const all = this.unit === "token" ? 0 : this.marks;
    return [offer, pending, selected, taken, note, all, noting, row, filter, input, list, this.stage, this.feedback.text, this.locked];
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
    const twin = held && ["action", "field", "label", "row", "sentence", "role", "scheme"].filter((n) => n in held.dataset).map((n) => `[data-${n}="${CSS.escape(held.dataset[n])}"]`).join("");
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
      ...(panel === "help" ? helpPanel(this) : settingsPanel(this)).flat()] : []));
  }

  layers() {
    const { ui, inHand } = this;
    const layers = [];
    const row = this.rows[ui.row];
    if (row) layers.push({ ...row, label: "", kind: "place" });
    for (const mark of this.emphasised()) layers.push({ ...mark, kind: "selected", note: "" });
    if (this.stage === "reasons" && this.rows.length && this.unit !== "claim") layers.push(...layered(this.marks, "mine"), ...layered(tidy(this.rows.flatMap((r) => r.theirs)), "theirs"));
    else layers.push(...layered(this.drawn(this.marks), "mark"));
    if (ui.drag) layers.push({ first: ui.drag[0], stop: ui.drag[1], label: inHand, kind: "live" });
    if (ui.pending !== null) layers.push({ first: ui.pending, stop: ui.pending + 1, label: inHand, kind: "pending" });
    if (ui.cursor !== null && ui.input === "keys" && this.unit !== "sentence") layers.push({ first: ui.cursor, stop: ui.cursor + 1, label: "", kind: "cursor" });
    return layers;
  }

  /** The mark in hand; of a claim in hand, the sources it is joined to. */
  emphasised() {
    const { selected, taken } = this.ui;
    if (selected) return [selected];
    if (taken === null) return [];
    if (this.unit === "claim") return this.sources.filter((source) => isJoined(this.claimMark(taken), source));
    return [this.markOfSentence(taken)].filter(Boolean);
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
    span.replaceChildren(...tokenContent([word, this.lasts.has(token) ? "" : gap], strips, this.labels));
  }

  drawCursor() {
    const { cursor } = this.ui;
    const at = cursor === null ? undefined : this.unit === "sentence" ? this.units[sentenceOf(this.sentences, cursor)] : this.spans[cursor];
    if (this.active === at) return;
    this.active?.removeAttribute("id");
    this.active = at;
    if (!at) return this.article.removeAttribute("aria-activedescendant");
    at.id = `${this.uid}-${cursor}`;
    return this.article.setAttribute("aria-activedescendant", at.id);
  }

  /** Sentences as units: the letters before them, and which one is under the cursor or in hand. */
  drawUnits() {
    const { ui } = this;
    const numbers = this.unit === "token" ? [] : this.claims;
    const cursor = ui.cursor === null || ui.input !== "keys" || this.unit !== "sentence" ? -1 : sentenceOf(this.sentences, ui.cursor);
    const tied = new Set(ui.selected && this.unit === "claim" ? claimsBehind(this.marks, ui.selected).map((m) => m.first) : []);
    this.units.forEach((unit, number) => {
      const asked = this.unit === "claim" ? numbers.includes(number) : this.unit === "sentence" && !this.sentences[number].heading;
      unit.classList.toggle("kit-asked", asked);
      unit.classList.toggle("kit-at", number === cursor);
      unit.classList.toggle("kit-taken", number === ui.taken || tied.has(this.sentences[number].first));
      this.fill(this.slots[number], asked && [this.lettersOf(number), this.claimNumber(number), ui.taken === number, this.locked], () => (asked ? badge(this, number) : []));
    });
  }

  /** Decoration: lines from the claim in hand to its sources, or from the source in hand to its claims and its own source. */
  drawLinks() {
    const links = this.ui.list ? [] : this.linked();
    if (!links.length && !this.links.childElementCount) return;
    const frame = this.article.getBoundingClientRect();
    const margin = this.blocks[0].node.getBoundingClientRect().left - frame.left - 9;
    const below = (node) => ((r) => ({ x: r.left - frame.left + 3, y: Math.round(r.bottom - frame.top) + 2 }))(node.getClientRects()[0]);
    this.links.replaceChildren(...links.flatMap(([number, source, back]) => {
      const from = below(back ? this.spans[back.first] : this.spans[this.sentences[number].first]);
      const to = below(this.spans[source.first]);
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", linkPath(from, to, margin));
      if (back) path.setAttribute("class", "kit-back");
      return [path];
    }));
  }

  linked() {
    const { taken, selected } = this.ui;
    if (this.unit !== "claim") return [];
    if (taken !== null) return this.emphasised().map((source) => [taken, source]);
    if (!selected) return [];
    const behind = this.claims.filter((number) => isJoined(this.claimMark(number), selected)).map((number) => [number, selected]);
    const source = this.sources.find((m) => sameMark(m, selected));
    return source && backOf(source) ? [...behind, [0, backOf(source), source]] : behind;
  }

  /** Numbers in the margin of the sentences that the hint names. */
  drawLooks() {
    const looks = new Set(this.stage === "mend" ? this.feedback.places : []);
    for (const number of new Set([...this.looks, ...looks])) {
      const span = this.spans[this.sentences[number]?.first];
      if (!span) continue;
      const { first, stop } = this.sentences[number];
      this.units[number].classList.toggle("kit-wanted", looks.has(number));
      for (const token of this.spans.slice(first, stop)) token.classList.toggle("kit-looked", looks.has(number));
      span.classList.toggle("kit-look", looks.has(number));
      if (looks.has(number)) span.dataset.sentence = this.claims.includes(number) ? "" : this.numbers[number];
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
      const all = this.unit === "claim" && this.marks; // a claim names the sources of other sentences
      this.fill(this.list.children[number], [marks, all, this.locked, open, looked, this.rowOf(number)], () => sentenceItem(this, number, marks));
    });
  }

  drawStanding() {
    const stands = standing({ unsaved: this.unsaved, late: this.late, unanswered: this.asked, status: this.model.get("status") ?? {} });
    const { told, lost } = this.ui;
    const trouble = stands.trouble || Boolean(lost);
    this.root.dataset.trouble = String(trouble);
    const words = lost ? `${stands.trouble ? `${stands.text} ` : ""}${lost}` : told && !trouble ? `${stands.text} ${told}` : stands.text;
    this.fill(this.state, [words, trouble], () => [h("span", { class: "kit-dot", "aria-hidden": "true" }), h("span", { class: "kit-state" }, words),
      trouble && button("help", "What if it does not work", { class: "kit-link" })]);
    // In sight wherever one reads: in places that keep nothing, a download is all that stays.
    const nothing = !this.model.get("download")?.text;
    this.fill(this.keep, [nothing], () => [button("download", "Download my work", { disabled: nothing }, icon("download"))]);
  }
}

/** @param {{model: any, el: HTMLElement}} place */
function render({ model, el }) {
  const pen = new Pen(model, el);
  return () => pen.end();
}

export default { render };

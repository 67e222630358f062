// The pen's pure functions.  Run with: node --test tests/js
// The script is read as text, because a .js file outside a package is not a module for Node.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../kit/page/static/highlight.js", import.meta.url), "utf-8");
const pen = await import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);

const mark = (first, stop, label = "might", more = {}) => ({ first, stop, label, ...more });
const sentences = [
  { first: 0, stop: 3, paragraph: 0, heading: true },
  { first: 3, stop: 9, paragraph: 1, heading: false },
  { first: 9, stop: 12, paragraph: 1, heading: false },
  { first: 12, stop: 20, paragraph: 2, heading: false },
];

/** A small generator of its own, so that a failure can be run again. */
function* numbers(seed) {
  let state = seed;
  for (;;) {
    state = (state * 1103515245 + 12345) % 2147483648;
    yield state / 2147483648;
  }
}

function randomMarks(random, count = 8) {
  const under = (n) => Math.floor(random.next().value * n);
  return pen.tidy(Array.from({ length: under(count) }, () => {
    const first = under(18);
    return mark(first, first + 1 + under(20 - first - 1), ["might", "vague", "condition"][under(3)]);
  }));
}

test("both directions of a drag give the same range", () => {
  assert.deepEqual(pen.rangeOf(7, 3), [3, 8]);
  assert.deepEqual(pen.rangeOf(3, 7), [3, 8]);
  assert.deepEqual(pen.rangeOf(5, 5), [5, 6]);
});

test("marking the same words with the same label twice takes the mark away", () => {
  const random = numbers(7);
  for (let n = 0; n < 300; n += 1) {
    const marks = randomMarks(random);
    const fresh = mark(2, 5, "hearsay");
    assert.deepEqual(pen.toggle(pen.toggle(marks, fresh), fresh), marks);
  }
});

test("the same words may carry two labels", () => {
  assert.deepEqual(pen.toggle([mark(2, 5, "vague")], mark(2, 5, "might")), [mark(2, 5, "might"), mark(2, 5, "vague")]);
});

test("marks are in reading order, however they were made", () => {
  const marks = pen.tidy([mark(5, 6), mark(1, 9), mark(1, 3), mark(5, 6), mark(5, 6, "a")]);
  assert.deepEqual(marks, [mark(1, 3), mark(1, 9), mark(5, 6, "a"), mark(5, 6)]);
});

test("a mark relabelled into one that is there already becomes one mark", () => {
  const marks = [mark(1, 2, "might"), mark(1, 2, "vague")];
  assert.deepEqual(pen.replace(marks, marks[0], mark(1, 2, "vague", { note: "both" })), [mark(1, 2, "vague", { note: "both" })]);
});

test("an end moves by one token and stops at the text and at the other end", () => {
  assert.deepEqual(pen.resized(mark(3, 5), "stop", 1, 20), mark(3, 6));
  assert.deepEqual(pen.resized(mark(3, 5), "first", -1, 20), mark(2, 5));
  assert.deepEqual(pen.resized(mark(3, 4), "stop", -1, 20), mark(3, 4));
  assert.deepEqual(pen.resized(mark(0, 4), "first", -1, 20), mark(0, 4));
  assert.deepEqual(pen.resized(mark(18, 20), "stop", 1, 20), mark(18, 20));
});

test("an empty note is no note", () => {
  assert.deepEqual(pen.noted(mark(1, 2, "might", { note: "old" }), "  "), mark(1, 2));
  assert.deepEqual(pen.noted(mark(1, 2), " who? "), mark(1, 2, "might", { note: "who?" }));
});

test("every token is in the sentence that holds it", () => {
  sentences.forEach((s, number) => {
    for (let token = s.first; token < s.stop; token += 1) assert.equal(pen.sentenceOf(sentences, token), number);
  });
});

test("a label takes the whole sentence, replaces another, and goes when given twice", () => {
  const once = pen.toggleSentences([], sentences, 4, 5, "claim");
  assert.deepEqual(once, [mark(3, 9, "claim")]);
  assert.deepEqual(pen.toggleSentences(once, sentences, 8, 9, "other"), [mark(3, 9, "other")]);
  assert.deepEqual(pen.toggleSentences(once, sentences, 3, 4, "claim"), []);
  assert.deepEqual(pen.toggleSentences(once, sentences, 5, 13, "claim"), [mark(3, 9, "claim"), mark(9, 12, "claim"), mark(12, 20, "claim")]);
  assert.deepEqual(pen.toggleSentences([], sentences, 0, 2, "claim"), [], "headings have no role");
});

test("taps go through the marks on a word, the shortest first, and then let go", () => {
  const marks = [mark(1, 9), mark(3, 5, "vague")];
  const here = pen.marksAt(marks, 4);
  assert.deepEqual(here, [marks[1], marks[0]]);
  assert.deepEqual(pen.nextSelected(here, null), marks[1]);
  assert.deepEqual(pen.nextSelected(here, marks[1]), marks[0]);
  assert.equal(pen.nextSelected(here, marks[0]), null);
});

test("marks on the same words lie in different lanes, three at most", () => {
  const random = numbers(3);
  for (let n = 0; n < 300; n += 1) {
    const marks = randomMarks(random);
    const lanes = pen.lanesOf(marks);
    marks.forEach((a, i) => marks.slice(i + 1).forEach((b, j) => {
      const apart = b.first >= a.stop || lanes[i] !== lanes[i + 1 + j];
      assert.ok(apart || lanes[i + 1 + j] === 2);
    }));
  }
  assert.deepEqual(pen.lanesOf([mark(0, 9), mark(1, 3), mark(2, 4), mark(3, 5), mark(9, 10)]), [0, 1, 2, 1, 0]);
});

test("a plan says for every token what it shows, and nothing for the others", () => {
  const shown = pen.plan([{ ...mark(2, 4), kind: "mark" }, { ...mark(3, 4, "vague"), kind: "mark", lane: 1, note: "x" }]);
  assert.deepEqual([...shown.keys()], [2, 3]);
  assert.deepEqual(shown.get(2).map((s) => [s.label, s.start, s.end]), [["might", true, false]]);
  assert.deepEqual(shown.get(3).map((s) => [s.label, s.lane, s.start, s.end, s.note]), [["might", 0, false, true, false], ["vague", 1, true, true, true]]);
});

test("a quotation is the text without the gap at its end", () => {
  const tokens = [["The", " "], ["mayor", "\n"], ["may", " "], ["go", ""], [".", "\n\n"]];
  assert.equal(pen.quote(tokens, 0, 3), "The mayor\nmay");
  assert.equal(pen.quote(tokens, 2, 5), "may go.");
});

test("any number of steps back and forth leads to the same marks", () => {
  const random = numbers(11);
  const states = Array.from({ length: 30 }, () => randomMarks(random));
  let story = pen.newStory();
  for (let n = 1; n < states.length; n += 1) story = pen.remember(story, states[n - 1]);
  let now = states.at(-1);
  for (let n = states.length - 2; n >= 0; n -= 1) {
    [story, now] = pen.back(story, now);
    assert.deepEqual(now, states[n]);
  }
  assert.equal(pen.back(story, now), null);
  for (let n = 1; n < states.length; n += 1) {
    [story, now] = pen.forth(story, now);
    assert.deepEqual(now, states[n]);
  }
  assert.equal(pen.forth(story, now), null);
  assert.deepEqual(pen.remember(pen.back(story, now)[0], now).future, [], "a new mark ends what was undone");
});

test("the nearest line counts before the nearest word", () => {
  const rects = [[0, 0, 50, 20], [60, 0, 100, 20], [0, 30, 50, 50]].map(([left, top, right, bottom]) => ({ left, top, right, bottom }));
  assert.equal(pen.nearest(rects, 55, 10), 0);
  assert.equal(pen.nearest(rects, 58, 10), 1);
  assert.equal(pen.nearest(rects, 500, 15), 1);
  assert.equal(pen.nearest(rects, 90, 29), 2);
  assert.equal(pen.nearest(rects, 10, 900), 2);
  assert.equal(pen.nearest([], 1, 1), -1);
});

test("steps by sentence go to its start, then to the one before, and to the end of the text", () => {
  assert.equal(pen.sentenceStep(sentences, 5, -1), 3);
  assert.equal(pen.sentenceStep(sentences, 3, -1), 0);
  assert.equal(pen.sentenceStep(sentences, 0, -1), 0);
  assert.equal(pen.sentenceStep(sentences, 5, 1), 9);
  assert.equal(pen.sentenceStep(sentences, 14, 1), 19);
});

test("the next mark goes round the end", () => {
  const marks = [mark(2, 3), mark(7, 9)];
  assert.equal(pen.nextAfter(marks, 2, 1), marks[1]);
  assert.equal(pen.nextAfter(marks, 7, 1), marks[0]);
  assert.equal(pen.nextAfter(marks, 2, -1), marks[1]);
  assert.equal(pen.nextAfter([], 2, 1), null);
});

test("sentences of one paragraph are one block", () => {
  assert.deepEqual(pen.paragraphsOf(sentences).map((p) => [p.first, p.stop, p.number]), [[0, 3, 0], [3, 12, 1], [12, 20, 3]]);
  assert.deepEqual(pen.paragraphsOf([]), []);
});

test("sentences are numbered as a reader counts them, without the headings", () => {
  assert.deepEqual(pen.numbersOf(sentences), ["", "1", "2", "3"]);
});

test("what is not on disk is never called saved", () => {
  const fine = { text: "Saved. 3 marks.", trouble: false };
  assert.equal(pen.standing({ unsaved: 0, status: fine }).text, "Saved. 3 marks.");
  assert.equal(pen.standing({ unsaved: 1, status: fine }).text, "Saving…");
  assert.deepEqual(pen.standing({ unsaved: 1, late: true, status: fine }), { text: "Not saved: in the menu Run, choose Run All Cells.", trouble: true });
  assert.deepEqual(pen.standing({ unsaved: 0, late: true, unanswered: true, status: fine }), { text: "No answer: in the menu Run, choose Run All Cells.", trouble: true });
  assert.deepEqual(pen.standing({ unsaved: 1, status: { text: "Disk full.", trouble: true } }), { text: "Disk full.", trouble: true });
});

test("a code is fit for the name of a folder", () => {
  assert.equal(pen.cleanCode(" Blue Fox 7 "), "blue-fox-7");
  assert.equal(pen.cleanCode("../../etc"), "etc");
  assert.equal(pen.cleanCode("¿?"), "");
  assert.match(pen.cleanCode("a".repeat(23) + "--b"), /^[a-z0-9-]{1,24}$/);
});

test("marks from a store are taken only if all of them fit", () => {
  const labels = [{ id: "might" }];
  assert.deepEqual(pen.fittingMarks([mark(2, 3), mark(0, 1)], 5, labels), [mark(0, 1), mark(2, 3)]);
  for (const bad of [null, {}, [null], [mark(4, 6)], [mark(3, 3)], [mark(-1, 2)], [mark(0, 1, "other")], [mark(0.5, 2)]]) {
    assert.equal(pen.fittingMarks(bad, 5, labels), null);
  }
});

test("two texts, two schemes or two people never share a stash", () => {
  const key = (fingerprint, ids, who) => pen.stashKey({ fingerprint }, ids.map((id) => ({ id })), who);
  const keys = [key("a", ["x"], "student"), key("b", ["x"], "student"), key("a", ["x", "y"], "student"), key("a", ["x"], "k7")];
  assert.equal(new Set(keys).size, 4);
});

test("a help page becomes headings, lists and paragraphs", () => {
  assert.deepEqual(pen.helpBlocks("# Top\n\nOne\ntwo\n\n- a\n- b\n  c\n\n## Next\nlast"), [
    { kind: "heading", text: "Top" }, { kind: "paragraph", text: "One two" }, { kind: "list", items: ["a", "b c"] },
    { kind: "heading", text: "Next" }, { kind: "paragraph", text: "last" }]);
  assert.deepEqual(pen.helpBlocks(""), []);
});

test("rows are filtered by result and by label, and counted", () => {
  const rows = [
    { outcome: "extra", word: "Extra", symbol: "+", mine: [mark(1, 2)], theirs: [] },
    { outcome: "match", word: "Match", symbol: "=", mine: [mark(3, 4)], theirs: [mark(3, 4)] },
    { outcome: "extra", word: "Extra", symbol: "+", mine: [mark(6, 7, "vague")], theirs: [] }];
  assert.equal(pen.visibleRows(rows, { outcome: "", label: "" }).length, 3);
  assert.deepEqual(pen.visibleRows(rows, { outcome: "extra", label: "vague" }), [rows[2]]);
  assert.deepEqual(pen.tally(rows).map((t) => [t.outcome, t.count]), [["match", 1], ["extra", 2]]);
});

test("dark paper is told from light", () => {
  for (const dark of ["rgb(17, 17, 17)", "rgb(33,33,33)", "color(srgb 0.1 0.1 0.12)"]) assert.ok(pen.isDark(dark));
  for (const light of ["rgb(255, 255, 255)", "rgb(247, 238, 221)", "rgb(233, 235, 237)", "color(srgb 0.9 0.9 0.9)"]) assert.ok(!pen.isDark(light));
});

test("keys of the page around the pen get through, all others stay", () => {
  const key = (name, more = {}) => pen.isForTheHost({ key: name, ...more });
  for (const host of [key("Tab"), key("Enter", { shiftKey: true }), key("Enter", { ctrlKey: true }), key("s", { ctrlKey: true }), key("S", { metaKey: true })]) assert.ok(host);
  for (const own of [key("d"), key("a"), key("s"), key("Enter"), key("Escape"), key("Enter", { altKey: true }), key("z", { ctrlKey: true }), key("ArrowDown"), key("Delete")]) assert.ok(!own);
});

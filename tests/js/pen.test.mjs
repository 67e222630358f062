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

test("a change is made on other marks as well, and nothing else of them changes", () => {
  const [may, vague, other] = [mark(1, 2), mark(4, 6, "vague", { note: "who?" }), mark(8, 9, "condition")];
  assert.deepEqual(pen.carried([other], [may], [may, vague]), [vague, other]);
  assert.deepEqual(pen.carried([may, other], [may, vague], [vague]), [other]);
  assert.deepEqual(pen.carried([may, other], [may], [may]), [may, other]);
  assert.deepEqual(pen.carried([], [may], []), []);
});

test("a note or a join that changed goes along, one that did not stays as it was", () => {
  const claim = mark(0, 3, "rung-4");
  const joined = { ...claim, joined: [{ first: 4, stop: 6, label: "source" }] };
  const source = mark(4, 6, "source");
  assert.deepEqual(pen.carried([claim], [claim], [joined, source]), [joined, source]);
  assert.deepEqual(pen.carried([joined, source], [joined, source], [claim, source]), [claim, source]);
  const noted = { ...source, note: "a paper" };
  assert.deepEqual(pen.carried([noted, claim], [source, claim], [source]), [noted]);
  assert.deepEqual(pen.carried([noted], [source], [{ ...source, note: "a person" }]), [{ ...source, note: "a person" }]);
});

test("on the marks it was made on, a change gives just what it led to; on any others it is made once", () => {
  const random = numbers(23);
  for (let n = 0; n < 300; n += 1) {
    const [others, before, after] = [randomMarks(random), randomMarks(random), randomMarks(random)];
    assert.deepEqual(pen.carried(before, before, after), after);
    const once = pen.carried(others, before, after);
    assert.deepEqual(pen.carried(once, before, after), once);
    assert.deepEqual(pen.carried(others, before, before), others);
    assert.deepEqual(pen.tidy(once), once);
  }
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

test("arrow keys stop at words, and at signs that are marked on their own", () => {
  const tokens = ["“", "Maybe", ",", "”", "(", "5", "%", ")", "€", "🙂", "…", "."].map((text) => [text, ""]);
  const walk = (marks, from, by) => {
    const gone = [];
    for (let at = from, next = pen.wordStep(tokens, marks, at, by); next !== at; next = pen.wordStep(tokens, marks, at, by)) gone.push(at = next);
    return gone;
  };
  assert.deepEqual(walk([], 0, 1), [1, 5, 8, 9]);
  assert.deepEqual(walk([], 11, -1), [9, 8, 5, 1]);
  assert.deepEqual(walk([mark(3, 5)], 0, 1), [1, 3, 4, 5, 8, 9]);
  assert.deepEqual(walk([mark(2, 6), mark(10, 11)], 0, 1), [1, 5, 8, 9, 10]);
  assert.equal(pen.wordStep([[",", ""]], [], 0, 1), 0);
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
  assert.deepEqual(pen.standing({ unsaved: 1, late: true, status: fine }), { text: "Not saved: press ▶▶ at the top (restart and run all).", trouble: true });
  assert.deepEqual(pen.standing({ unsaved: 0, late: true, unanswered: true, status: fine }), { text: "No answer: press ▶▶ at the top (restart and run all).", trouble: true });
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

// ---------------------------------------------------------------- roles

test("a sentence keeps its note when its label changes, and headings never get one", () => {
  const before = [mark(3, 9, "claim", { note: "why?" }), mark(12, 20, "other")];
  assert.deepEqual(pen.withRole(before, [sentences[1]], "background"), [mark(3, 9, "background", { note: "why?" }), mark(12, 20, "other")]);
  assert.deepEqual(pen.withRole(before, [sentences[1]], ""), [mark(12, 20, "other")]);
  assert.deepEqual(pen.withRole(before, [], "claim"), before);
  assert.deepEqual(pen.toggleSentences(before, sentences, 3, 4, "other"), [mark(3, 9, "other", { note: "why?" }), mark(12, 20, "other")]);
});

test("sentences that wait for a label are named without the headings", () => {
  assert.deepEqual(pen.unsorted(sentences, []), [1, 2, 3]);
  assert.deepEqual(pen.unsorted(sentences, [mark(9, 12)]), [1, 3]);
  assert.deepEqual(pen.unsorted(sentences, [mark(3, 9), mark(9, 12), mark(12, 20)]), []);
});

test("the next number goes round the end, and there is none of none", () => {
  assert.equal(pen.nextNumber([2, 5], 2, 1), 5);
  assert.equal(pen.nextNumber([2, 5], 5, 1), 2);
  assert.equal(pen.nextNumber([2, 5], 2, -1), 5);
  assert.equal(pen.nextNumber([2, 5], 4, -1), 2);
  assert.equal(pen.nextNumber([], 4, 1), undefined);
});

test("numbers are read as people say them", () => {
  assert.deepEqual([[], ["4"], ["4", "5"], ["4", "5", "6"]].map(pen.fromTo), ["", "4", "4 and 5", "4 to 6"]);
});

test("a long quotation is cut between words and never longer than asked, a short one not at all", () => {
  assert.equal(pen.shortened("two people", 20), "two people");
  assert.equal(pen.shortened("two people who have seen it", 20), "two people who have…");
  assert.equal(pen.shortened("x".repeat(50), 20), `${"x".repeat(20)}…`);
});

// ---------------------------------------------------------------- claims and their sources

const says = (first, stop, more = {}) => mark(first, stop, "source", more);
const end = ({ first, stop }, label = "source") => ({ first, stop, label });
const back = (m) => end(m, "goes-back");
const claims = sentences.slice(1);
const two = says(5, 7);
const mayor = says(10, 11);
const paper = says(14, 16);

/** What is wrong with marks; empty if all their joined ends hold. */
function faults(marks) {
  const sources = marks.filter((m) => m.label === "source");
  const at = (e) => sources.find((s) => s.first === e.first && s.stop === e.stop);
  const found = [];
  for (const m of marks) {
    for (const e of m.joined ?? []) if (!at(e)) found.push(`leads nowhere: ${JSON.stringify(e)}`);
    if (m.joined && !m.joined.length) found.push("an empty list");
    if (m.label === "claim" && !m.joined) found.push("a claim with nothing");
    if (m.label === "source" && (m.joined ?? []).length > 1) found.push("two ways back");
    if ((m.joined ?? []).some((e) => e.label !== (m.label === "source" ? "goes-back" : "source"))) found.push("a wrong label");
    let seen = m;
    for (let n = 0; m.label === "source" && seen?.joined; n += 1) {
      if (n > sources.length) {
        found.push("a circle");
        break;
      }
      seen = at(seen.joined[0]);
    }
  }
  return found;
}

/** One step of a student, any of those there are. */
function anyStep(marks, random) {
  const under = (n) => Math.floor(random.next().value * n);
  const any = (list) => list[under(list.length)];
  const sources = marks.filter(pen.isSource);
  const claim = any(claims);
  const words = [under(18), 1 + under(3)];
  const chosen = any(sources);
  const steps = [
    () => pen.withRung(marks, claim, any(["rung-5", "rung-2", "rung-0", ""])),
    () => pen.joinWords(marks, claim, words[0], words[0] + words[1]),
    () => pen.sound(pen.toggle(marks, says(words[0], words[0] + words[1]))),
    () => chosen ? pen.toggleJoin(marks, claim, chosen) : marks,
    () => chosen ? pen.goingBack(marks, chosen, any([null, ...sources])) : marks,
    () => chosen ? pen.moved(marks, chosen, pen.resized(chosen, any(["first", "stop"]), any([-1, 1]), 21)) : marks,
    () => chosen ? pen.moved(marks, chosen, pen.noted(chosen, any(["", "who?"]))) : marks,
    () => marks.length ? pen.sound(pen.remove(marks, any(marks))) : marks,
  ];
  return any(steps)();
}

test("after any number of steps every joined end leads to a source that is there, and in no circle", () => {
  const random = numbers(1931);
  let joins = 0;
  let backs = 0;
  for (let run = 0; run < 200; run += 1) {
    let marks = [];
    for (let n = 0; n < 40; n += 1) {
      marks = anyStep(marks, random);
      assert.deepEqual(faults(marks), [], JSON.stringify(marks));
      assert.deepEqual(pen.sound(marks), marks, "sound marks stay as they are");
      assert.deepEqual(pen.fittingMarks(marks, 21, ["source", "claim", "rung-5", "rung-2", "rung-0"].map((id) => ({ id }))), marks, "and may be put back");
      joins += marks.filter((m) => m.label !== "source" && m.joined).length;
      backs += marks.filter((m) => m.label === "source" && m.joined).length;
    }
  }
  assert.ok(joins > 1000 && backs > 1000, "the steps really join");
});

test("joining twice parts again, and undo of a join gives the marks before", () => {
  const random = numbers(8);
  for (let run = 0; run < 100; run += 1) {
    let marks = [];
    for (let n = 0; n < 20; n += 1) marks = anyStep(marks, random);
    const [chosen] = marks.filter(pen.isSource);
    if (!chosen) continue;
    const joined = pen.toggleJoin(marks, claims[0], chosen);
    assert.ok(pen.sameMarks(pen.toggleJoin(joined, claims[0], chosen), marks));
    const [, before] = pen.back(pen.remember(pen.newStory(), marks), joined);
    assert.deepEqual(before, marks);
  }
});

test("words joined to a claim become a source once, however often they are joined", () => {
  const once = pen.joinWords([], claims[0], 5, 7);
  assert.deepEqual(once, [mark(3, 9, "claim", { joined: [end(two)] }), two]);
  assert.equal(pen.joinWords(once, claims[0], 5, 7), once);
  assert.deepEqual(pen.joinWords(once, claims[1], 5, 7), [mark(3, 9, "claim", { joined: [end(two)] }), two, mark(9, 12, "claim", { joined: [end(two)] })]);
});

test("a rung stays with its claim, and a claim with nothing is no mark", () => {
  const rung = pen.withRung([], claims[0], "rung-2");
  assert.deepEqual(rung, [mark(3, 9, "rung-2")]);
  assert.deepEqual(pen.withRung(rung, claims[0], ""), []);
  const joined = pen.joinWords(rung, claims[0], 5, 7);
  assert.deepEqual(pen.claimAt(joined, claims[0]), mark(3, 9, "rung-2", { joined: [end(two)] }));
  assert.deepEqual(pen.withRung(joined, claims[0], ""), [mark(3, 9, "claim", { joined: [end(two)] }), two]);
  assert.deepEqual(pen.sound(pen.remove(pen.withRung(joined, claims[0], ""), two)), [], "without its source it is gone");
});

test("a source that is nothing but a claim's sentence is not taken for the claim", () => {
  const marks = pen.joinWords([], claims[1], 9, 12);
  assert.deepEqual(marks, [mark(9, 12, "claim", { joined: [end(claims[1])] }), says(9, 12)]);
  assert.deepEqual(pen.withRung(marks, claims[1], "rung-1"), [mark(9, 12, "rung-1", { joined: [end(claims[1])] }), says(9, 12)]);
});

test("what is joined to a source goes where it goes, and goes with it", () => {
  const marks = pen.goingBack(pen.joinWords(pen.joinWords([], claims[0], 5, 7), claims[1], 10, 11), mayor, two);
  const longer = pen.moved(marks, two, says(5, 8));
  assert.deepEqual(pen.claimAt(longer, claims[0]).joined, [end(says(5, 8))]);
  assert.deepEqual(pen.backOf(longer.find((m) => m.first === 10 && m.label === "source")), back(says(5, 8)));
  const gone = pen.sound(pen.remove(longer, says(5, 8)));
  assert.deepEqual(gone, [mark(9, 12, "claim", { joined: [end(mayor)] }), mayor]);
});

test("two sources made one keep all their claims", () => {
  const marks = pen.joinWords(pen.joinWords([], claims[0], 5, 7), claims[1], 5, 8);
  const one = pen.moved(marks, says(5, 8), two);
  assert.deepEqual(one, [mark(3, 9, "claim", { joined: [end(two)] }), two, mark(9, 12, "claim", { joined: [end(two)] })]);
});

test("no source goes back to itself or round in a circle, and only what is possible is offered", () => {
  const chain = pen.goingBack(pen.goingBack([two, mayor, paper], mayor, two), paper, mayor);
  const offered = (m) => pen.mayGoBackTo(chain, chain.find((s) => s.first === m.first)).map((s) => s.first);
  assert.deepEqual(offered(two), []);
  assert.deepEqual(offered(mayor), [two.first]);
  assert.deepEqual(offered(paper), [two.first, mayor.first]);
  assert.equal(pen.goingBack(chain, two, paper), chain, "what is not offered changes nothing");
  assert.equal(pen.goingBack(chain, two, two), chain);
  const freed = pen.goingBack(chain, chain[1], null);
  assert.deepEqual(freed, [two, mayor, says(14, 16, { joined: [back(mayor)] })]);
  assert.deepEqual(pen.mayGoBackTo(freed, two).map((s) => s.first), [mayor.first, paper.first]);
});

test("marks of a file with ends that do not hold are mended, never followed", () => {
  const circle = [says(5, 7, { joined: [back(mayor)] }), says(10, 11, { joined: [back(two)] })];
  assert.deepEqual(faults(pen.sound(circle)), []);
  assert.deepEqual(pen.sound([mark(3, 9, "rung-1", { joined: [end(two)] })]), [mark(3, 9, "rung-1")]);
  assert.deepEqual(pen.sound([says(5, 7, { joined: [back(two)] })]), [two]);
  for (const bad of [[end(mayor)], [null], {}, [{ ...end(two), label: "rung-1" }], [{ first: 5, stop: 99, label: "source" }]]) {
    assert.equal(pen.fittingMarks([mark(3, 9, "rung-1", { joined: bad }), two], 20, [{ id: "source" }, { id: "rung-1" }]), null);
  }
});

test("the same marks are the same in any order of fields, and a join makes the difference", () => {
  const one = [mark(3, 9, "rung-1", { note: "x", joined: [end(two)] }), two];
  const other = [two, { joined: [end(two)], note: "x", label: "rung-1", stop: 9, first: 3 }];
  assert.ok(pen.sameMarks(one, other));
  assert.ok(!pen.sameMarks(one, [mark(3, 9, "rung-1", { note: "x" }), two]));
  assert.ok(!pen.sameMarks(one, [mark(3, 9, "rung-1", { joined: [end(two)] }), two]));
});

test("a line between two places runs along the margin, on one line straight", () => {
  assert.equal(pen.linkPath({ x: 50, y: 20 }, { x: 90, y: 22 }, -9), "M50 20H90");
  assert.equal(pen.linkPath({ x: 50, y: 20 }, { x: 90, y: 80 }, -9), "M50 20H-9V80H90");
});

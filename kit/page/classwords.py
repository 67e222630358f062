"""A class in words and figures: what its page and its picture say."""

from kit.measure.reasons import many
from kit.measure.tallies import Tallies


def few_words(people: int, least: int) -> str:
    """Say why a small class is not shown, and when it will be."""
    return (f"{many(people, 'answer')} so far. The page is shown from {least} answers on: "
            "of fewer, everybody could tell who marked what.")


def points_words(tallies: Tallies) -> str:
    """Return how the points are spread: lowest, quarters, highest."""
    marks = [share for share, count in tallies.points for _ in range(count)]
    low, quarter, middle, upper, high = (_at(marks, part / 4) for part in range(5))
    told = [number(value * tallies.out_of) if tallies.out_of else per_cent(value)
            for value in (low, quarter, middle, upper, high)]
    whole = f" of {number(tallies.out_of)}" if tallies.out_of else ""
    return (f"Points{whole}: from {told[0]} to {told[4]}; one half of the class lies between {told[1]} and {told[3]}, "
            f"and the middle is {told[2]}.")


def _at(marks: list[float], part: float) -> float:
    """Return the value below which a part of the sorted marks lies, the nearest one there is."""
    return marks[min(len(marks) - 1, int(part * (len(marks) - 1) + 0.5))]


def passes(tallies: Tallies) -> list[tuple[str, str, str]]:
    """Return the lines of a table: what is counted, its mean in the first pass, and in the mended one."""
    if tallies.by_sentence or tallies.by_claim:
        lines = [("as in the key", lambda one: one.right_label), ("without a label", lambda one: one.missed)]
        ratio = ("share of what was asked", lambda one: one.share)
    else:
        lines = [("found", lambda one: one.found), ("partly found", lambda one: one.loose),
                 ("missed", lambda one: one.missed), ("not in the key", lambda one: one.extra)]
        ratio = ("all in all, from 0 to 1", lambda one: one.f1)
    both = (tallies.first, tallies.mended)
    counts = [(name, *(f"{of(one) / tallies.people:.1f}" for one in both)) for name, of in lines]
    return [*counts, (ratio[0], *(_ratio(ratio[1](one)) for one in both))]


def _ratio(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def moves_words(tallies: Tallies) -> str:
    """Say how many gained, lost, or kept what they had, from the first pass to the mended one."""
    told = (f"From the first pass to the mended one, {tallies.up} went up, {tallies.same} stayed the same and "
            f"{tallies.down} went down.")
    if tallies.unchecked:
        told += (f" {tallies.unchecked} of those that stayed the same never checked: their final marks count as both "
                 "passes.")
    return told


def agreement_words(tallies: Tallies) -> str:
    """Say how far the class agrees, beyond chance, and on what that was worked out."""
    if tallies.alpha is None:
        return "How alike the class read has no number here: everybody did the same, or nobody marked anything."
    unit = "claims" if tallies.by_claim else "sentences" if tallies.by_sentence else "words"
    base = (f"all {tallies.sampled} answers" if tallies.sampled == tallies.people else
            f"a fixed sample of {tallies.sampled} of the {tallies.people} answers, spread evenly")
    return (f"How alike the class read: {tallies.alpha:.2f}. 1 is everybody alike, 0 is what chance alone would bring. "
            f"It says how alike students read, not how well. It looks at {unit}, in the mended pass of {base}.")


def counted_lines(tallies: Tallies) -> list[str]:
    """Return how each number of the page is worked out, with the name of the measure."""
    lines = ["The brackets beside a share are the 95 % interval of Wilson (1927).",
             "How alike the class read is Krippendorff’s alpha, as NLTK works it out."]
    if tallies.by_sentence or tallies.by_claim:
        return lines
    return ["“All in all” is F1: twice what was found, divided by cues and marks together; a cue that was partly found "
            "counts half.", *lines]


def number(value: float) -> str:
    """Return a number with at most two decimals, and none that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def per_cent(share: float) -> str:
    """Return a share, 0 to 1, as whole per cent."""
    return f"{100 * share:.0f} %"



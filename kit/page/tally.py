"""Scores and agreement in figures: lines for a terminal, fields for a program."""

from collections.abc import Mapping

from kit.measure.agreement import Agreement
from kit.measure.score import Score
from kit.model.labels import SCHEMES, is_by_claim, is_by_sentence

_HEADS = {"first": "first pass", "mended": "mended pass"}
_FEWEST = 20  # sentences; of fewer, kappa says nothing


def score_lines(passes: Mapping[str, Score], scheme: str) -> list[str]:
    """Return a table with one column per pass, ``"first"`` and ``"mended"`` or the latter alone."""
    cells = _sentence_cells if _by_sentence(scheme) else _cue_cells
    columns = [cells(score) for score in passes.values()]
    heads = [_HEADS[name] for name in passes] if len(passes) > 1 else ["all marks"]
    names = [name for name in columns[0] if not ("label" in name and _has_one_pen(scheme))]
    table = [("", *heads), *((name, *(column[name] for column in columns)) for name in names)]
    return [f"  {name:14}{''.join(f'{cell:>16}' for cell in row)}" for name, *row in table]


def score_line(score: Score, scheme: str) -> str:
    """Return the counts of a score in half a line: "found 7, loose 1, missed 8, extra 2, right label 6 of 8"."""
    cells = _sentence_cells(score) if _by_sentence(scheme) else _cue_cells(score)
    names = ["right", "other", "blank"] if _by_sentence(scheme) else ["found", "loose", "missed", "extra"]
    if not _by_sentence(scheme) and not _has_one_pen(scheme):
        names.append("right label")
    return ", ".join(f"{name} {cells[name]}" for name in names)


def _cue_cells(score: Score) -> dict[str, str]:
    return {"found": str(score.found), "loose": str(score.loose),
            "missed": str(score.missed), "extra": str(score.extra),
            "precision": _ratio(score.precision), "recall": _ratio(score.recall), "F1": _ratio(score.f1),
            "right label": f"{score.right_label} of {score.found + score.loose}",
            "label accuracy": _ratio(score.label_accuracy)}


def _sentence_cells(score: Score) -> dict[str, str]:
    labelled = score.found + score.loose
    return {"right": str(score.right_label), "other": str(labelled - score.right_label),
            "blank": str(score.missed), "share right": _ratio(score.share)}


def _ratio(number: float | None) -> str:
    return "none" if number is None else f"{number:.2f}"


def score_fields(score: Score, scheme: str) -> dict[str, int | float | None]:
    """Return the counts and ratios that mean something in a scheme; None where there is no number."""
    names = ("found", "loose", "missed", "extra", "right_label", "precision", "recall", "f1", "label_accuracy")
    if _by_sentence(scheme):
        names = ("asked", "right_label", "missed", "share")
    if _has_one_pen(scheme):
        names = tuple(name for name in names if "label" not in name)
    return {name: getattr(score, name) for name in names}


def agreement_line(agreed: Agreement, scheme: str) -> str:
    """Return observed agreement and kappa in one sentence, without what says nothing."""
    units = "claims" if is_by_claim(scheme) else "sentences" if is_by_sentence(scheme) else "tokens"
    if agreed.observed is None:
        return f"Agreement: there are no {units} to compare."
    line = f"Agreement: alike on {agreed.observed:.0%} of {agreed.units} {units}"
    if agreed.kappa is None or (_by_sentence(scheme) and agreed.units < _FEWEST):
        return f"{line}."
    return f"{line}, kappa {agreed.kappa:.2f}."


def _has_one_pen(scheme: str) -> bool:
    """Tell whether nobody could choose a label: to have it right says nothing then."""
    return scheme in SCHEMES and len(SCHEMES[scheme].labels) == 1


def _by_sentence(scheme: str) -> bool:
    return is_by_sentence(scheme) or is_by_claim(scheme)

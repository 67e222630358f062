"""The schemes: what a pen is told apart by, and how a fine scheme reads as a coarse one."""

import pytest

from kit.errors import KitError
from kit.model.labels import ATTRIBUTION, CUES, CUES_4, ROLES, ROLES_3, SCHEMES, mapping_between, scheme_called


def test_the_schemes_have_the_labels_that_lessons_speak_of():
    assert CUES.ids == ("modal", "likelihood", "appearance", "hearsay", "condition", "vague")
    assert CUES_4.ids == ("might", "hearsay", "condition", "vague")
    assert set(ROLES.ids) == {"furniture", "question", "background", "reaction", "projection", "comment", "claim"}
    assert set(ROLES_3.ids) == {"claim", "background", "other", "furniture"}
    assert ATTRIBUTION.ids == ("person", "institution", "vague", "hidden", "none")


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_pens_of_one_scheme_differ_in_name_letter_line_and_colour(scheme):
    asked = [label for label in scheme.labels if label.id != "furniture"]
    # Rungs of a ladder are told apart by their number; their colours stand for high, middle and low.
    for feature in ("id", "name", "letter") if scheme.unit == "claim" else ("id", "name", "letter", "line", "colour"):
        assert len({getattr(label, feature) for label in asked}) == len(asked), feature


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_colours_can_be_read_as_text_on_white(scheme):
    """WCAG 2.1, success criterion 1.4.3: contrast of at least 4.5 to 1."""
    assert min(1.05 / (_luminance(label.colour) + 0.05) for label in scheme.labels) >= 4.5


def _luminance(colour):
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [CUES, CUES_4], ids=["cues", "cues-4"])
def test_every_cue_pen_has_a_question_of_its_own(scheme):
    questions = [label.question for label in scheme.labels]
    assert all(question.endswith("?") for question in questions) and len(set(questions)) == len(questions)


@pytest.mark.parametrize("scheme", [ROLES, ROLES_3], ids=["roles", "roles-3"])
def test_every_role_that_can_be_mistaken_has_a_question_of_its_own(scheme):
    """Who gave every sentence a role had nothing to go by in a second reading without a key."""
    questions = {label.id: label.question for label in scheme.labels if label.id not in ("question", "furniture")}
    assert all(question.endswith("?") for question in questions.values())
    assert len(set(questions.values())) == len(questions)


def test_six_kinds_of_cues_read_as_four():
    assert mapping_between("cues", "cues-4") == {
        "modal": "might", "likelihood": "might", "appearance": "might",
        "hearsay": "hearsay", "condition": "condition", "vague": "vague"}


def test_seven_roles_read_as_three():
    reads = mapping_between("roles", "roles-3")
    assert {label for label in ROLES.ids if reads[label] == "claim"} == {"claim", "projection"}
    assert {label for label in ROLES.ids if reads[label] == "other"} == {"reaction", "comment", "question"}
    assert (reads["background"], reads["furniture"]) == ("background", "furniture")


def test_a_mapping_leads_from_every_label_to_labels_that_are_there():
    for fine in SCHEMES.values():
        for coarse in fine.coarser:
            assert set(mapping_between(fine.id, coarse)) == set(fine.ids)
            assert set(mapping_between(fine.id, coarse).values()) == set(SCHEMES[coarse].ids)


def test_a_coarse_scheme_never_reads_as_a_fine_one():
    assert mapping_between("cues-4", "cues") is None
    assert mapping_between("roles", "cues") is None


def test_an_unknown_scheme_names_those_there_are():
    with pytest.raises(KitError, match="'quotes'.*cues, cues-4, roles"):
        scheme_called("quotes")
    assert scheme_called("roles") is ROLES
    with pytest.raises(KeyError):
        CUES["might"]
    assert CUES["modal"].letter == "M" and "might" not in CUES

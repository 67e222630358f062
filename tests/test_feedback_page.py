"""Feedback on an answer: what a student reads, in a notebook, in a grader's page and alone."""

from dataclasses import replace

from static_page import NASTY, Reading
from strategies import marked, marks_on

from kit.grading.feedback import feedback, feedback_page, refused
from kit.grading.grade import grade

HARBOUR = ("The mayor [<may> resign|might: A guess. Who knows?], [<sources> said|vague: Nobody is named. Which?]. "
           "The vote is in [May|-: the month]. [If|condition: Only then. When?] so, [gossip|hearsay??: Both ways.] ends.")


def harbour(*final: str, first: tuple[str, ...] | None = (), **more):
    article, key = marked(HARBOUR)
    answer = marks_on(article, *final)
    passed = None if first is None else marks_on(article, *first).spans
    return grade(article, replace(answer, first_pass=passed, stage="reasons", **more), key)


def test_points_stand_with_the_counts_they_come_from():
    read = Reading(feedback(harbour("may|might", "sources|vague", "May|might", first=("may|might", "vote|might"))))
    assert "6.5 of 10 points" in read.text and "6.6 before rounding" in read.text
    assert "1 found, 2 missed; 1 mark not in the key" in read.text
    assert "2 found, 1 missed; 1 mark not in the key" in read.text
    assert "2 × 2 ÷ (3 cues + 3 marks) = 0.67" in read.text


def test_hostile_words_stay_words():
    held = harbour("may|might", responses={"written": NASTY, "reason-1": NASTY})
    held = replace(held, key=replace(held.key, responses={"reason-1": {"right": [NASTY], "note": NASTY}}))
    for source in (feedback(held, remarks=[NASTY]), refused(NASTY, out_of=10),
                   feedback_page(NASTY, [(NASTY, feedback(held)), (NASTY, refused(NASTY, out_of=2))])):
        read = Reading(source)
        assert not {"script", "img"} & set(read.tags)
        assert not [name for _, part in read.attributes for name in part if name.startswith("on")]
        assert "<script>" in read.text

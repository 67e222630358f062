"""How fast is grading?  Prints the table of README.md.

    python tests/bench/grading.py

One answer; nbgrader with the kit's configuration beside nbgrader as it comes, in the same run; a
feedback page; and then what tests/bench/folders.py measures.  On a busy computer all of it is slower, and
the ratios stay.
"""

import argparse
import random
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import folders  # noqa: E402
from nbcourse import ANSWER, NAME, NbCourse, singer_answer  # noqa: E402

from kit.grading.checking import grade_content  # noqa: E402
from kit.grading.feedback import feedback, feedback_page  # noqa: E402
from kit.grading.grade import grade, grade_by  # noqa: E402
from kit.grading.keys import Keys  # noqa: E402
from kit.measure.score import Yardstick  # noqa: E402

FEW, MANY = 2, 12  # submissions: what the further ones take is the difference


def quickest(work, answers: list, times: int = 150) -> float:
    """Return the seconds for one of the answers: the least of many rounds, as other programs only add to it."""
    def seconds() -> float:
        begun = time.process_time()
        for one in answers:
            work(one)
        return (time.process_time() - begun) / len(answers)

    return min(seconds() for _ in range(times))


def one_answer():
    """Grade a class of forty in memory, each answer from the text of its file to points."""
    keys, chance = Keys(folders.KEYS), random.Random(1)
    for article_id, (fine, scheme) in folders.SCHEMES.items():
        key = next(key for key in keys if (key.article, key.scheme) == (article_id, fine))
        article = keys.article_of(key)
        contents = [folders.answer(article, key, scheme, chance) for _ in range(40)]
        seconds = quickest(lambda content: grade_content(content, name="answer", keys=keys), contents)
        what = f"{scheme}, {len(article.text.split())} words"
        yield f"`{what}`: an answer, from its file's text to points", f"{seconds * 1e6:.0f} µs", "350 µs"
        grades = [grade_content(content, name="answer", keys=keys) for content in contents]
        anew = quickest(lambda one: grade(one.article, one.answer, one.key), grades)
        yardstick = Yardstick(article, grades[0].key, scheme=scheme)
        once = quickest(lambda one, yardstick=yardstick: grade_by(yardstick, one.answer), grades)
        yield "the key laid on its article for each answer : once for all", f"{anew / once:.1f} : 1", ""
        page = quickest(lambda one: feedback_page("Ana", [("Exercise", feedback(one))]), grades, 5)
        yield "feedback pages a second", f"{1 / page:,.0f}", "100"


def with_nbgrader(folder: Path):
    """Autograde the same submissions by the same command, in turn with the kit's configuration and without it."""
    courses = {name: NbCourse(folder / name.replace(" ", "-"), stock=name == "as it comes")
               for name in ("data-only", "as it comes")}
    taken: dict[str, list[float]] = {name: [] for name in courses}
    for course in courses.values():
        course.generate()
    for submissions in (range(1), range(1, 1 + FEW), range(1 + FEW, 1 + FEW + MANY)):  # the first one warms up
        for name, course in courses.items():
            taken[name].append(autograded(course, submissions))
    further = {name: (many - few) / (MANY - FEW) for name, (_, few, many) in taken.items()}
    for name, seconds in further.items():
        yield f"nbgrader {name}: a further submission", f"{seconds:.2f} s", ""
    yield "as it comes : data-only", f"{further['as it comes'] / further['data-only']:.1f} : 1", "5 : 1"


def autograded(course: NbCourse, submissions: range) -> float:
    """Return the seconds for so many new submissions, the start of the command included."""
    for number in submissions:
        course.hand_in(f"student-{number:02}", {ANSWER: singer_answer(number % 14, 14, right=number % 7)})
    begun = time.perf_counter()
    course.run("autograde", NAME)  # whoever is graded already is passed over
    return time.perf_counter() - begun


def main(most: int) -> None:
    print("| what | measured | bar |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for row in chain(one_answer(), with_nbgrader(Path(folder))):
            print("| " + " | ".join(row) + " |", flush=True)
    print()
    folders.main(most)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=100_000, help="answer files in the largest folder")
    main(parser.parse_args().most)

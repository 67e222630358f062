"""How fast does `kit grade` grade a class, and with how much memory?

Prints answers a second on one core, with and without pages, for 1,000 to 100,000 answer files of
texts of 300 to 700 words; whether time grows with the number of files; and the most memory of the
process that grades.  Runs apart from the tests: a busy computer fails nothing.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests")]

from kit.grading.folder import grade_folder  # noqa: E402
from kit.grading.keys import Keys  # noqa: E402
from kit.grading.run import Run  # noqa: E402
from kit.model.annotations import AnnotationSet, AnswerKey  # noqa: E402
from kit.model.article import Article  # noqa: E402
from kit.model.formats import annotations_json  # noqa: E402
from kit.model.spans import Span  # noqa: E402

KEYS = CHECKOUT / "exercises" / "keys"
SCHEMES = {"singer-tour": ("cues", "cues-4"), "focus-app": ("roles", "roles")}


def answer(article: Article, key: AnswerKey, scheme: str, chance: random.Random) -> str:
    """Return the content of an answer file: each cue with a chance of 0.7, wrong and wide marks now and then."""
    def one_pass() -> list[Span]:
        marks = [Span(span.start, span.end, span.label) for span in key.in_scheme(scheme).spans if chance.random() < 0.7]
        if scheme == "cues-4":
            first = chance.sample(range(len(article.tokens) - 2), 4)
            marks += [Span(where.start, where.end, "might")
                      for where in (article.extent(n, n + chance.randint(1, 2)) for n in first)]
        return marks

    from dataclasses import replace
    made = replace(AnnotationSet.on(article, scheme, "student", one_pass()), first_pass=tuple(one_pass()), stage="reasons",
                   responses={"reason-1": chance.choice("abc"), "written": "Because nobody is named."})
    return annotations_json(made, article)


def fill(folder: Path, number: int) -> None:
    """Put answers of two exercises, half of the students each, into a folder per student."""
    keys, chance = Keys(KEYS), random.Random(1)
    by_name = {(key.article, key.scheme): key for key in keys}
    for student in range(number):
        article_id = list(SCHEMES)[student % 2]
        in_key, scheme = SCHEMES[article_id]
        key = by_name[article_id, in_key]
        place = folder / f"student-{student:06}" / "answers"
        place.mkdir(parents=True)
        (place / f"{article_id}-{scheme}.json").write_text(answer(keys.article_of(key), key, scheme, chance), "utf-8")


def measure(folder: str, what: str) -> None:
    """Grade a folder in a process of its own, and print seconds and megabytes."""
    start = time.process_time()
    if what == "rows":
        count = sum(1 for _ in grade_folder(folder, Keys(KEYS)))
    else:
        run = Run(Path(folder), Keys(KEYS), Path(folder).parent / what, pages=what == "pages")
        count = sum(len(work.rows) for work in run)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"count": count, "seconds": time.process_time() - start, "megabytes": used}))


def measured(folder: Path, what: str) -> dict:
    done = subprocess.run([sys.executable, __file__, "--measure", str(folder), what], capture_output=True, text=True,
                          check=True)
    return json.loads(done.stdout)


def main(most: int) -> None:
    print("| what | answers | answers a second | most memory |\n|---|---|---|---|")
    per_answer = {}
    for number in (1_000, 10_000, 100_000):
        if number > most:
            break
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "class"
            fill(folder, number)
            for what, words in (("rows", "rows alone"), ("table", "`kit grade --no-pages`"),
                                ("table", "the same again, nothing changed"), ("pages", "`kit grade`, with pages")):
                if what == "pages" and number > 1_000:
                    continue
                one = measured(folder, what)
                per_answer.setdefault(words, []).append(one["seconds"] / number)
                print(f"| {words} | {number:,} | {number / one['seconds']:,.0f} | {one['megabytes']:.0f} MB |", flush=True)
    for words, seconds in per_answer.items():
        if len(seconds) > 1:
            print(f"| {words}: time for an answer, most files : fewest | | {seconds[-1] / seconds[0]:.2f} : 1 | |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--measure", nargs=2)
    asked = parser.parse_args()
    measure(*asked.measure) if asked.measure else main(asked.most)

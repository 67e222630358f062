"""How well, how fast and with how much memory does the machine reader read?  Prints the tables of README.md.

    python tests/bench/reader.py            # how well
    python tests/bench/reader.py --speed    # how fast, beside NLTK in the same run
    python tests/bench/reader.py --memory   # 10 MB of text
"""

import random
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from reader_texts import Text, attributions, measure, roles, texts  # noqa: E402

from kit.model.article import Article  # noqa: E402
from kit.model.spans import Span  # noqa: E402
from kit.reader.reading import machine_read  # noqa: E402


def words_of(written: str) -> list[str]:
    """Return the words of a list that is written in lines."""
    return written.split()


SHORT = words_of("""may might could would perhaps maybe possible possibly likely unlikely probably seem seems appears suggest
    suggests apparently allegedly alleged reportedly claims believed if whether unclear""")
LONG = SHORT + words_of("""should must can cannot potential potentially presumably supposedly seemingly purported rumoured rumours
    expected poised unknown uncertain unsure doubt doubts doubtful doubted suspect suspected suspects fear fears feared
    think thinks thought believe believes indicate indicates indicated imply implies suggested claim claimed claiming
    allegation allegations unless depends assuming provided sources source experts officials observers analysts insiders
    reports rumour around about approximately roughly nearly almost often usually sometimes generally mostly largely
    somewhat fairly rather quite estimate estimated predict predicted assume assumed speculate speculation hope hopes
    chance risk probable probability""")


def list_of(words: list[str]) -> Callable[[Article], list[Span]]:
    """Return a reader that marks every word of a list, wherever it stands."""
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
    return lambda article: [Span(*found.span(), "modal") for found in pattern.finditer(article.text)]


def read(article: Article) -> Iterable[Span]:
    return machine_read(article).spans


def how_well() -> None:
    readers = {"the kit's reader": read, f"{len(SHORT)} words": list_of(SHORT), f"{len(LONG)} words": list_of(LONG)}
    print("| texts | reader | sentences P | R | F1 | cues P | R | F1 | tokens P | R | F1 | right kind |\n" + "|---" * 12 + "|")
    for which in ("development", "held-out"):
        for name, reader in readers.items():
            kind = measure(reader, texts(which)).kind if reader is read else None
            print(f"| {which} | {name} | {_row(measure(reader, texts(which)))} | {'' if kind is None else f'{kind:.3f}'} |")
    print("\n| worst registers | sentences F1 | cues F1 | tokens F1 |\n|---|---|---|---|")
    for which in ("development", "held-out"):
        worst = sorted(texts(which), key=lambda text: measure(read, [text]).cues.f1)[:3]
        for text in worst:
            result = measure(read, [text])
            print(f"| {which}: {text.article.id} | {result.sentences.f1:.2f} | {result.cues.f1:.2f} | {result.tokens.f1:.2f} |")
    print("\n| texts | sentence holds an attribution P | R | F1 | five roles, macro-F1 |\n|---|---|---|---|---|")
    for which in ("development", "held-out"):
        counts, macro = attributions(texts(which)), roles(texts(which))
        print(f"| {which} | {counts.precision:.3f} | {counts.recall:.3f} | {counts.f1:.3f} | {macro:.3f} |")


def _row(result) -> str:
    return " | ".join(f"{part.precision:.3f} | {part.recall:.3f} | {part.f1:.3f}"
                      for part in (result.sentences, result.cues, result.tokens))


def running_text(size: int, seed: int = 1) -> str:
    """Return at least so many characters of running text; no sentence stands in it twice."""
    pick = random.Random(seed)
    here: list[Text] = [*texts("development"), *texts("held-out")]
    sentences = [text.article.quote(where).split() for text in here for where in text.article.sentences
                 if where.end - where.start > 40]
    words = sorted({word for sentence in sentences for word in sentence if word.isalpha() and word.islower()})
    parts, length, seen = [], 0, set()
    while length < size:
        sentence = list(pick.choice(sentences))
        for place in pick.sample(range(1, len(sentence)), len(sentence) // 3):
            if sentence[place].isalpha() and sentence[place].islower():
                sentence[place] = pick.choice(words)
        written = " ".join(sentence)
        if written in seen:
            continue
        seen.add(written)
        parts.append(written + ("\n\n" if len(parts) % 4 == 3 else " "))
        length += len(parts[-1])
    return "".join(parts)


def how_fast() -> None:
    from nltk.tokenize import NLTKWordTokenizer
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    punkt, tokenizer = PunktSentenceTokenizer(), NLTKWordTokenizer()

    def nltk(text: str) -> None:
        for sentence in punkt.tokenize(text):
            tokenizer.tokenize(sentence)

    def ours(text: str) -> None:
        machine_read(Article("bench", "Bench", "made", text))

    for work in (nltk, ours):
        work(running_text(50_000, seed=2))
    print("| text | NLTK's Punkt and word tokenizer | a whole reading | ratio |\n|---|---|---|---|")
    for size in (300_000, 1_000_000, 3_000_000):
        pairs = []
        for turn in range(5 if size < 3_000_000 else 1):
            text = running_text(size, seed=3 + turn)
            pairs.append((_seconds(nltk, text), _seconds(ours, text)))
        ratio = statistics.median(mine / theirs for theirs, mine in pairs)
        theirs, mine = (statistics.median(column) for column in zip(*pairs))
        print(f"| {size / 1e6:.1f} MB | {theirs:.2f} s | {mine:.2f} s | {ratio:.2f} |")


def _seconds(work: Callable[[str], None], text: str) -> float:
    start = time.perf_counter()
    work(text)
    return time.perf_counter() - start


def how_much() -> None:
    text = running_text(10_000_000)
    start = time.perf_counter()
    reading = machine_read(Article("bench", "Bench", "made", text))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(text) / 1e6:.1f} MB of text, {len(reading.sentences):,} sentences, {len(reading.cues):,} cues: "
          f"{time.perf_counter() - start:.0f} s, at most {most:.0f} MB in use")


if __name__ == "__main__":
    {"--speed": how_fast, "--memory": how_much}.get("".join(sys.argv[1:2]), how_well)()

"""What Hypothesis draws from: texts, articles, keys and answers."""

from functools import cache
from itertools import permutations

from hypothesis import strategies as st

from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.marked import parse
from kit.model.spans import Extent, KeySpan, LookAlike, Span

LABELS = ("might", "hearsay", "condition", "vague")
WORDS = ("river", "storm", "team", "vote", "paper", "bridge", "coach", "city", "sea")

# Texts that have broken other programs.
NASTY = (
    "",
    " ",
    "\n\n\n",
    "a" * 3000,
    "<script>alert('may')</script> & \"quotes\" </span><b>",
    "&lt;may&gt; &#38; {{7*7}} ${7*7} %s %n ../../etc/passwd",
    "[may|modal] ]] [[ \\ < > | : + ?",
    "\u202emay\u202c \u2066left\u2069 \u200f \u200b\ufeff joiner\u200dmay",
    "\x00\x01\x07\x08\x1b[31mred\x1b[0m\x7f\x85\u2028\u2029end",
    "שלום עולם, אולי מחר. \u05d0may\u05d0",
    "👩‍👩‍👧‍👦 may 🇩🇪 e\u0301 ﷽ Z̸̡͌ 𝕞𝕒𝕪",
    "😀" * 5000,
    "cannot didn't Ana's don’t “could” ‘may’ rock’n’roll 'tis ''quoted'' ``so``",
    "Wait... what?! No — yes -- maybe--not. Mr. Smith, Ph.D., e.g. in the U.S. said so.",
    "one\rtwo\r\nthree\tfour\x0bfive\x0csix\x1cseven\x1deight\u00a0nine",
    "=1+1\t@SUM(A1)\t-2+3",
    "\"\"\"'''\"'\"'\"\"",
)

_SIGNS = st.sampled_from(list("aZ9 \n\t'\"’“”.,;:!?-—[]<>|+\\()$%&#😀é") + ["\u202e", "\u0301", "\x00", "n't", "May", "\n\n"])

_NOTES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20)

_PHRASES = st.sampled_from([*WORDS, *(f"{one} {other}" for one, other in zip(WORDS, WORDS[3:])), "coach city sea"])
_LABEL_PARTS = st.sampled_from([*LABELS, *(f"{one}+{other}" for one, other in permutations(LABELS, 2))])
_MARKS = st.tuples(st.integers(0, 60), st.integers(0, 7), st.sampled_from(LABELS))


def texts(most: int = 80) -> st.SearchStrategy[str]:
    """Any text a file can carry: short, of nasty signs, or one that broke other programs."""
    free = st.text(st.characters(exclude_categories=["Cs"]), max_size=most)
    return st.one_of(st.lists(_SIGNS, max_size=most).map("".join), free, st.sampled_from(NASTY))


def articles(most: int = 80) -> st.SearchStrategy[Article]:
    return texts(most).map(lambda text: Article("text", "Title", "source", text))


@st.composite
def answers(draw, article: Article, *, most: int = 6, longest: int = 8) -> AnnotationSet:
    """Marks anywhere, of whole tokens; they may overlap, and stand twice."""
    count, spans = len(article.tokens), []
    drawn = draw(st.lists(_MARKS, max_size=most)) if count else []
    for place, size, label in drawn:
        first = place % count
        where = article.extent(first, min(count, first + 1 + size % longest))
        spans.append(Span(where.start, where.end, label))
    return AnnotationSet.on(article, "cues-4", "student", spans)


@cache
def _pieces(items: int, tiers: tuple[str, ...], wide: bool) -> st.SearchStrategy[list[str]]:
    """Pieces of marked text: words between cues, and items with up to three words of core."""
    around = ["{}", "{}", "<{}> river", "river <{}>", "storm <{}> vote team"] if wide else ["{}"]
    item = st.builds("[{}|{}{}]".format, st.builds(str.format, st.sampled_from(around), _PHRASES),
                     _LABEL_PARTS, st.sampled_from(tiers))
    return st.lists(st.one_of(_PHRASES, item), min_size=1, max_size=3 * items + 1)


@st.composite
def keyed(draw, *, items: int = 5, tiers=("", "", "?", "??"), wide: bool = True) -> tuple[Article, AnswerKey]:
    """A small article with its key, made from marked text."""
    pieces, left = [], items
    for piece in draw(_pieces(items, tiers, wide)):
        left -= piece.startswith("[")
        pieces += [piece] if left >= 0 else []
    text, key = parse(" ".join(pieces) or "river", scheme="cues-4")
    return Article("text", "Title", "source", text), key


@st.composite
def boards(draw, *, items: int = 5, most: int = 6, longest: int = 8, **options):
    """An article, an answer, and a key."""
    article, key = draw(keyed(items=items, **options))
    return article, draw(answers(article, most=most, longest=longest)), key


@st.composite
def keys_on(draw, article: Article) -> AnswerKey:
    """A key with items and look-alikes anywhere in a text, also inside words."""
    points = sorted(draw(st.sets(st.integers(0, len(article.text)), max_size=12)))
    items, look_alikes = [], []
    for start, end in zip(points[::2], points[1::2]):
        note = draw(_NOTES)
        if draw(st.integers(0, 4)) == 0:
            look_alikes.append(LookAlike(start, end, note))
            continue
        first = draw(st.integers(start, end - 1))
        core = Extent(first, draw(st.integers(first + 1, end)))
        label, *also = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=3, unique=True))
        items.append(KeySpan(start, end, label, note, tier=draw(st.sampled_from(("core", "accepted", "contested"))),
                             core=core, also=tuple(also)))
    return AnswerKey(article.id, article.fingerprint, "cues-4", spans=tuple(items), look_alikes=tuple(look_alikes))


def marked(source: str, *, scheme: str = "cues-4") -> tuple[Article, AnswerKey]:
    """Return the article and the key of one piece of marked text."""
    text, key = parse(source, scheme=scheme)
    return Article("text", "Title", "source", text), key


def marks_on(article: Article, *wanted: str, scheme: str = "cues-4") -> AnnotationSet:
    """Return marks written as "words|label"; "words@2|label" is the second place of the words."""
    spans = []
    for each in wanted:
        words, _, label = each.rpartition("|")
        words, _, turn = words.partition("@")
        first, stop = _found(article, words, int(turn or 1))
        where = article.extent(first, stop)
        spans.append(Span(where.start, where.end, label))
    return AnnotationSet.on(article, scheme, "student", spans)


def _found(article: Article, words: str, turn: int) -> tuple[int, int]:
    parts = [article.quote(token) for token in article.tokens]
    wanted = [words[token.start:token.end] for token in Article("x", "", "", words).tokens]
    places = [at for at in range(len(parts)) if parts[at:at + len(wanted)] == wanted]
    return places[turn - 1], places[turn - 1] + len(wanted)

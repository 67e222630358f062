"""Words in a figure: how wide they are, and how they are made to fit.  A length is a CSS pixel."""

from functools import lru_cache

SMALL = 9.5  # points, the size of most words
_MOST = 400  # characters, more than two lines of a figure hold: whole pages need not be measured
_FAMILY = "DejaVu Sans"  # comes with matplotlib


@lru_cache(maxsize=4096)
def width_of(words: str, *, size: float = SMALL, weight: str = "normal") -> float:
    """Return how wide words are drawn."""
    from matplotlib.textpath import text_to_path

    return text_to_path.get_text_width_height_descent(drawable(words), font(size, weight), ismath=False)[0] * 96 / 72


def wrapped(words: str, width: float, *, lines: int = 1) -> list[str]:
    """Return words in at most so many lines of this width; what does not fit becomes an ellipsis."""
    done, left = [], words[:_MOST].split()
    while left and len(done) < lines:
        count = next((count for count in range(len(left), 1, -1) if width_of(" ".join(left[:count])) <= width), 1)
        done.append(" ".join(left[:count]))
        left = left[count:]
    if left or (done and width_of(done[-1]) > width):
        done[-1] = _shortened(" ".join([done[-1], *left]), width)
    return [line if width_of(line) <= width else _shortened(line, width) for line in done]


def _shortened(words: str, width: float) -> str:
    while words and width_of(f"{words}…") > width:
        words = words[:-1].rstrip()
    return f"{words}…"


def font(size: float, weight: str):
    """Return the font of all figures; size in points."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=_FAMILY, size=size, weight=weight)


def drawable(words: str) -> str:
    """Return words with a box for every sign that the font does not have: it would warn of each."""
    if words.isascii() and words.isprintable():
        return words
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont(_FAMILY))
    return "".join(sign if font.get_char_index(ord(sign)) else "□" for sign in words)

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


def wrapped(words: str, width: float, *, lines: int = 1, weight: str = "normal") -> list[str]:
    """Return words in at most so many lines of this width; what does not fit becomes an ellipsis."""
    def fits(line: str) -> bool:
        return width_of(line, weight=weight) <= width

    def shortened(line: str) -> str:
        while line and not fits(f"{line}…"):
            line = line[:-1].rstrip()
        return f"{line}…"

    done, left = [], words[:_MOST].split()
    while left and len(done) < lines:
        count = next((count for count in range(len(left), 1, -1) if fits(" ".join(left[:count]))), 1)
        done.append(" ".join(left[:count]))
        left = left[count:]
    if left:
        done[-1] = shortened(" ".join([done[-1], *left]))
    return [line if fits(line) else shortened(line) for line in done]


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

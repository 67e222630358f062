"""How sure a share is that was counted on a few."""

from math import sqrt

_Z = 1.959964  # the standard normal quantile of a 95 % interval


def wilson(counted: float, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, both ends 0 to 1; the whole of it where nobody was asked.

    ``counted`` may hold halves, for cues that were partly found: the interval is then an
    approximation, on the wide side.

    Raises:
        ValueError: unless ``0 <= counted <= of``.

    Source:
        Wilson (1927), "Probable inference, the law of succession, and statistical inference",
        Journal of the American Statistical Association 22, page 209.
    """
    if not 0 <= counted <= of:
        raise ValueError(f"counted {counted} of {of}: need 0 <= counted <= of")
    if not of:
        return 0.0, 1.0
    share, square = counted / of, _Z * _Z
    middle = share + square / (2 * of)
    reach = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = ((middle + side * reach) / (1 + square / of) for side in (-1, 1))
    return (0.0 if counted == 0 else max(0.0, low)), (1.0 if counted == of else min(1.0, high))

"""Cuts text into the short pieces it is searched by: two characters of Chinese, three of anything else.

Chinese has no spaces to cut words at; overlapping pieces find any run of characters. Knows no index and no key.
"""

from __future__ import annotations

import re
import unicodedata

MOST_PIECES = 5000
"""How many different pieces of one text are kept: about 5,000 characters of Chinese."""

_RUN = re.compile(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)|(?P<other>[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)"
)
_LENGTH = {"han": 2, "other": 3}


def normalised(text: str) -> str:
    """Return the text in one width and one case."""
    return unicodedata.normalize("NFKC", text).casefold()


def runs(text: str) -> list[str]:
    """Return the runs of Chinese characters, and of other letters and digits, in order."""
    return [found[0] for found in _RUN.finditer(normalised(text))]


def pieces(text: str) -> list[str]:
    """Return the different pieces of a text in order of appearance; a run shorter than a piece gives none."""
    found: dict[str, None] = {}
    for run in _RUN.finditer(normalised(text)):
        length = _LENGTH[run.lastgroup or "other"]
        for start in range(len(run[0]) - length + 1):
            found[run[0][start : start + length]] = None
            if len(found) == MOST_PIECES:
                return list(found)
    return list(found)


def says(text: str, wanted: str) -> bool:
    """Tell whether every run of `wanted` stands in `text`."""
    within = normalised(text)
    return all(run in within for run in runs(wanted))

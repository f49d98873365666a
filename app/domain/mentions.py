"""Who a comment mentions: `@` and an account's or a person's name. Knows no account."""

from __future__ import annotations

import re

MENTION = re.compile(r"(?<![\w.@])@([A-Za-z一-鿿][\w.\-]{0,60})")


def mentioned_names(text: str) -> list[str]:
    """Return the names after each `@`, in order, each once; an `@` inside a word (an e-mail address) is none."""
    return list(dict.fromkeys(name.rstrip(".-") for name in MENTION.findall(text)))

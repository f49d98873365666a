"""The languages that the product speaks, the institution's own first."""

from __future__ import annotations

LANGUAGES = ("zh", "en")

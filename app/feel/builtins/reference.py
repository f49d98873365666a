"""The functions written out for people: `python -m app.feel.builtins.reference` writes docs/feel-functions.md anew."""

from __future__ import annotations

from pathlib import Path

from app.feel.builtins.completion import kind_text
from app.feel.builtins.signatures import SECTIONS
from app.feel.signature import BuiltIn, Overload, Parameter

PAGE = Path(__file__).resolve().parents[3] / "docs" / "feel-functions.md"

_INTRODUCTION = """# FEEL functions

Every function an expression may call. Written from the table of signatures by
`python -m app.feel.builtins.reference`; do not edit it by hand.

Arguments may be given by position or by name (`substring(string: "abc", start position: 2)`). A `?` marks one that may
be left out, `...` any number of values. A call with unfitting arguments is null, and the evaluation says why.
A list of one item stands for the item and an item for a list of it.
"""


def functions_page() -> str:
    """Return the Markdown of the docs page, in English and Chinese."""
    parts = [_INTRODUCTION]
    for section, entries in SECTIONS.items():
        parts.append(f"\n## {section.capitalize()}\n")
        parts.extend(_entry_text(entry) for entry in entries)
    return "".join(parts)


def _signature_text(entry: BuiltIn, overload: Overload) -> str:
    return f"{entry.name}({', '.join(map(_parameter_text, overload.parameters))}): {entry.result}"


def _entry_text(entry: BuiltIn) -> str:
    calls = "\n".join(_signature_text(entry, overload) for overload in entry.overloads)
    return f"\n### {entry.name}\n\n{entry.summary}\n{entry.summary_zh}\n\n```\n{calls}\n\n{entry.example}\n```\n"


def _parameter_text(parameter: Parameter) -> str:
    mark = "?" if parameter.optional else "..." if parameter.variadic else ""
    return f"{parameter.name}{mark}: {kind_text(parameter)}"


if __name__ == "__main__":
    PAGE.write_text(functions_page(), encoding="utf-8")

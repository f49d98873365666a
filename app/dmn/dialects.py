"""What the versions and makers of DMN files call things: model namespaces, expression languages, type names.

Owns the lists of accepted names and nothing else.
"""

from __future__ import annotations

import re
from typing import Final

MODEL_NAMESPACES: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}

_FEEL_LANGUAGE = re.compile(
    r"|feel|feel-scala|https?://www\.omg\.org/spec/(FEEL/\d{8}|DMN/\d{8}/FEEL/?)", re.IGNORECASE
)

_TYPE_NAMES: Final = {
    "any": "Any",
    "null": "Null",
    "number": "number",
    "integer": "number",
    "int": "number",
    "short": "number",
    "long": "number",
    "double": "number",
    "float": "number",
    "decimal": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "datetime": "date and time",
    "date and time": "date and time",
    "daytimeduration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearmonthduration": "years and months duration",
    "years and months duration": "years and months duration",
}


def is_feel(language: str | None) -> bool:
    """Return whether an `expressionLanguage` or `typeLanguage` means FEEL; none does. B-FEEL does not."""
    return language is None or _FEEL_LANGUAGE.fullmatch(language.strip()) is not None


def built_in_type(name: str) -> str | None:
    """Return FEEL's own name for a type name some editor writes (`dateTime`, `long`), None when it is not built in."""
    return _TYPE_NAMES.get(" ".join(name.split()).casefold())


def is_feel_namespace(uri: str) -> bool:
    """Return whether a namespace is FEEL's, as in the `feel:` prefix of DMN 1.1 type names."""
    return bool(uri) and is_feel(uri)

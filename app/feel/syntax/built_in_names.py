"""The functions' names as scopes, so that `date and time(…)` reads as one name: FEEL's own, and an installation's.

An installation's functions come with the environment (`Environment.functions`), long after the text was read; their
names are said here beforehand.
"""

from __future__ import annotations

from functools import cache

from app.feel.builtins.signatures import BUILT_INS
from app.feel.scope import Scope
from app.feel.syntax.inference import type_of_result
from app.feel.types import ANY, FunctionType

INSTALLATION_FUNCTIONS = ("manager of", "unit of", "members of", "present", "least loaded", "calendar of")
"""Names of what `app.services.organisation_functions` brings."""


@cache
def built_in_names() -> Scope:
    """Return the scope of all built-ins, typed by what they give."""
    return Scope({name: FunctionType(result=type_of_result(entry.result)) for name, entry in BUILT_INS.items()})


@cache
def installation_names() -> Scope:
    """Return the scope of the functions that an installation brings."""
    return Scope(dict.fromkeys(INSTALLATION_FUNCTIONS, ANY))

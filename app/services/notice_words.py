"""Says a notice's parameters as people read them: the complaint form's labels for codes, instants on the house's clock.

A notice keeps codes and instants, so that each reader is told in their own language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.domain.clocks import say_deadline
from app.domain.forms import Field, Group
from app.services.draft_extension import LEVELS_ZH
from app.services.read_complaints import find_complaint_form
from app.services.unit_of_work import UnitOfWork

INSTANTS = frozenset({"dueAt"})
APPROVER = "approvedBy"
"""The parameter that names the level on which more time was approved, by its code or in words."""
STEP_IN_ENGLISH = "stepEn"
"""The parameter that is kept beside `step`: what English readers are told the step is called."""


def in_words(work: UnitOfWork, parameters: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the parameters with what has words in them; what has none stays as it is."""
    said = dict(parameters)
    if language == "en" and said.get(STEP_IN_ENGLISH):
        said["step"] = said[STEP_IN_ENGLISH]
    if language == "zh" and said.get(APPROVER) in LEVELS_ZH:
        said[APPROVER] = LEVELS_ZH[said[APPROVER]]
    for name in INSTANTS & said.keys():
        said[name] = _local(work, said[name])
    form = find_complaint_form(work.runtime, work.connection) if said else None
    for field in _fields(form.nodes) if form is not None else ():
        if field.name in said and field.options is not None:
            labels = {option.value: option.label(language) for option in field.options.fixed}
            value = said[field.name]
            said[field.name] = labels.get(value, value) if isinstance(value, str) else value
    return said


def _fields(nodes: Sequence[Any]) -> Iterator[Field]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _fields(node.nodes)
        elif isinstance(node, Field):
            yield node


def _local(work: UnitOfWork, text: Any) -> Any:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    return text if at.tzinfo is None else say_deadline(at, work.runtime.zone)  # without a zone it is said already

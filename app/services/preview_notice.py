"""Shows what a notice would say, without sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.notices import MissingPartsError, Part, find_template
from app.domain.notices.prescribed import Requirement
from app.services.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Preview:
    """The texts by language, and what the law wants in the notice and was not given."""

    template: str
    version: int
    texts: Mapping[str, Part]
    missing: tuple[Requirement, ...]


def preview_notice(
    work: UnitOfWork,  # noqa: ARG001 - every use case is called alike
    actor: Actor,
    template_id: str,
    parameters: Mapping[str, Any],
) -> Preview:
    """Fill a template in every language; raises ForbiddenError, and TemplateError where it cannot be filled."""
    require_scope(actor, "work")
    template = find_template(template_id)
    missing: tuple[Requirement, ...] = ()
    try:
        template.check(parameters)
    except MissingPartsError as error:
        missing = error.missing
    lists: dict[str, Any] = {one.parameter: [] for one in missing if one.members}
    filled = {**lists, **{name: value for name, value in parameters.items() if value is not None}}
    texts = {language: template.fill(language, filled) for language in template.texts}
    return Preview(template.id, template.version, texts, missing)

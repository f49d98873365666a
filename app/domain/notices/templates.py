"""Notice templates: texts in Chinese and English, versioned files, filled in a sandbox.

A file `app/data/notices/<id>.<version>.yaml` is one version and never changes once it was sent with; the highest is
used. Its `parameters` are the names its texts may use, `sealed` those that are personal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.domain.languages import LANGUAGES
from app.domain.notices.prescribed import Requirement, require_parts
from app.errors import InvalidInputError

FOLDER = Path(__file__).parents[2] / "data" / "notices"
LONGEST_TEXT = 20_000
_environment = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, finalize=lambda value: "" if value is None else value
)


class TemplateError(InvalidInputError):
    """A template is unknown, or what it needs was not given."""


@dataclass(frozen=True)
class Part:
    """A filled notice."""

    subject: str
    text: str


@dataclass(frozen=True)
class Template:
    """One version of one notice; `texts` by language, each with `subject` and `body`."""

    id: str
    version: int
    names: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    parameters: tuple[str, ...] = ()
    sealed: frozenset[str] = frozenset()
    requirements: tuple[Requirement, ...] = field(default=())

    def check(self, parameters: Mapping[str, Any]) -> None:
        """Raise MissingPartsError, or TemplateError naming a parameter that the texts need and nobody gave."""
        require_parts(self.id, self.requirements, parameters)
        for language in LANGUAGES:
            self.fill(language, parameters)

    def fill(self, language: str, parameters: Mapping[str, Any]) -> Part:
        """Return subject and text in `language`, Chinese where there are no such texts; TemplateError."""
        texts = self.texts.get(language) or self.texts["zh"]
        known = {name: parameters.get(name) for name in self.parameters}
        try:
            subject = _environment.from_string(texts["subject"]).render(known)
            text = _environment.from_string(texts["body"]).render(known)
        except (JinjaError, ArithmeticError, TypeError, ValueError) as error:
            raise TemplateError(f"Expected the notice {self.id!r} to be filled, but {error}") from error
        if len(text) > LONGEST_TEXT:
            raise TemplateError(f"Expected a notice of at most {LONGEST_TEXT:,} characters, but got {len(text):,}")
        return Part(" ".join(subject.split()), text.strip())


def find_template(template_id: str, version: int | None = None) -> Template:
    """Return a template's version, the highest where none is named; raises TemplateError without it."""
    found = _read_all().get(template_id, {})
    if version is None and found:
        version = max(found)
    if version is None or version not in found:
        wanted = template_id if version is None else f"{template_id} version {version}"
        raise TemplateError(f"Expected a notice template, but there is no {wanted!r}")
    return found[version]


def list_templates() -> list[Template]:
    """Return every template's highest version, by id."""
    return [versions[max(versions)] for _, versions in sorted(_read_all().items())]


@lru_cache(maxsize=1)
def _read_all() -> dict[str, dict[int, Template]]:
    found: dict[str, dict[int, Template]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        template_id, version, _ = path.name.split(".")
        found.setdefault(template_id, {})[int(version)] = _read(path, template_id, int(version))
    return found


def _read(path: Path, template_id: str, version: int) -> Template:
    data = yaml.safe_load(path.read_text("utf-8"))
    requirements = tuple(
        Requirement(one["parameter"], one["zh"], one["en"], one["article"], tuple(one.get("members", ())))
        for one in data.get("requires", ())
    )
    texts = {language: data[language] for language in LANGUAGES}
    names = {language: data[language]["name"] for language in LANGUAGES}
    sealed = frozenset(data.get("sealed", ()))
    return Template(template_id, version, names, texts, tuple(data["parameters"]), sealed, requirements)

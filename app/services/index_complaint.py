"""Makes a complaint findable by what it says, as far as people may read it on screen.

Indexed is the text as it is shown, with names, numbers and addresses masked, cut into pieces, each under a keyed hash:
the index holds no text, and nobody can find by it what the screen would not show (docs/adr/0020).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.domain.complaint import FREE_TEXTS, is_sealed
from app.domain.field_values import flat_values
from app.domain.forms import Field, Form, Group
from app.domain.languages import LANGUAGES
from app.domain.redaction import mask_text
from app.domain.text_pieces import pieces
from app.services.read_complaints import find_complaint_form
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.complaint_grams import INDEX
from app.storage.sealing import Sealer


def index_complaint(work: UnitOfWork, key: int, data: Mapping[str, Any]) -> None:
    """Index a new complaint by `data`, its open and its sealed fields."""
    work.writes.add(INDEX, *[(gram, key) for gram in complaint_grams(work, data)])


def complaint_grams(work: UnitOfWork, data: Mapping[str, Any]) -> list[int]:
    """Return what a complaint of this `data` is indexed under, each once."""
    text = complaint_text(choice_labels(work.runtime, work.connection, LANGUAGES, work.mark), data)
    return sorted(set(grams_of(work.runtime.sealer, pieces(text))))


def complaint_text(labels: Mapping[tuple[str, str], str], data: Mapping[str, Any]) -> str:
    """Return what a search looks through: free texts masked as on screen, open answers, and the names of choices."""
    return "\n".join(field_texts(labels, data).values())


def field_texts(labels: Mapping[tuple[str, str], str], data: Mapping[str, Any]) -> dict[str, str]:
    """Return the same by field; one of a repeated group by its path (`rows.name`), the rows under one another."""
    found: dict[str, list[str]] = {}
    for name, value in flat_values(data):
        top = name.split(".", 1)[0]
        if isinstance(value, str) and (top in FREE_TEXTS or not is_sealed(top)):
            found.setdefault(name, []).append(labels.get((name, value)) or mask_text(value))
    return {name: "\n".join(texts) for name, texts in found.items()}


def grams_of(sealer: Sealer, cut: Iterable[str]) -> list[int]:
    """Return the keyed hash of each piece of text: 31 bits."""
    return [int(sealer.blind_index("gram", piece)[:8], 16) >> 1 for piece in cut]


def choice_labels(
    runtime: Runtime, connection: Connection, languages: Sequence[str], mark: int | None = None
) -> Mapping[tuple[str, str], str]:
    """Return what the complaint form calls each choice in these languages, by field and value."""
    form = find_complaint_form(runtime, connection, mark=mark)
    return {} if form is None else dict(_labels(form, languages))


def _labels(form: Form, languages: Sequence[str]) -> Iterator[tuple[tuple[str, str], str]]:
    for field in _fields(form.nodes):
        for option in field.options.fixed if field.options is not None else ():
            yield (field.name, str(option.value)), " ".join(option.label(language) for language in languages)


def _fields(nodes: Any) -> Iterator[Field]:
    for node in nodes:
        if isinstance(node, Field):
            yield node
        elif isinstance(node, Group):
            yield from _fields(node.nodes)

"""Files of a form: taken in when the form is sent, and not asked for again when something else in it was wrong.

A file that came in waits in the store; its place in the page is a signed word that names it, for the person who sent
it. Knows neither task nor complaint.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage, MultiDict

from app.domain.forms import Field, Form, FormError, Group, Node, Repeat
from app.domain.forms.messages import tell
from app.domain.media_types import fits
from app.errors import InvalidInputError, TooLargeError
from app.services.keep_form_files import FormFile
from app.services.receive_file import ReceivedFile, receive_file
from app.services.sweep_files import ABANDONED
from app.services.unit_of_work import Runtime
from app.web.uploads import sent_files

KEPT = ".kept"
"""What the name of a hidden input ends with that holds the word of a file sent before."""
MOST_NAME = 255


@dataclass
class TakenFiles:
    """What a form's send brought: files by reference, the words that name them, and messages by field path."""

    form_id: str = ""
    files: dict[str, FormFile] = field(default_factory=dict)
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def checked(self) -> list[FormFile]:
        """Return the files; raises FormError for those that could not be taken."""
        if self.errors:
            raise FormError(self.form_id, self.errors)
        return list(self.files.values())

    def add(self, file: FormFile, word: str) -> dict[str, Any]:
        """Note a file, and return the answer that names it."""
        self.files[file.reference] = file
        self.words[file.reference] = (word, file.file_name)
        return file.answer()


def sent_words() -> MultiDict[str, str]:
    """Return what a form sent, with a word for each file input: a row may hold nothing but a file."""
    words = MultiDict(request.form)
    for name in request.files:
        words.setdefault(f"{name}.sent", "1")
    return words


def take_files(runtime: Runtime, form: Form, answers: dict[str, Any], who: str, language: str) -> TakenFiles:
    """Take in the files of this request and put references to them into `answers`, beside those sent before."""
    taken = TakenFiles(form.form_id)
    for component, scope, name, path in _pickers(form.nodes, answers, "", ""):
        found = [taken.add(file, word) for file, word in _kept(name, who)]
        for sent in sent_files(name):
            file = _receive(runtime, component, sent, taken, path, language)
            if file is not None:
                found.append(
                    taken.add(file, _signer().dumps([who, file.reference, file.file_name, *astuple(file.received)]))
                )
        if component.raw.get("multiple") in (None, False):
            del found[:-1]  # the one sent last is meant
        if found:
            _put(scope, component.path, found)
    return taken


def _receive(
    runtime: Runtime, component: Field, sent: FileStorage, taken: TakenFiles, path: str, language: str
) -> FormFile | None:
    name = (sent.filename or "")[:MOST_NAME]
    code = "file_empty"
    try:
        received = receive_file(runtime, sent.stream)
        accept = str(component.raw.get("accept") or "")
        if accept.startswith("=") or fits(accept, received.media_type):
            return FormFile(secrets.token_hex(16), name, received)
        code = "file_kind"  # the sweep takes what came in
    except TooLargeError:
        code = "file_large"
    except InvalidInputError:
        pass
    label = component.text("label", language) or component.name
    taken.errors.setdefault(path, []).append(tell(code, label, language, {"name": name}))
    return None


def _kept(name: str, who: str) -> Iterator[tuple[FormFile, str]]:
    for word in request.form.getlist(name + KEPT):
        try:
            sender, reference, file_name, *rest = _signer().loads(word, max_age=int(ABANDONED.total_seconds()))
        except BadSignature:  # or too old: the file is swept by now
            continue
        if sender == who:
            yield FormFile(reference, file_name, ReceivedFile(*rest)), word


def _pickers(
    nodes: Iterable[Node], scope: dict[str, Any], prefix: str, place: str
) -> Iterator[tuple[Field, dict[str, Any], str, str]]:
    """Yield each file field with the scope its answer lies in, its input's name and its path in messages."""
    for node in nodes:
        if isinstance(node, Group):
            yield from _pickers(node.nodes, scope, prefix, place)
        elif isinstance(node, Field) and node.kind == "filepicker" and not node.disabled:
            yield node, scope, prefix + node.name, place + node.name
        elif isinstance(node, Repeat):
            rows = _get(scope, node.path)
            for index, row in enumerate(rows if isinstance(rows, list) else []):
                if isinstance(row, dict):
                    yield from _pickers(
                        node.nodes, row, f"{prefix}{node.name}.{index}.", f"{place}{node.name}[{index}]."
                    )


def _get(scope: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = scope
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _put(scope: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        scope = scope.setdefault(name, {})
    scope[path[-1]] = value


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="a form's file")

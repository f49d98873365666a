"""A compiled form as a page draws it, and a browser's answers as JSON values.

Owns the names of inputs (`items.0.price`) and what each kind of component looks like to HTML. Knows no task and no
complaint; what is acceptable is the form's own affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from app.domain.forms import Display, Field, Form, Group, Node, Repeat, option_text
from app.domain.forms.form import ScopeState, settle_scope
from app.domain.forms.reading import LISTS
from app.feel import Environment, Run
from app.web.pages.shown_parts import Shown, show_part

Answers = MultiDict[str, str]
MOST_ROWS = 100
DRAFT_INPUTS = ("draft_version", "back")
"""What the page adds to a task's form for its draft."""

ADD_ROW, REMOVE_ROW = "_add", "_remove"
"""Names of the buttons that add a row (value: the rows' name) and remove one (value: the row's name)."""


@dataclass
class Widget:
    """One thing on the page.

    `options`: (value, label, chosen); `errors`: messages; `rows`: of a repeated group; `shown`: of what asks nothing.
    """

    kind: str
    number: int
    name: str = ""
    label: str = ""
    help: str = ""
    value: Any = None
    hidden: bool = False
    readonly: bool = False
    required: bool = False
    wide: bool = True
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    children: list[Widget] = field(default_factory=list)
    rows: list[list[Widget]] = field(default_factory=list)
    may_add: bool = False
    shown: Shown | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The input's id, unique on the page."""
        return "f-" + (self.name.replace(".", "-") or str(self.number))


@dataclass(frozen=True)
class Drawing:
    """What drawing one form needs: values so far, what is stored, language, messages by path, and the evaluation.

    `files` are those sent with this form and not kept yet: by reference the word that names each, and its name.
    """

    form: Form
    data: Mapping[str, Any]
    stored: Mapping[str, Any]
    language: str
    env: Environment
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def widgets(self) -> list[Widget]:
        """Return the form's widgets in order."""
        run = Run(self.env)
        state = settle_scope(self.form.nodes, self.data, self.stored, {}, run)
        return self._scope(self.form.nodes, state, self.data, self.stored, run, "", "")

    def _scope(
        self,
        nodes: Iterable[Node],
        state: ScopeState,
        data: Mapping[str, Any],
        stored: Mapping[str, Any],
        run: Run,
        prefix: str,
        path: str,
    ) -> list[Widget]:
        made = []
        for node in nodes:
            widget = self._widget(node, state, run, prefix, path)
            if isinstance(node, Group):
                widget.children = self._scope(node.nodes, state, data, stored, run, prefix, path)
            elif isinstance(node, Repeat):
                widget.rows = self._rows(node, state, data, stored, run, prefix, path)
            made.append(widget)
        return made

    def _widget(self, node: Node, state: ScopeState, run: Run, prefix: str, path: str) -> Widget:
        columns = (node.raw.get("layout") or {}).get("columns")
        widget = Widget(
            node.kind,
            node.number,
            label=node.text("label", self.language),
            help=node.text("description", self.language),
            hidden=node.number in state.hidden,
            wide=not isinstance(columns, int) or columns > 8,
        )
        if isinstance(node, Repeat):
            widget.name, widget.may_add = prefix + node.name, node.may_add
            widget.errors = list(self.errors.get(path + node.name, ()))
        if isinstance(node, Field):
            self._fill(widget, node, state, run, prefix, path)
        if isinstance(node, Display):
            widget.shown = show_part(node, self.language, state.context, run)
        return widget

    def _fill(self, widget: Widget, node: Field, state: ScopeState, run: Run, prefix: str, path: str) -> None:
        value = state.values[node.path]
        widget.name = prefix + node.name
        widget.value = shown_value(node, value, self.env.zone)
        widget.readonly = node.number in state.fixed or node.check is None
        widget.required = node.required is not None and node.required.value(state.context, run) is True
        widget.errors = list(self.errors.get(path + node.name, ()))
        widget.attributes = _attributes(node)
        if node.kind == "filepicker":
            named = (
                [str(one.get("documentId")) for one in value if isinstance(one, dict)]
                if isinstance(value, list)
                else []
            )
            widget.options = [(*self.files[one], True) for one in named if one in self.files]
        if node.options is not None:
            chosen = value if isinstance(value, list) else [value]
            widget.options = [
                (option_text(one.value), one.label(self.language), any(_same(one.value, c) for c in chosen))
                for one in node.options.options(state.context, run)
            ]

    def _rows(
        self,
        node: Repeat,
        state: ScopeState,
        data: Mapping[str, Any],
        stored: Mapping[str, Any],
        run: Run,
        prefix: str,
        path: str,
    ) -> list[list[Widget]]:
        rows = _at(data, node.path)
        before = _at(stored, node.path)
        before = before if isinstance(before, list) else []
        rows = rows if isinstance(rows, list) else (before or [{}] * node.default_rows)
        drawn = []
        for index, row in enumerate(rows[:MOST_ROWS]):
            row = row if isinstance(row, Mapping) else {}
            old = before[index] if index < len(before) and isinstance(before[index], Mapping) else {}
            inner = settle_scope(node.nodes, row, old, state.context, run)
            name, place = f"{prefix}{node.name}.{index}.", f"{path}{node.name}[{index}]."
            drawn.append(self._scope(node.nodes, inner, row, old, run, name, place))
        return drawn


def hidden_numbers(widgets: Iterable[Widget]) -> list[int]:
    """Return the numbers of hidden widgets outside repeated rows, for the page's script."""
    found = []
    for widget in widgets:
        if widget.hidden:
            found.append(widget.number)
        found += hidden_numbers(widget.children)
    return found


def read_answers(form: Form, sent: Answers, zone: str) -> dict[str, Any]:
    """Return a browser's form post as JSON values; inputs the form does not have are kept, so that they are refused."""
    known = {"csrf_token", ADD_ROW, REMOVE_ROW, *DRAFT_INPUTS}
    data = _read_scope(form.nodes, sent, "", zone, known)
    for name in sent:
        if name not in known:
            data.setdefault(name, sent[name])
    return data


def change_rows(data: dict[str, Any], sent: Answers) -> bool:
    """Add or remove the row whose button was pressed; whether one was."""
    if sent.get(ADD_ROW):
        rows = _find(data, sent[ADD_ROW].split("."))
        if isinstance(rows, list) and len(rows) < MOST_ROWS:
            rows.append({})
        return True
    if sent.get(REMOVE_ROW):
        name, _, index = sent[REMOVE_ROW].rpartition(".")
        rows = _find(data, name.split("."))
        if isinstance(rows, list) and index.isdecimal() and int(index) < len(rows):
            del rows[int(index)]
        return True
    return False


def _find(data: Any, path: list[str]) -> Any:
    for name in path:
        if isinstance(data, dict):
            data = data.get(name)
        elif isinstance(data, list) and name.isdecimal() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def _read_scope(nodes: Iterable[Node], sent: Answers, prefix: str, zone: str, known: set[str]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for node in nodes:
        if isinstance(node, Group):
            _merge(data, _read_scope(node.nodes, sent, prefix, zone, known))
        elif isinstance(node, Repeat):
            _set(data, node.path, _read_rows(node, sent, prefix, zone, known))
        elif isinstance(node, Field) and node.check is not None and not node.disabled:
            name = prefix + node.name
            known |= {name, f"{name}.sent", f"{name}.kept"}
            if node.kind == "filepicker":
                continue  # files come beside the answers
            if name in sent or f"{name}.sent" in sent:
                _set(data, node.path, _read_field(node, sent, name, zone))
    return data


def _read_rows(node: Repeat, sent: Answers, prefix: str, zone: str, known: set[str]) -> list[Any]:
    start = f"{prefix}{node.name}."
    found = {name[len(start) :].split(".", 1)[0] for name in sent if name.startswith(start)}
    indexes = sorted(int(text) for text in found if text.isdecimal() and len(text) <= 4)[:MOST_ROWS]
    return [_read_scope(node.nodes, sent, f"{start}{index}.", zone, known) for index in indexes]


def _read_field(node: Field, sent: Answers, name: str, zone: str) -> Any:
    if node.kind in LISTS:
        return [text for text in sent.getlist(name) if text]
    text = sent.get(name, "")
    if node.kind == "checkbox":
        return text == "true"
    if node.kind in {"radio", "select"}:
        return text or None
    if node.kind in {"textfield", "textarea"}:
        return text.replace("\r\n", "\n")
    if node.kind == "datetime" and text:
        return _with_zone(node, text, zone)
    return text.strip() or None


def shown_value(node: Field, value: Any, zone: str) -> Any:
    """Return a stored value as its input shows it: dates and times without the zone, which is the institution's."""
    if node.kind != "datetime" or not isinstance(value, str) or node.raw.get("subtype", "date") == "date":
        return "" if value is None else value
    if node.raw["subtype"] == "time":
        return value[:5]
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return (at.astimezone(ZoneInfo(zone)) if at.tzinfo else at).strftime("%Y-%m-%dT%H:%M")


def _with_zone(node: Field, text: str, zone: str) -> str:
    """Write what a browser's date or time input gave as the component stores it."""
    subtype, written = node.raw.get("subtype", "date"), node.raw.get("timeSerializingFormat", "utc_offset")
    if subtype == "date" or written == "no_timezone":
        return text
    try:
        at = datetime.fromisoformat(text if subtype == "datetime" else f"2000-01-01T{text}")
    except ValueError:
        return text
    at = at.replace(tzinfo=at.tzinfo or ZoneInfo(zone))  # a script says its own offset, a plain input the house's
    if written == "utc_normalized":
        spelt = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    else:
        spelt = at.isoformat(timespec="minutes")
    return spelt if subtype == "datetime" else spelt[11:]


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _attributes(node: Field) -> dict[str, Any]:
    rules = node.raw.get("validate") or {}
    if node.kind == "number":
        digits = node.raw.get("decimalDigits")
        step = "any" if not isinstance(digits, int) else f"0.{'0' * (digits - 1)}1" if digits else "1"
        return {"inputmode": "decimal", "step": step}
    if node.kind in {"textfield", "textarea"} and isinstance(rules.get("maxLength"), int):
        return {"maxlength": rules["maxLength"]}
    if node.kind == "filepicker":
        accept = str(node.raw.get("accept") or "")
        accepted = {"accept": accept} if accept and not accept.startswith("=") else {}
        return accepted | ({"multiple": "multiple"} if node.raw.get("multiple") not in (None, False) else {})
    if node.kind == "datetime":
        return {"type": {"date": "date", "time": "time"}.get(node.raw.get("subtype", "date"), "datetime-local")}
    return {}


def _at(data: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = data
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _set(data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        data = data.setdefault(name, {})
    data[path[-1]] = value


def _merge(data: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(data.get(name), dict):
            _merge(data[name], value)
        else:
            data[name] = value

"""Variables in Camunda 8's scopes: each token may hold some; what a token sees is its own and all enclosing ones.

Owns reading, setting and propagation. A change is recorded and noted for conditional events; setting a variable to what
it is already is no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.engine.token import Token
from app.engine.values import decode, encode


def holder_of(token: Token, name: str) -> Token | None:
    """The nearest token, from `token` outwards, that holds `name`."""
    at: Token | None = token
    while at is not None:
        if name in at.data:
            return at
        at = at.scope
    return None


def read(token: Token, name: str) -> Any:
    """The value of `name` as `token` sees it; KeyError if it sees none."""
    holder = holder_of(token, name)
    if holder is None:
        raise KeyError(name)
    return read_at(holder, name)


def read_at(holder: Token, name: str) -> Any:
    """The value of the variable `name` that `holder` itself holds."""
    if name not in holder.decoded:
        holder.decoded[name] = decode(holder.data[name])
    return holder.decoded[name]


class Visible(Mapping[str, Any]):
    """Every variable a token sees, decoded when asked for."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __getitem__(self, name: str) -> Any:
        return read(self._token, name)

    def __iter__(self) -> Iterator[str]:
        return iter(visible_texts(self._token))

    def __len__(self) -> int:
        return len(visible_texts(self._token))


def visible_texts(token: Token) -> dict[str, str]:
    """The JSON texts of every variable a token sees, the outermost first."""
    chain: list[Token] = []
    at: Token | None = token
    while at is not None:
        chain.append(at)
        at = at.scope
    found: dict[str, str] = {}
    for holder in reversed(chain):
        found.update(holder.data)
    return found


def set_text(token: Token, name: str, text: str, *, growing: bool = False) -> None:
    """Set `name` at `token` itself to the JSON `text`; of a `growing` list only the last stage is recorded."""
    old = token.data.get(name)
    if old == text:
        return
    token.data[name] = text
    token.decoded.pop(name, None)
    token.workflow.variable_changed(token, name, text, created=old is None, growing=growing)


def set_local(token: Token, values: Mapping[str, Any]) -> None:
    """Set every variable at `token` itself."""
    for name, value in values.items():
        set_text(token, name, encode(value))


def merge_text(token: Token, name: str, text: str) -> None:
    """Propagate one variable: set it where `token` sees it, else at the process."""
    at = token
    while name not in at.data:
        scope = at.scope
        if scope is None:
            break
        at = scope
    set_text(at, name, text)


def set_texts(token: Token, texts: Mapping[str, str], *, local: bool) -> None:
    """Set variables to JSON texts: `local` at `token` itself, else each where it is known."""
    put = set_text if local else merge_text
    for name, text in texts.items():
        put(token, name, text)


def merge(token: Token, values: Mapping[str, Any]) -> None:
    """Propagate variables from `token` outwards: each is set where it is known, else at the process."""
    for name, value in values.items():
        merge_text(token, name, encode(value))

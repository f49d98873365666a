"""What an operation of the engine API is, and the registry that routes and documentation are made from.

Owns the record and its decorator. Knows no operation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from marshmallow import Schema

from app.domain.actor import Actor
from app.services.unit_of_work import Runtime, UnitOfWork

P = ParamSpec("P")
R = TypeVar("R")
Handler = Callable[["Call"], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who asks, the path's values (keys as ints), the query and the body, all validated.

    `work` is the open transaction of a request with an idempotency key: what it creates must commit with its answer.
    """

    runtime: Runtime
    actor: Actor
    path: dict[str, Any]
    query: dict[str, Any]
    body: Any
    work: UnitOfWork | None = None

    def perform(self, use_case: Callable[Concatenate[UnitOfWork, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case: in a transaction of its own, or in the open one."""
        if self.work is not None:
            return use_case(self.work, *args, **kwargs)
        return self.runtime.perform(use_case, *args, **kwargs)


@dataclass(frozen=True)
class Operation:
    """One operation. `scope`: what the actor needs (None: only to be known). `body` None: no JSON body is read.

    `result` None with status 204: nothing is returned; `media` names what is returned when it is not JSON. `form`
    describes a multipart body, which the handler reads itself. `creates`: an Idempotency-Key is honoured.
    `before` does what must not wait in the transaction of a request with such a key: taking a file in.
    `finish` completes the answer after the commit, also when it is given again: what takes more transactions, or time.
    `may_be_empty`: 204 where there is nothing to return.
    """

    name: str
    method: str
    path: str
    handler: Handler
    scope: str | None = "read"
    body: type[Schema] | None = None
    body_needed: bool = False
    query: type[Schema] | None = None
    result: type[Schema] | None = None
    status: int = 200
    media: str = "application/json"
    form: type[Schema] | None = None
    creates: bool = False
    may_be_empty: bool = False
    before: Callable[[Call], None] | None = None
    finish: Callable[[Call, Any], Any] | None = None

    @property
    def group(self) -> str:
        """The first word of the path, for the documentation's chapters."""
        return self.path.strip("/").split("/")[0]


OPERATIONS: dict[str, Operation] = {}
"""Every operation by name; filled when `app.web.v2` is imported."""


def operation(name: str, method: str, path: str, **options: Any) -> Callable[[Handler], Handler]:
    """Register the decorated function as the operation `name`; `options` are Operation's."""

    def register(handler: Handler) -> Handler:
        add(Operation(name, method, path, handler, **options))
        return handler

    return register


def add(made: Operation) -> None:
    """Register `made`; one name stands for one operation."""
    assert made.name not in OPERATIONS, made.name
    OPERATIONS[made.name] = made

"""What is deployed, parsed once a version and kept in memory, and found by id without asking the database again.

Parsed versions never change, so they are kept by key. What an id means changes with deployments: it is kept for as
long as the deployment mark that the caller has just read stands still. Which version of a decision is in force changes
with time, too: all of them are kept, and the caller says when.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from app.engine import Definition
from app.engine.reader import read_processes
from app.engine.work import Binding
from app.errors import NotFoundError
from app.storage.base import Base
from app.storage.deployments import (
    DecisionDefinitionRow,
    ProcessDefinitionRow,
    find_by_key,
    find_deployment_mark,
    find_process,
    find_version,
    in_force,
    list_decision_versions,
)

KEPT_MODELS = 512
Found = TypeVar("Found")


@dataclass(frozen=True)
class DeployedProcess:
    """One version of a process, ready to run."""

    key: int
    version: int
    deployment_key: int
    definition: Definition


class DeployedModels:
    """The parsed models of one process, shared by its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._models: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._mark = -1
        self._found: dict[tuple[Any, ...], Any] = {}

    def process(self, connection: Connection, definition_key: int) -> DeployedProcess:
        """Return the process version with this key; raises NotFoundError."""
        found: DeployedProcess = self.parsed(
            "process", definition_key, lambda: _read_process(connection, definition_key)
        )
        return found

    def process_to_start(self, connection: Connection, definition_key: int, mark: int) -> DeployedProcess:
        """Return the process version with this key; raises NotFoundError, also where it has been deleted."""
        found = self.process(connection, definition_key)
        row = self._kept(
            connection,
            mark,
            ("process", definition_key),
            lambda: find_by_key(connection, ProcessDefinitionRow, definition_key),
        )
        if row is None or row.deleted_at is not None:
            raise NotFoundError(f"Expected process definition {definition_key} to be deployed, but it was deleted")
        return found

    def parsed(self, kind: str, key: int, read: Callable[[], Any]) -> Any:
        """Return what `read` made of the model `key` of this kind, reading it at most once while it is kept."""
        with self._lock:
            model = self._models.get((kind, key))
            if model is not None:
                self._models.move_to_end((kind, key))
                return model
        model = read()
        with self._lock:
            self._models[kind, key] = model
            while len(self._models) > KEPT_MODELS:
                self._models.popitem(last=False)
        return model

    def find(
        self,
        connection: Connection,
        table: type[Base],
        identity: str,
        *,
        binding: Binding = Binding.LATEST,
        deployment_key: int | None = None,
        version_tag: str | None = None,
        mark: int | None = None,
    ) -> Any:
        """Return the row that `identity` means under `binding`, or None.

        `deployment_key` is that of the asking process; `mark` the deployment mark, if the caller has read it just now.
        """
        within = deployment_key if binding is Binding.DEPLOYMENT else None
        tag = version_tag if binding is Binding.VERSION_TAG else None
        return self._kept(
            connection,
            mark,
            (table, identity, within, tag),
            lambda: find_version(connection, table, identity, deployment_key=within, version_tag=tag),
        )

    def find_decision(
        self,
        connection: Connection,
        decision_id: str,
        at: datetime,
        *,
        binding: Binding = Binding.LATEST,
        deployment_key: int | None = None,
        version_tag: str | None = None,
        mark: int | None = None,
    ) -> Row[Any] | None:
        """Return the version of a decision that is in force at `at`, or None; under `binding`, as for `find`.

        What is bound to a deployment is that deployment's version, whatever is in force.
        """
        if binding is Binding.DEPLOYMENT:
            found: Row[Any] | None = self.find(
                connection,
                DecisionDefinitionRow,
                decision_id,
                binding=binding,
                deployment_key=deployment_key,
                mark=mark,
            )
            return found
        versions: Sequence[Row[Any]] = self._kept(
            connection, mark, ("versions", decision_id), lambda: list_decision_versions(connection, decision_id)
        )
        if binding is Binding.VERSION_TAG:
            versions = [row for row in versions if row.version_tag == version_tag]
        return in_force(versions, at)

    def _kept(
        self, connection: Connection, mark: int | None, asked: tuple[Any, ...], look_up: Callable[[], Found]
    ) -> Found:
        """Return what `look_up` finds, asking it once for each deployment mark."""
        mark = find_deployment_mark(connection) if mark is None else mark
        with self._lock:
            if self._mark != mark:
                self._mark, self._found = mark, {}
            if asked in self._found:
                kept: Found = self._found[asked]
                return kept
        found = look_up()
        with self._lock:
            if self._mark == mark:
                self._found[asked] = found
        return found


def _read_process(connection: Connection, definition_key: int) -> DeployedProcess:
    row = find_process(connection, definition_key)
    if row is None:
        raise NotFoundError(f"Expected a process definition with key {definition_key}, but there is none")
    definitions = read_processes(bytes(row.content), file=row.resource_name)
    definition = next(one for one in definitions if one.process_id == row.process_id)
    return DeployedProcess(row.key, row.version, row.deployment_key, definition)

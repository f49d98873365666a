"""What expressions see of the installation's variables: the name `camunda`, where a process has no variable so called.

Expressions are lazy: nothing is read until one names it, and then once for all that a command evaluates.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from app.engine.evaluate import CLUSTER
from app.feel import to_feel
from app.storage.cluster_variables import GLOBAL, TENANT, read_cluster_variables


def add_cluster_variables(connection: Connection, names: Collection[str], context: dict[str, Any]) -> None:
    """Put what an expression that reads `names` sees of the variables into its context, as a FEEL value."""
    if CLUSTER in names and CLUSTER not in context:
        context[CLUSTER] = ClusterVariables(connection)()


class ClusterVariables:
    """The engine's port: the variables as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self) -> dict[str, Any]:
        """Return the FEEL value of the name `camunda`."""
        return self._seen

    @cached_property
    def _seen(self) -> dict[str, Any]:
        found = read_cluster_variables(self._connection)
        everywhere, here = found[GLOBAL], found[TENANT]
        return {"vars": to_feel({"cluster": everywhere, "tenant": here, "env": {**everywhere, **here}})}

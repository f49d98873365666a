"""F, the floor: the bare SQL writes of one completion as one statement, with psycopg, and the same for the inbox.

One completion reads an instance, updates its 10 KB state under a version check, closes a task with 1 KB of form data,
opens one or two tasks, adds an audit and an outbox row, and commits.
"""

from __future__ import annotations

import json
from itertools import count

import psycopg

SCHEMA = """
CREATE TABLE f_instance (id bigint PRIMARY KEY, version int NOT NULL, state text NOT NULL);
CREATE TABLE f_task (id bigint PRIMARY KEY, instance bigint NOT NULL, element text NOT NULL, grp text NOT NULL,
  due timestamptz, done_at timestamptz, form text);
CREATE INDEX ON f_task (instance);
CREATE INDEX ON f_task (grp, due, id) WHERE done_at IS NULL;
CREATE TABLE f_audit (id bigint PRIMARY KEY, instance bigint NOT NULL, actor text, what text, at timestamptz);
CREATE INDEX ON f_audit (instance);
CREATE TABLE f_outbox (id bigint PRIMARY KEY, payload text, at timestamptz);
"""
COMPLETE = """
WITH i AS (UPDATE f_instance SET state = %(state)s, version = version + 1
           WHERE id = %(instance)s AND version = %(version)s RETURNING id),
     t AS (UPDATE f_task SET done_at = now(), form = %(form)s WHERE id = %(task)s AND done_at IS NULL RETURNING id),
     n AS (INSERT INTO f_task (id, instance, element, grp, due)
           SELECT unnest(%(new)s::bigint[]), %(instance)s, 'element', 'group', now() RETURNING id),
     a AS (INSERT INTO f_audit VALUES (%(audit)s, %(instance)s, 'actor', 'COMPLETE', now()) RETURNING id),
     o AS (INSERT INTO f_outbox VALUES (%(audit)s, '{"event": "completed"}', now()) RETURNING id)
SELECT (SELECT count(*) FROM i), (SELECT count(*) FROM t)
"""


class Floor:
    """Instances and tasks of the bare schema, completed one after the other."""

    def __init__(self, address: str, first_id: int) -> None:
        self.connection = psycopg.connect(address)
        self.ids = count(first_id)
        self.state = json.dumps({"data": "x" * 10_000})
        self.form = json.dumps({"text": "y" * 970})
        self.instance, self.task, self.version, self.turn = 0, 0, 0, 0
        self._begin()

    @staticmethod
    def make_schema(address: str) -> None:
        """Create the bare tables."""
        with psycopg.connect(address) as connection:
            connection.execute(SCHEMA)

    def _begin(self) -> None:
        self.instance, self.task, self.version = next(self.ids), next(self.ids), 0
        self.connection.execute("INSERT INTO f_instance VALUES (%s, 0, %s)", (self.instance, self.state))
        self.connection.execute(
            "INSERT INTO f_task (id, instance, element, grp) VALUES (%s, %s, 'e', 'g')", (self.task, self.instance)
        )
        self.connection.commit()

    def complete(self) -> None:
        """One completion, durable when this returns; every fifth opens two tasks."""
        self.turn += 1
        new = [next(self.ids) for _ in range(2 if self.turn % 5 == 0 else 1)]
        row = self.connection.execute(
            "SELECT version, state FROM f_instance WHERE id = %s", (self.instance,)
        ).fetchone()
        assert row is not None
        values = {"state": self.state, "instance": self.instance, "version": row[0], "form": self.form}
        found = self.connection.execute(COMPLETE, {**values, "task": self.task, "new": new, "audit": next(self.ids)})
        assert found.fetchone() == (1, 1)
        self.connection.commit()
        self.task = new[0]

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

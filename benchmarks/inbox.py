"""Measures one inbox page with its capped count over many open tasks, against the bare merged index scan.

`python3 run.py bench inbox [--open N]`: open tasks of 20 groups, of which a person is in three. Prints `name: value`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.storage.inbox import count_inbox, list_inbox
from app.storage.schema import upgrade_schema
from benchmarks.workload import model, table
from tests.desk import Desk
from tests.postgres import start_cluster

GROUPS = ["g3", "g7", "g11"]
FILL = """
INSERT INTO user_task (key, instance_key, root_key, definition_key, element_key, element_id, name, state,
  candidate_groups, candidate_users, due_at, sort_at, priority, created_at)
SELECT n, :instance, :instance, :definition, n, 'verify', 'Verify', 'CREATED', '["g' || n % 20 || '"]', '[]',
  now() + n % 9973 * interval '1 minute', now() + n % 9973 * interval '1 minute', 50, now()
FROM generate_series(1, :count) n
"""
OFFER = """
INSERT INTO task_candidate (who, assigned, sort_at, task_key)
SELECT 'g:g' || key % 20, 0, sort_at, key FROM user_task WHERE key <= :count
"""
FLOOR_TABLE = """
CREATE TABLE f_open (id bigint PRIMARY KEY, grp text NOT NULL, due timestamptz NOT NULL, name text,
  done_at timestamptz);
INSERT INTO f_open SELECT key, 'g' || key % 20, sort_at, 'Verify' FROM user_task WHERE key <= {count};
CREATE INDEX ON f_open (grp, due, id) WHERE done_at IS NULL;
ANALYZE f_open;
"""
FLOOR_PAGE = """
SELECT t.id, t.grp, t.due, t.name FROM unnest(%s::text[]) g
CROSS JOIN LATERAL (SELECT * FROM f_open WHERE grp = g AND done_at IS NULL ORDER BY due, id LIMIT 20) t
ORDER BY t.due, t.id LIMIT 20
"""
FLOOR_COUNT = """
SELECT count(*) FROM (SELECT 1 FROM unnest(%s::text[]) g
CROSS JOIN LATERAL (SELECT 1 FROM f_open WHERE grp = g AND done_at IS NULL LIMIT 1000) t LIMIT 1000) c
"""


def median_ms(operate: Callable[[], object], times: int) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    for _ in range(20):
        operate()
    taken = []
    for _ in range(times):
        before = time.perf_counter()
        operate()
        taken.append((time.perf_counter() - before) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def run(url: str, count: int, times: int) -> None:
    """Fill, then measure both by turns."""
    desk = Desk(url)
    upgrade_schema(desk.runtime.engine)
    desk.deploy(w__bpmn=model(), routing__dmn=table())
    key = desk.start("w")
    with desk.runtime.unit_of_work() as work:
        definition = work.connection.execute(text("SELECT key FROM process_definition")).scalar_one()
        place = {"instance": key, "definition": definition, "count": count}
        work.connection.execute(text(FILL), place)
        work.connection.execute(text(OFFER), {"count": count})
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False)) as floor:
        floor.execute(FLOOR_TABLE.format(count=count).encode())
        floor.commit()
        floor.autocommit = True
        floor.execute("VACUUM ANALYZE")  # as autovacuum would soon
        floor.autocommit = False

        def bare() -> None:
            floor.execute(FLOOR_PAGE, (GROUPS,)).fetchall()
            floor.execute(FLOOR_COUNT, (GROUPS,)).fetchall()

        with desk.runtime.reading() as connection:

            def ours() -> None:
                list_inbox(connection, "anna", GROUPS, limit=20)
                count_inbox(connection, "anna", GROUPS)

            rounds = [(median_ms(bare, times), median_ms(ours, times)) for _ in range(3)]
    for name, which in (("floor", 0), ("inbox", 1)):
        middle = statistics.median(one[which][0] for one in rounds)
        print(f"{name} ms at {count} open: {middle:.2f} (p95 {statistics.median(one[which][1] for one in rounds):.2f})")
    print(f"inbox of floor: {statistics.median(one[1][0] / one[0][0] for one in rounds):.2f}")
    desk.close()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rb-") as name:
        cluster = start_cluster(Path(name), durable=True)
        try:
            run(cluster.database_url("postgres"), options.open, options.times)
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()

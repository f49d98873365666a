"""Measures an inbox page with its capped counts over many open tasks, against the bare merged index scan.

`python3 run.py bench inbox [--open N]`: open tasks of 20 groups, of which a person is in three, each of a complaint of
its own. Then the whole page as a browser asks for it, plain, filtered, sorted and searched, and the question whether it
has changed. Prints `name: value`.
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

from app.domain.text_pieces import pieces
from app.services.create_account import create_account
from app.services.index_complaint import grams_of
from app.services.open_session import open_session
from app.storage.inbox import Whose, open_inbox
from app.storage.schema import upgrade_schema
from app.web import create_app
from benchmarks.workload import model, table
from tests.desk import Desk
from tests.postgres import start_cluster

GROUPS = ["g3", "g7", "g11"]
FILL = """
INSERT INTO user_task (key, instance_key, root_key, definition_key, element_key, element_id, name, state,
  candidate_groups, candidate_users, due_at, sort_at, priority, created_at)
SELECT n, n, n, :definition, n, 'verify', 'Verify', 'CREATED', '["g' || n % 20 || '"]', '[]',
  now() + n % 9973 * interval '1 minute', now() + n % 9973 * interval '1 minute', 50, now()
FROM generate_series(1, :count) n
"""
INSTANCES = """
INSERT INTO process_instance (key, definition_key, process_id, root_key, row_version, status, flows, incidents,
  business_id, started_at)
SELECT n, :definition, 'w', n, 1, 'ACTIVE', '[]', 0, 'TS-2026-' || lpad(n::text, 6, '0'), now()
FROM generate_series(1, :count) n
"""
COMPLAINTS = """
INSERT INTO complaint (key, number, received_at, recorded_at, recorded_by, channel, type, product_line, amount,
  currency, status, process_id, instance_key, data, due_at)
SELECT n, 'TS-2026-' || lpad(n::text, 6, '0'), now() - n * interval '1 second', now(), 'x', 'phone', 'fee_dispute',
  'credit_card', n % 1000, 'CNY', 'pending', 'w', n, '{"place": "\u5e74\u8d39\u91cd\u590d"}', now()
FROM generate_series(1, :count) n
"""
GRANT = """
INSERT INTO complaint_access (subject, received_at, complaint_key)
SELECT 'g:g' || key % 20, received_at, key FROM complaint
"""
VARIABLES = """
INSERT INTO variable (key, scope_key, instance_key, name, value) SELECT n, n, n, 'region', '"west"'
FROM generate_series(1, :count) n
"""
GRAMS = "INSERT INTO complaint_gram (gram, complaint_key) SELECT :gram, key FROM complaint"
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
WORDS = "年费重复"
PAGES = {
    "page": "/inbox?view=groups",
    "page of own tasks": "/inbox",
    "changes": "/inbox/changes?view=groups",
    "filter that most meet": "/inbox?view=groups&step=verify",
    "filter that none meets": "/inbox?view=groups&step=nothing",
    "filter on the complaint that none meets": "/inbox?view=groups&status=pending&amount_from=1000",
    "filter on a form field that none meets": "/inbox?view=groups&field=region%3Deast",
    "by priority": "/inbox?view=groups&sort=priority",
    "oldest first": "/inbox?view=groups&sort=oldest",
    "search": "/inbox?view=groups&q=" + WORDS,
    "done": "/inbox?view=done",
    "complaints": "/complaints",
    "complaints, filter that none meets": "/complaints?status=closed&channel=app",
    "complaints by legal deadline": "/complaints?sort=due",
}


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
    with desk.runtime.unit_of_work() as work:
        definition = work.connection.execute(text("SELECT key FROM process_definition")).scalar_one()
        place = {"definition": definition, "count": count}
        for statement in (INSTANCES, FILL, COMPLAINTS, VARIABLES):
            work.connection.execute(text(statement), place)
        work.connection.execute(text(OFFER), {"count": count})
        work.connection.execute(text(GRANT))
        for gram in grams_of(desk.runtime.sealer, pieces(WORDS)):
            work.connection.execute(text(GRAMS), {"gram": gram})
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
            mine = Whose(people=("anna",))
            offered = Whose(("u:anna", *(f"g:{name}" for name in GROUPS)))

            def ours() -> None:
                open_inbox(connection, mine, offered, show_offered=True, limit=20)

            rounds = [(median_ms(bare, times), median_ms(ours, times)) for _ in range(3)]
    for name, which in (("floor", 0), ("inbox", 1)):
        middle = statistics.median(one[which][0] for one in rounds)
        print(f"{name} ms at {count} open: {middle:.2f} (p95 {statistics.median(one[which][1] for one in rounds):.2f})")
    print(f"inbox of floor: {statistics.median(one[1][0] / one[0][0] for one in rounds):.2f}")
    measure_pages(desk, times)
    desk.close()


def measure_pages(desk: Desk, times: int) -> None:
    """Ask for whole pages as a browser would, without the network."""
    desk.perform(create_account, "anna", display_name="Anna", roles=["clerk"], groups=GROUPS)
    secret = desk.perform(open_session, "anna", browser="a benchmark", address="192.0.2.1")
    app = create_app(desk.settings, runtime=desk.runtime)
    with app.test_client() as browser:
        with browser.session_transaction() as session:
            session.update(secret=secret, csrf="x", language="zh")
        for name, path in PAGES.items():

            def page(path: str = path) -> None:
                assert browser.get(path).status_code == 200, path

            middle, worst = median_ms(page, max(times // 8, 10))
            print(f"{name} ms: {middle:.1f} (p95 {worst:.1f})")


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

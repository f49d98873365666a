from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.storage.complaint_access import has_access
from app.storage.complaints import find_complaint
from app.storage.database import open_engine
from app.storage.schema import METADATA, downgrade_schema, migration_config, upgrade_schema
from tests.conformance.drawing import draw, process, user_task
from tests.conftest import TestDatabase


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(migration_config()).get_heads()) == 1


def test_up_down_and_up_again_leaves_what_the_row_classes_say(database: TestDatabase) -> None:
    engine = open_engine(database.url)
    downgrade_schema(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade_schema(engine)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()
    assert differences == []


def test_whoever_worked_on_a_complaint_before_there_was_a_rule_sees_it_after(database: TestDatabase) -> None:
    engine = open_engine(database.url)
    downgrade_schema(engine, "0006")
    said = {"at": "2026-01-05 12:00:00+00:00" if database.kind == "postgres" else "2026-01-05 12:00:00.000000"}
    with engine.begin() as connection:
        for statement in BEFORE_THE_RULE.split(";"):
            connection.execute(text(statement), said)
    upgrade_schema(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT subject, complaint_key FROM complaint_access ORDER BY subject")).all()
        row = find_complaint(connection, "TS-2026-000001")
        assert row is not None
        assert has_access(connection, row, ["g:intake"])
    engine.dispose()
    assert [tuple(row) for row in rows] == [("g:intake", 7), ("u:anna", 7), ("u:bert", 7), ("u:lina", 7)]


BEFORE_THE_RULE = """
INSERT INTO deployment (key, deployed_at, deployed_by) VALUES (1, :at, 'boss');
INSERT INTO resource (key, deployment_key, kind, resource_id, version, name, checksum, content)
VALUES (2, 1, 'process', 'p', 1, 'p.bpmn', 'x', '');
INSERT INTO process_definition (key, deployment_key, resource_key, process_id, version) VALUES (2, 1, 2, 'p', 1);
INSERT INTO process_instance (key, definition_key, process_id, root_key, row_version, status, flows, incidents,
business_id, started_at) VALUES (3, 2, 'p', 3, 0, 'ACTIVE', '[]', 0, 'TS-2026-000001', :at);
INSERT INTO user_task (key, instance_key, root_key, definition_key, element_key, element_id, state, assignee,
candidate_groups, candidate_users, sort_at, priority, created_at, ended_by)
VALUES (4, 3, 3, 2, 5, 'a', 'COMPLETED', 'anna', '["intake"]', '[]', :at, 50, :at, 'bert');
INSERT INTO complaint (key, number, received_at, recorded_at, recorded_by, currency, status, process_id, data)
VALUES (7, 'TS-2026-000001', :at, :at, 'lina', 'CNY', 'pending', 'p', '{}')
"""


def test_what_elements_are_called_is_known_of_versions_from_before(database: TestDatabase) -> None:
    engine = open_engine(database.url)
    downgrade_schema(engine, "0020")
    drawn = draw(process(user_task("ask", name="Ask back"), user_task("unnamed"), flows="s -> ask -> unnamed -> e"))
    said = {"at": "2026-01-05 12:00:00+00:00" if database.kind == "postgres" else "2026-01-05 12:00:00.000000"}
    with engine.begin() as connection:
        for statement in BEFORE_THE_RULE.split(";")[:3]:
            connection.execute(text(statement), said)
        connection.execute(text("UPDATE resource SET content = :drawn"), {"drawn": drawn})
    upgrade_schema(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT definition_key, element_id, name FROM element_name")).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [(2, "ask", "Ask back")]

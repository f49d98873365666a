from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.storage.database import open_engine
from app.storage.schema import METADATA, downgrade_schema, migration_config, upgrade_schema
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

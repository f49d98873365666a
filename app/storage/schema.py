"""The whole schema: every row class in one metadata, and the migrations that bring a database up to it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

import app.storage
from app.storage.base import Base

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"

for _module in iter_modules(app.storage.__path__):
    if _module.name != "schema":
        import_module(f"app.storage.{_module.name}")

METADATA = Base.metadata


def upgrade_schema(engine: Engine, revision: str = "head") -> str | None:
    """Bring the database up to `revision`, in one transaction; return where it was, None for a new one."""
    with engine.begin() as connection:
        before = _revision_of(connection)
        if revision == "head" and before == _newest_revision():
            return before
        from alembic import command  # most starts do without

        command.upgrade(_on(connection), revision)
        return before


def downgrade_schema(engine: Engine, revision: str) -> None:
    """Take the database down to `revision`, in one transaction."""
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(_on(connection), revision)


def migration_config() -> Config:
    """Return Alembic's configuration without its file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _on(connection: Connection) -> Config:
    config = migration_config()
    config.attributes["connection"] = connection
    return config


def _newest_revision() -> str:
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found

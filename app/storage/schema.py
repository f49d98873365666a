"""The whole schema: every row class in one metadata, and the migrations that bring a database up to it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

import app.storage
from app.storage.base import Base

MIGRATIONS = Path(__file__).parents[2] / "migrations"

for _module in iter_modules(app.storage.__path__):
    if _module.name != "schema":
        import_module(f"app.storage.{_module.name}")

METADATA = Base.metadata


def upgrade_schema(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`, in one transaction."""
    with engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade_schema(engine: Engine, revision: str) -> None:
    """Take the database down to `revision`, in one transaction."""
    with engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def migration_config() -> Config:
    """Return Alembic's configuration without its file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config

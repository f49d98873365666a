"""Runs migrations on the connection that `app.storage.schema` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from app.storage.schema import METADATA
from app.storage.types import JSONText, UTCDateTime


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database, so that a migration needs no code of the product."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSONText):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_item=render_item,
    render_as_batch=False,
    transaction_per_migration=False,
)
context.run_migrations()

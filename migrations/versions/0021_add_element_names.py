"""What elements are called, of the versions that are there, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from lxml import etree

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "element_name",
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_key"],
            ["process_definition.key"],
            name=op.f("fk_element_name_definition_key_process_definition"),
        ),
        sa.PrimaryKeyConstraint("definition_key", "element_id", name=op.f("pk_element_name")),
    )
    connection = op.get_bind()
    deployed = sa.text("SELECT key, process_id, resource_key FROM process_definition ORDER BY key")
    file = sa.text("SELECT content FROM resource WHERE key = :key")
    for key, process_id, resource_key in connection.execute(deployed).all():
        content = connection.execute(file, {"key": resource_key}).scalar()  # one by one: together they may be large
        rows = [
            {"definition_key": key, "element_id": id_, "name": name}
            for id_, name in _names(bytes(content or b""), process_id).items()
        ]
        if rows:
            connection.execute(sa.insert(table), rows)


def _names(content: bytes, process_id: str) -> dict[str, str]:
    """Return the names in one process by element id; none of a file that cannot be read."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return {}
    processes = [node for node in root.iter("{*}process") if node.get("id") == process_id]
    return {
        node.get("id"): node.get("name")
        for process in processes
        for node in process.iter("{*}*")
        if node.get("id") and node.get("name")
    }


def downgrade() -> None:
    op.drop_table("element_name")

"""Who is in a group, and how much open work everybody has. Asked when a task is being given to somebody."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from app.storage.accounts import AccountRow, MembershipRow
from app.storage.people import PersonRow
from app.storage.user_tasks import UserTaskRow


def list_group_members(connection: Connection, group: str) -> list[str]:
    """Return the active members of a group, by name."""
    query = select(AccountRow.username).join(MembershipRow, MembershipRow.username == AccountRow.username)
    query = query.where(MembershipRow.group_name == group, AccountRow.active)
    return list(connection.execute(query.order_by(AccountRow.username)).scalars())


def list_unit_members(connection: Connection, unit_id: str) -> list[str]:
    """Return the active people of a unit, without those of the units below it, by name."""
    query = select(AccountRow.username).join(PersonRow, PersonRow.username == AccountRow.username)
    query = query.where(PersonRow.unit_id == unit_id, AccountRow.active)
    return list(connection.execute(query.order_by(AccountRow.username)).scalars())


def count_open_tasks(connection: Connection, usernames: Sequence[str]) -> dict[str, int]:
    """Return how many open tasks each of these active people has taken or was given; the inactive are left out."""
    table = UserTaskRow.__table__.c
    open_tasks = (table.assignee == AccountRow.username) & table.ended_at.is_(None)
    query = select(AccountRow.username, func.count(table.key)).join(UserTaskRow, open_tasks, isouter=True)
    query = query.where(AccountRow.username.in_(usernames), AccountRow.active).group_by(AccountRow.username)
    return {name: int(count) for name, count in connection.execute(query)}

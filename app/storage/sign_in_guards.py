"""Failed sign-ins by the name that was tried, and until when that name is locked for them.

Names nobody has are counted alike, so that neither an answer nor its time tells whether there is such an account.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Index, Integer, Row, String, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.accounts import AccountRow
from app.storage.base import Base
from app.storage.types import UTCDateTime


class SignInGuardRow(Base):
    """The failures of one name since it last signed in. `told`: whether its lock was told to who looks after it."""

    __tablename__ = "sign_in_guard"
    __table_args__ = (Index(None, "failed_at"),)

    username: Mapped[str] = mapped_column(String(255), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    failed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told: Mapped[bool] = mapped_column(Boolean)


def find_guard(connection: Connection, username: str) -> Row[Any] | None:
    """Return a name's failures; None without any."""
    return connection.execute(select(SignInGuardRow.__table__).where(SignInGuardRow.username == username)).one_or_none()


def count_failure(connection: Connection, username: str, at: datetime) -> int:
    """Count one failure more and return how many there are; the row stays locked until the transaction ends."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"username": username, "failures": 1, "failed_at": at, "locked_until": None, "told": False}
    counted = (
        insert(SignInGuardRow)
        .values(**row)
        .on_conflict_do_update(
            index_elements=["username"], set_={"failures": SignInGuardRow.failures + 1, "failed_at": at}
        )
    )
    return int(connection.execute(counted.returning(SignInGuardRow.failures)).scalar_one())


def lock_until(connection: Connection, username: str, until: datetime) -> None:
    """Lock a name that has failures."""
    query = update(SignInGuardRow).where(SignInGuardRow.username == username)
    connection.execute(query.values(locked_until=until, told=False))


def forget_failures(connection: Connection, username: str) -> bool:
    """Forget a name's failures, and its lock; whether there were any."""
    return connection.execute(delete(SignInGuardRow).where(SignInGuardRow.username == username)).rowcount == 1


def forget_old_failures(connection: Connection, before: datetime) -> None:
    """Forget the failures of names that nobody has tried since `before`."""
    connection.execute(delete(SignInGuardRow).where(SignInGuardRow.failed_at < before))


def list_locked(connection: Connection, at: datetime) -> Sequence[Row[Any]]:
    """Return the guards of the accounts that are locked at `at`, by name."""
    table = SignInGuardRow.__table__
    query = select(table).join(AccountRow, AccountRow.username == table.c.username).where(table.c.locked_until > at)
    return connection.execute(query.order_by(table.c.username)).all()


def take_untold(connection: Connection, at: datetime) -> Sequence[Row[Any]]:
    """Return the guards of locked accounts that nobody was told of yet, and note that they are told."""
    found = [row for row in list_locked(connection, at) if not row.told]
    names = [row.username for row in found]
    connection.execute(update(SignInGuardRow).where(SignInGuardRow.username.in_(names)).values(told=True))
    return found

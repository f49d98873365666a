"""Failed sign-ins of each account, and until when it is locked for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Integer, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class SignInGuardRow(Base):
    """The failures of one account since it last signed in, or was unlocked."""

    __tablename__ = "sign_in_guard"

    username: Mapped[str] = mapped_column(ForeignKey("account.username"), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    failed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


def find_guard(connection: Connection, username: str) -> Row[Any] | None:
    """Return an account's failures; None without any."""
    return connection.execute(select(SignInGuardRow.__table__).where(SignInGuardRow.username == username)).one_or_none()


def count_failure(connection: Connection, username: str, at: datetime) -> int:
    """Count one failure more and return how many there are; the row is locked until the transaction ends."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(SignInGuardRow).values(username=username, failures=1, failed_at=at, locked_until=None)
    counted = statement.on_conflict_do_update(
        index_elements=["username"], set_={"failures": SignInGuardRow.failures + 1, "failed_at": at}
    )
    return int(connection.execute(counted.returning(SignInGuardRow.failures)).scalar_one())


def lock_until(connection: Connection, username: str, until: datetime) -> None:
    """Lock an account that has failures."""
    connection.execute(update(SignInGuardRow).where(SignInGuardRow.username == username).values(locked_until=until))


def forget_failures(connection: Connection, username: str) -> bool:
    """Forget an account's failures, and its lock; whether there were any."""
    return connection.execute(delete(SignInGuardRow).where(SignInGuardRow.username == username)).rowcount == 1


def list_locked(connection: Connection, at: datetime) -> Sequence[Row[Any]]:
    """Return the accounts that are locked at `at`."""
    query = select(SignInGuardRow.__table__).where(SignInGuardRow.locked_until > at)
    return connection.execute(query.order_by(SignInGuardRow.username)).all()

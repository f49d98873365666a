"""Second factors: the sealed secret of each account's one-time codes, and its recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Row, String, Text, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class SecondFactorRow(Base):
    """One account's one-time codes (RFC 6238).

    `secret` is sealed; `last_step` is the time step of the last code taken, so that none is taken twice.
    """

    __tablename__ = "second_factor"

    username: Mapped[str] = mapped_column(ForeignKey("account.username"), primary_key=True)
    secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class RecoveryCodeRow(Base):
    """One recovery code not yet used; only its SHA-256 is kept."""

    __tablename__ = "recovery_code"

    username: Mapped[str] = mapped_column(ForeignKey("account.username"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


def find_second_factor(connection: Connection, username: str) -> Row[Any] | None:
    """Return an account's second factor."""
    query = select(SecondFactorRow.__table__).where(SecondFactorRow.username == username)
    return connection.execute(query).one_or_none()


def add_second_factor(connection: Connection, row: dict[str, Any], code_hashes: Iterable[str]) -> None:
    """Insert an account's second factor (`row`: all columns) and its recovery codes, in place of those it had."""
    delete_second_factor(connection, row["username"])
    connection.execute(insert(SecondFactorRow).values(**row))
    replace_recovery_codes(connection, row["username"], code_hashes)


def replace_recovery_codes(connection: Connection, username: str, code_hashes: Iterable[str]) -> None:
    """Put new recovery codes in place of the old ones."""
    connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.username == username))
    connection.execute(insert(RecoveryCodeRow), [{"username": username, "code_hash": one} for one in code_hashes])


def delete_second_factor(connection: Connection, username: str) -> bool:
    """Delete an account's second factor and recovery codes; whether there was one."""
    connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.username == username))
    return connection.execute(delete(SecondFactorRow).where(SecondFactorRow.username == username)).rowcount == 1


def take_step(connection: Connection, username: str, step: int) -> bool:
    """Note that the code of a time step was used; False when that or a later one was used already."""
    query = update(SecondFactorRow).where(SecondFactorRow.username == username, SecondFactorRow.last_step < step)
    return connection.execute(query.values(last_step=step)).rowcount == 1


def take_recovery_code(connection: Connection, username: str, code_hash: str) -> bool:
    """Use up a recovery code; whether there was one."""
    query = delete(RecoveryCodeRow).where(RecoveryCodeRow.username == username, RecoveryCodeRow.code_hash == code_hash)
    return connection.execute(query).rowcount == 1


def count_recovery_codes(connection: Connection, username: str) -> int:
    """Return how many recovery codes are left."""
    query = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.username == username)
    return int(connection.execute(query).scalar_one())

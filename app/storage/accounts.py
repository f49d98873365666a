"""People and programs that may sign in, the groups they work in, and their tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Connection, ForeignKey, Index, Row, Select, String, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class AccountRow(Base):
    """One person or program. `password_hash`: argon2, NULL when it signs in by token only; `language`: zh or en."""

    __tablename__ = "account"

    username: Mapped[str] = mapped_column(String(255), primary_key=True)
    display_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    password_hash: Mapped[str | None] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(JSONText)
    active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MembershipRow(Base):
    """One person's place in one group."""

    __tablename__ = "account_group"
    __table_args__ = (Index(None, "group_name"),)

    username: Mapped[str] = mapped_column(ForeignKey("account.username"), primary_key=True)
    group_name: Mapped[str] = mapped_column(String(255), primary_key=True)


class ApiTokenRow(Base):
    """One token. Only its SHA-256 is kept; `scopes` limit what it may do within its account's rights."""

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "username"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("account.username"))
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(JSONText)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class IdempotencyRow(Base):
    """One answer given to one actor's idempotency key, to be given again. `request_hash`: SHA-256 of what was asked."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index(None, "created_at"),)

    actor: Mapped[str] = mapped_column(String(255), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


def find_account(connection: Connection, username: str) -> Row[Any] | None:
    """Return the active account `username`: the row's columns."""
    query = select(AccountRow.__table__).where(AccountRow.username == username, AccountRow.active)
    return connection.execute(query).one_or_none()


def list_named_accounts(connection: Connection, display_name: str) -> list[str]:
    """Return the active accounts of people of that name."""
    query = select(AccountRow.username).where(AccountRow.display_name == display_name, AccountRow.active)
    return list(connection.execute(query.order_by(AccountRow.username)).scalars())


def list_display_names(connection: Connection, usernames: Iterable[str]) -> dict[str, str]:
    """Return what the people of these accounts are called, by username, also where an account is closed."""
    query = select(AccountRow.username, AccountRow.display_name).where(AccountRow.username.in_(list(usernames)))
    return {row.username: row.display_name for row in connection.execute(query)}


def groups_of(connection: Connection, username: str) -> list[str]:
    """Return the groups `username` works in, in alphabetical order."""
    query = select(MembershipRow.group_name).where(MembershipRow.username == username)
    return list(connection.execute(query.order_by(MembershipRow.group_name)).scalars())


def groups_of_all(connection: Connection, usernames: Iterable[str]) -> list[str]:
    """Return the groups that any of these people works in, in alphabetical order."""
    query = select(MembershipRow.group_name).where(MembershipRow.username.in_(list(usernames))).distinct()
    return list(connection.execute(query.order_by(MembershipRow.group_name)).scalars())


def find_token(connection: Connection, token_hash: str, at: datetime) -> Row[Any] | None:
    """Return the token with this hash that is neither revoked nor expired at `at`."""
    query = select(ApiTokenRow.__table__).where(
        ApiTokenRow.token_hash == token_hash,
        ApiTokenRow.revoked_at.is_(None),
        ApiTokenRow.expires_at.is_(None) | (ApiTokenRow.expires_at > at),
    )
    return connection.execute(query).one_or_none()


def add_account(connection: Connection, row: dict[str, Any], groups: Iterable[str]) -> None:
    """Insert an account (`row`: all columns) and its groups."""
    connection.execute(insert(AccountRow).values(**row))
    members: Sequence[dict[str, Any]] = [{"username": row["username"], "group_name": name} for name in groups]
    if members:
        connection.execute(insert(MembershipRow), members)


def add_token(connection: Connection, row: dict[str, Any]) -> None:
    """Insert a token (`row`: all columns)."""
    connection.execute(insert(ApiTokenRow).values(**row))


def revoke_token(connection: Connection, token_hash: str, at: datetime) -> None:
    """Revoke the token with this hash."""
    connection.execute(update(ApiTokenRow).where(ApiTokenRow.token_hash == token_hash).values(revoked_at=at))


def delete_expired_tokens(connection: Connection, username: str, name: str, at: datetime) -> None:
    """Delete the tokens called `name` of `username` that expired before `at`."""
    query = delete(ApiTokenRow).where(ApiTokenRow.username == username, ApiTokenRow.name == name)
    connection.execute(query.where(ApiTokenRow.expires_at < at))


def find_answer(connection: Connection, actor: str, key: str) -> Row[Any] | None:
    """Return the answer once given to `actor`'s idempotency key."""
    query = select(IdempotencyRow.__table__).where(IdempotencyRow.actor == actor, IdempotencyRow.key == key)
    return connection.execute(query).one_or_none()


def add_answer(connection: Connection, row: dict[str, Any]) -> None:
    """Keep an answer (`row`: all columns); IntegrityError when another got there first."""
    connection.execute(insert(IdempotencyRow).values(**row))


def delete_answer(connection: Connection, actor: str, key: str) -> None:
    """Forget the answer given to `actor`'s key, where there is one."""
    connection.execute(delete(IdempotencyRow).where(IdempotencyRow.actor == actor, IdempotencyRow.key == key))


def delete_answers(connection: Connection, before: datetime) -> None:
    """Forget the answers given before `before`."""
    connection.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < before))


def list_members(connection: Connection, group: str) -> Sequence[Row[Any]]:
    """Return the active accounts of a group, by name."""
    query = (
        select(AccountRow.__table__)
        .join(MembershipRow, MembershipRow.username == AccountRow.username)
        .where(MembershipRow.group_name == group, AccountRow.active)
    )
    return connection.execute(query.order_by(AccountRow.username)).all()


def list_colleagues(connection: Connection, most: int) -> Sequence[Row[Any]]:
    """Return up to `most` active accounts, by name: username and display_name."""
    table = AccountRow.__table__.c
    query: Select[Any] = select(table.username, table.display_name).where(AccountRow.active)
    return connection.execute(query.order_by(table.username).limit(most)).all()


def write_password(connection: Connection, username: str, password_hash: str) -> None:
    """Store the hash of an account's new password."""
    connection.execute(update(AccountRow).where(AccountRow.username == username).values(password_hash=password_hash))


def write_account(connection: Connection, username: str, values: dict[str, Any]) -> bool:
    """Change columns of an account, also of one that is not active; whether there is one."""
    return connection.execute(update(AccountRow).where(AccountRow.username == username).values(**values)).rowcount == 1


def replace_groups(connection: Connection, username: str, groups: Iterable[str]) -> None:
    """Make an account a member of these groups and no others."""
    connection.execute(delete(MembershipRow).where(MembershipRow.username == username))
    members = [{"username": username, "group_name": name} for name in sorted(set(groups))]
    if members:
        connection.execute(insert(MembershipRow), members)


def find_any_account(connection: Connection, username: str) -> Row[Any] | None:
    """Return the account `username`, active or not."""
    return connection.execute(select(AccountRow.__table__).where(AccountRow.username == username)).one_or_none()


def list_tokens(connection: Connection, username: str, at: datetime) -> Sequence[Row[Any]]:
    """Return an account's tokens that live at `at`, the newest first."""
    query = select(ApiTokenRow.__table__).where(
        ApiTokenRow.username == username,
        ApiTokenRow.revoked_at.is_(None),
        ApiTokenRow.expires_at.is_(None) | (ApiTokenRow.expires_at > at),
    )
    return connection.execute(query.order_by(ApiTokenRow.created_at.desc(), ApiTokenRow.token_hash)).all()


def list_memberships(connection: Connection) -> Sequence[tuple[str, str]]:
    """Return every membership as (username, group), by name."""
    query = select(MembershipRow.username, MembershipRow.group_name).order_by(MembershipRow.username)
    return [(row[0], row[1]) for row in connection.execute(query)]

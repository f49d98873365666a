"""People and programs that may sign in, the groups they work in, and their tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
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

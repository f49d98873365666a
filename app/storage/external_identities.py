"""Who of ours somebody is that an identity provider knows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class ExternalIdentityRow(Base):
    """One person of a provider (`issuer`, `subject` as OpenID Connect has them), bound to an account for good."""

    __tablename__ = "external_identity"
    __table_args__ = (Index(None, "username"),)

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("account.username"))
    since: Mapped[datetime] = mapped_column(UTCDateTime)


def find_identity(connection: Connection, issuer: str, subject: str) -> str | None:
    """Return the account a provider's person is bound to."""
    query = select(ExternalIdentityRow.username).where(
        ExternalIdentityRow.issuer == issuer, ExternalIdentityRow.subject == subject
    )
    return connection.execute(query).scalar_one_or_none()


def has_identity(connection: Connection, issuer: str, username: str) -> bool:
    """Whether somebody of this provider is bound to the account already."""
    query = select(ExternalIdentityRow.subject).where(
        ExternalIdentityRow.issuer == issuer, ExternalIdentityRow.username == username
    )
    return connection.execute(query.limit(1)).first() is not None


def add_identity(connection: Connection, row: dict[str, Any]) -> None:
    """Insert an identity (`row`: all columns)."""
    connection.execute(insert(ExternalIdentityRow).values(**row))

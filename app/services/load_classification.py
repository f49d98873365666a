"""Loads a classification scheme from a CSV text as its next version; the same text again is the same version."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict
from pathlib import Path

from app.domain.access import require_scope
from app.domain.actor import INSTALLER, Actor
from app.domain.classification import SchemeFileError, read_scheme
from app.errors import ConflictError
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.classifications import add_scheme, find_latest_scheme

SHIPPED = Path(__file__).parents[1] / "data" / "classifications"
NAME = re.compile(r"[a-z0-9_]{1,40}")


def load_classification(work: UnitOfWork, actor: Actor, name: str, text: str, *, file: str) -> int:
    """Store the scheme `name` and return the version it has now.

    Raises ForbiddenError, SchemeFileError for a file that cannot be taken, naming its line, and ConflictError when
    another text was loaded at the same time.
    """
    require_scope(actor, "deploy")
    if not NAME.fullmatch(name):
        raise SchemeFileError(f"Expected a name of small letters, digits and _, at most 40, but got {name!r}")
    codes = read_scheme(text, file=file)
    checksum = hashlib.sha256(text.encode()).hexdigest()
    latest = find_latest_scheme(work.connection, name)
    if latest is not None and latest.checksum == checksum:
        return int(latest.version)
    key, version = work.next_key(), 1 if latest is None else latest.version + 1
    row = {"key": key, "name": name, "version": version, "checksum": checksum, "source": file}
    rows = [{"scheme_key": key, **asdict(code)} for code in codes]
    if not add_scheme(work.connection, {**row, "loaded_at": work.now, "loaded_by": actor.username}, rows):
        other = find_latest_scheme(work.connection, name)
        if other is None or other.checksum != checksum:
            raise ConflictError(f"Expected to store version {version} of {name}, but another was loaded meanwhile")
        return int(other.version)
    record_audit(work, actor, "CREATE", "RESOURCE", key, details={"scheme": name, "version": version, "file": file})
    return version


def load_shipped_classifications(work: UnitOfWork) -> None:
    """Load the schemes that come with the product where there is none of their name yet."""
    for path in sorted(SHIPPED.glob("*.csv")):
        if find_latest_scheme(work.connection, path.stem) is None:
            load_classification(work, INSTALLER, path.stem, path.read_text(encoding="utf-8"), file=path.name)

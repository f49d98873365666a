"""Asks another system about a customer: sends one identity, shows what the answer says, and keeps its tags.

A system that is away, refuses or answers strangely is a failure that is shown; nothing else stops for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.clock import PinnedClock
from app.domain.actor import Actor
from app.domain.outside_systems import OutsideSystem, OutsideSystemError, ShownValue, answered, read_systems, requested
from app.domain.redaction import mask_text
from app.errors import InvalidInputError, NotFoundError, RedressError, UnavailableError
from app.feel import Environment
from app.notify.guarded_http import Answer, send_guarded
from app.services.record_audit import record_audit
from app.services.see_customer import see_customer
from app.services.tag_customer import Tag, replace_tags
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.customers import list_customer_identities
from app.storage.types import read_json, write_json


@dataclass(frozen=True)
class SystemAnswer:
    """What a system said of a customer, personal numbers masked; or why it said nothing (`failure`)."""

    system: OutsideSystem
    shown: Sequence[tuple[ShownValue, Sequence[str]]] = ()
    failure: str | None = None


def outside_systems(runtime: Runtime) -> tuple[OutsideSystem, ...]:
    """Return the systems this installation may ask; OutsideSystemError where their configuration is wrong."""
    path = runtime.settings.systems_file
    return () if path is None else _configured(path)


@lru_cache(maxsize=4)
def _configured(path: Path) -> tuple[OutsideSystem, ...]:
    try:
        return read_systems(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise OutsideSystemError(f"Expected REDRESS_SYSTEMS_FILE to be a file to read, but {error}") from error


def ask_outside_system(runtime: Runtime, actor: Actor, key: int, name: str) -> SystemAnswer:
    """Ask one system about a customer; its tags stand on the customer afterwards, with the system as their source.

    The call is made outside of any transaction. Raises ForbiddenError, and NotFoundError for the customer or system.
    """
    system = next((one for one in outside_systems(runtime) if one.name == name), None)
    if system is None:
        raise NotFoundError(f"Expected a system that is configured, but {name!r} is none")
    root, known = runtime.perform(_identity, actor, key, system)
    if known is None:
        return SystemAnswer(system, failure=f"no identity of the kinds {', '.join(system.identities)} is known")
    env = Environment(clock=PinnedClock(runtime.now()), calendars=runtime.calendars, zone=runtime.settings.zone)
    try:
        body = _call(runtime, system, requested(system, *known, env))
        shown, tags = answered(system, body, env)
    except RedressError as error:
        return SystemAnswer(system, failure=mask_text(str(error)).replace(known[1], "…"))
    runtime.perform(_keep, root, tags, system)
    return SystemAnswer(system, [(one, [mask_text(line) for line in lines]) for one, lines in shown])


def _identity(work: UnitOfWork, actor: Actor, key: int, system: OutsideSystem) -> tuple[int, tuple[str, str] | None]:
    """The customer's root, and the identity the system knows it by: (kind, value)."""
    parts = see_customer(work, actor, key)
    rows = list_customer_identities(work.connection, [row.key for row in parts])
    for kind in system.identities:
        for row in rows:
            if row.kind == kind:
                place = f"customer_identity.sealed:{row.customer_key}:{row.blind_index}"
                details = {"systemAsked": system.name, "by": kind}
                record_audit(work, actor, "READ", "RESOURCE", parts[0].key, details=details)
                return parts[0].key, (kind, work.runtime.sealer.open(row.sealed, place))
    return parts[0].key, None


def _call(runtime: Runtime, system: OutsideSystem, sent: dict[str, Any]) -> Any:
    for attempt in range(1, system.tries + 1):
        try:
            return _value(system, _send(runtime, system, sent))
        except UnavailableError:
            if attempt == system.tries:
                raise
    raise AssertionError("unreachable")


def _send(runtime: Runtime, system: OutsideSystem, sent: dict[str, Any]) -> Answer:
    asks = system.method == "GET"
    return send_guarded(
        system.method,
        system.url,
        headers={"Accept": "application/json", "Content-Type": "application/json", **system.headers},
        body=None if asks else write_json(sent).encode(),
        query=sent if asks else None,
        timeout_seconds=system.timeout_seconds,
        allowed_hosts=runtime.settings.http_job_allowed_hosts,
    )


def _value(system: OutsideSystem, answer: Answer) -> Any:
    if answer.status >= 500 or answer.status == 429:
        raise UnavailableError(f"Expected {system.name} to answer, but its status is {answer.status}")
    if answer.status != 200:
        raise InvalidInputError(f"Expected {system.name} to know the customer, but its status is {answer.status}")
    try:
        return read_json(answer.content.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"Expected JSON from {system.name}, but it is none") from error


def _keep(work: UnitOfWork, key: int, tags: Sequence[Tag], system: OutsideSystem) -> None:
    replace_tags(work, {key: tags}, f"system:{system.name}")

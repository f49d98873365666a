"""Publishes a message: keeps it for its time to live, and gives it to whoever waits, once for each process.

In several short transactions, because a message may move many call trees, and holding two at once could make two
commands wait for each other: the first stores the message and sees who waits; each of the others moves one tree. A
sweep finishes what a dead publisher left (`settle_message`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, insert

from app.domain.access import require_scope
from app.domain.actor import SYSTEM, Actor
from app.domain.portal import CONFIRMED, CUSTOMER, OBJECTED, SURVEY_ANSWERED, WITHDRAWN
from app.domain.sight import may_be_complaint_number
from app.engine import UnknownKeyError
from app.errors import ConflictError, ForbiddenError, NotFoundError
from app.services.instance_tree import InstanceTree
from app.services.see_complaint import require_sight_of_number
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.complaints import add_event, find_complaint
from app.storage.instances import NewInstance, has_correlated_instance
from app.storage.messages import (
    Correlated,
    MessageRow,
    delete_message,
    find_message,
    has_reached,
    is_published,
    lock_message_name,
    mark_settled,
    write_correlation,
)
from app.storage.subscriptions import find_open_subscription, find_open_subscriptions

CUSTOMERS_OWN = frozenset({CONFIRMED, OBJECTED, WITHDRAWN, SURVEY_ANSWERED})
"""What only a complaint's customer says, and operators for him: by it the complaint is withdrawn, or closed."""


class AlreadyPublishedError(ConflictError):
    """A message with this name, correlation key and message id still lives."""


@dataclass(frozen=True)
class Message:
    """What is published; an empty correlation key reaches start events only, which give on the business id."""

    name: str
    correlation_key: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    time_to_live_seconds: float = 0.0
    message_id: str | None = None
    business_id: str | None = None


@dataclass(frozen=True)
class Published:
    """The message's key, and the instances it has moved or started."""

    key: int
    instances: tuple[int, ...]


def publish_message(runtime: Runtime, actor: Actor, message: Message) -> Published:
    """Publish, and correlate with everything that waits now. Raises ForbiddenError, AlreadyPublishedError."""
    key = runtime.perform(store_message, actor, message)
    return Published(key, settle_message(runtime, actor, key))


def correlate_message(runtime: Runtime, actor: Actor, message: Message) -> Published:
    """Give a message to what waits now and keep it no longer; NotFoundError when nothing waits."""
    published = publish_message(runtime, actor, message)
    runtime.perform(_forget, published.key)
    if not published.instances:
        raise NotFoundError(
            f"Expected something to wait for message {message.name!r} with correlation key "
            f"{message.correlation_key!r}, but nothing does"
        )
    return published


def store_message(work: UnitOfWork, actor: Actor, message: Message) -> int:
    """Store the message in this transaction and return its key; `settle_message` must follow the commit.

    Raises ForbiddenError, also for a message about a complaint of others; AlreadyPublishedError.
    """
    require_scope(actor, "start")
    _require_may_say(work, actor, message)
    lock_message_name(work.connection, message.name, message.correlation_key)
    if message.message_id is not None and is_published(
        work.connection, message.name, message.correlation_key, message.message_id, work.now
    ):
        raise AlreadyPublishedError(
            f"Expected a message id of its own, but message {message.name!r} with id {message.message_id!r} still lives"
        )
    key = work.next_key()
    expires_at = work.now + timedelta(seconds=message.time_to_live_seconds)
    row = {"key": key, "name": message.name, "correlation_key": message.correlation_key}
    row |= {"message_id": message.message_id, "variables": dict(message.variables), "settled": False}
    row |= {"business_id": message.business_id}
    work.connection.execute(insert(MessageRow).values(**row, published_at=work.now, expires_at=expires_at))
    if _is_customers(message) and actor is not CUSTOMER and actor is not SYSTEM:
        _record_spoken_for(work, actor, message)
    return key


def _require_may_say(work: UnitOfWork, actor: Actor, message: Message) -> None:
    """Raise ForbiddenError for a message about a complaint of others, and for a customer's from somebody else."""
    if "jobs" not in actor.scopes:  # programs name customers they know; a person only what it may see
        require_sight_of_number(work, actor, message.correlation_key, message.variables)
    if message.business_id is not None:
        require_sight_of_number(work, actor, message.business_id, {})
    if _is_customers(message) and actor is not CUSTOMER and not actor.is_operator:
        raise ForbiddenError(
            f"Expected the customer or an operator to say '{message.name}' of complaint {message.correlation_key}, but "
            f"'{actor.username}' is neither"
        )


def _is_customers(message: Message) -> bool:
    return message.name in CUSTOMERS_OWN and may_be_complaint_number(message.correlation_key)


def _record_spoken_for(work: UnitOfWork, actor: Actor, message: Message) -> None:
    """Name who spoke for the customer on the timeline: what follows is done by the process, in its own name."""
    complaint = find_complaint(work.connection, message.correlation_key)
    if complaint is not None:
        line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
        add_event(work.connection, {**line, "kind": "spoken-for", "details": {"event": message.name}})


def settle_message(runtime: Runtime, actor: Actor, message_key: int) -> tuple[int, ...]:
    """Correlate a stored message with everything that waits for it; returns the instances moved or started."""
    reached: list[int] = []
    tried: set[int] = set()
    while (subscription_key := runtime.perform(_next_subscription, message_key, tried)) is not None:
        tried.add(subscription_key)
        instance_key = runtime.perform(_correlate, actor, message_key, subscription_key)
        if instance_key is not None:
            reached.append(instance_key)
    return tuple(reached)


def _next_subscription(work: UnitOfWork, message_key: int, tried: set[int]) -> int | None:
    """Return a subscription to try; None when there is none left, and then the message counts as settled."""
    message = find_message(work.connection, message_key)
    if message is None:
        return None
    lock_message_name(work.connection, message.name, message.correlation_key)
    for row in find_open_subscriptions(work.connection, message.name, message.correlation_key):
        if row.key not in tried and not has_reached(work.connection, message_key, row.process_id):
            return int(row.key)
    mark_settled(work.connection, message_key)
    return None


def _correlate(work: UnitOfWork, actor: Actor, message_key: int, subscription_key: int) -> int | None:
    """Give a message to one subscription, if both are still there; returns the instance it moved or started."""
    subscription = find_open_subscription(work.connection, subscription_key)
    if subscription is None:
        return None
    if subscription.instance_key is None:
        return _start(work, actor, message_key, subscription)
    tree = InstanceTree(work, actor)
    try:
        run = tree.open(subscription.instance_key)
    except ConflictError:
        return None  # ended or suspended since
    message = find_message(work.connection, message_key)
    is_open = find_open_subscription(work.connection, subscription_key) is not None
    if message is None or not is_open or has_reached(work.connection, message_key, subscription.process_id):
        return None
    try:
        run.instance.deliver_message(subscription_key, message.variables)
    except UnknownKeyError:
        return None
    write_correlation(work.connection, work.next_key(), message, _reached(subscription, run.row.key), work.now)
    tree.settle(run)
    return run.row.key


def _start(work: UnitOfWork, actor: Actor, message_key: int, subscription: Row[Any]) -> int | None:
    """Start a process by message: one instance at a time for each correlation key; its end lets the next one start."""
    message = find_message(work.connection, message_key)
    if message is None:
        return None
    lock_message_name(work.connection, message.name, message.correlation_key)
    key = message.correlation_key or None
    if key is not None and has_correlated_instance(work.connection, subscription.process_id, key):
        return None
    if has_reached(work.connection, message_key, subscription.process_id):
        return None
    tree = InstanceTree(work, actor)
    process = work.runtime.models.process(work.connection, subscription.definition_key)
    new = NewInstance(business_id=message.business_id, correlation_key=key, started_by=actor.username)
    run = tree.start(process, message.variables, new, start_element=subscription.element_id)
    write_correlation(work.connection, work.next_key(), message, _reached(subscription, run.row.key), work.now)
    tree.settle(run)
    return run.row.key


def _reached(subscription: Row[Any], instance_key: int) -> Correlated:
    place = (subscription.key, subscription.definition_key, subscription.process_id, instance_key)
    return Correlated(*place, subscription.element_key, subscription.element_id)


def _forget(work: UnitOfWork, message_key: int) -> None:
    delete_message(work.connection, message_key)

"""Does the same to several tasks, each in a transaction of its own, and tells honestly what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.actor import Actor
from app.domain.forms import FormError
from app.engine import HeldTransition
from app.errors import InvalidInputError, RedressError, UnavailableError
from app.services.answer_task import answer_task
from app.services.assign_user_task import assign_user_task
from app.services.await_listeners import LISTENERS_SECONDS, await_listeners, undecided
from app.services.transfer_task import transfer_task
from app.services.unit_of_work import Runtime, UnitOfWork

MOST_TASKS = 100


@dataclass(frozen=True)
class BulkWish:
    """What a deed needs besides the tasks: transferring, to whom and why; completing, the answers."""

    to: str = ""
    reason: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


Deed = Callable[[UnitOfWork, Actor, int, BulkWish], HeldTransition | None]
"""Returns what task listeners still hold up."""


@dataclass(frozen=True)
class BulkResult:
    """What became of one task: `failure` is None where it was done."""

    key: int
    failure: RedressError | None = None

    @property
    def needs_answers(self) -> bool:
        """Whether the task's form must be answered, so that it cannot be completed together with others."""
        return isinstance(self.failure, FormError)


def work_in_bulk(
    runtime: Runtime,
    actor: Actor,
    action: str,
    keys: Sequence[int],
    wish: BulkWish = BulkWish(),
) -> list[BulkResult]:
    """Do `action` (one of DEEDS) to each task in turn, and return what became of each, in the same order.

    One that fails keeps nothing else back; one that task listeners deny, or do not decide in time, fails. Raises
    InvalidInputError for another action, for none or too many tasks, and UnavailableError when the database goes away.
    """
    deed = DEEDS.get(action)
    if deed is None:
        raise InvalidInputError(f"Expected one of {', '.join(DEEDS)}, but got {action!r}")
    if not 0 < len(keys) <= MOST_TASKS:
        raise InvalidInputError(f"Expected 1 to {MOST_TASKS} tasks to be selected, but there are {len(keys)}")
    results, held = [], {}
    for key in dict.fromkeys(keys):
        try:
            held[key] = runtime.perform(deed, actor, key, wish)
        except UnavailableError:
            raise
        except RedressError as failure:
            results.append(BulkResult(key, failure))
        else:
            results.append(BulkResult(key))
    until = time.monotonic() + LISTENERS_SECONDS
    return [_decided(runtime, one, held.get(one.key), until) for one in results]


def _decided(runtime: Runtime, result: BulkResult, held: HeldTransition | None, until: float) -> BulkResult:
    if held is None:
        return result
    try:
        is_let = await_listeners(runtime, held, until - time.monotonic())
    except RedressError as failure:
        return BulkResult(result.key, failure)
    return result if is_let else BulkResult(result.key, undecided(held))


def _claim(work: UnitOfWork, actor: Actor, key: int, _: BulkWish) -> HeldTransition | None:
    return assign_user_task(work, actor, key, actor.username, allow_override=False, action="claim")


def _release(work: UnitOfWork, actor: Actor, key: int, _: BulkWish) -> HeldTransition | None:
    return assign_user_task(work, actor, key, None, action="release")


def _complete(work: UnitOfWork, actor: Actor, key: int, wish: BulkWish) -> HeldTransition | None:
    return answer_task(work, actor, key, wish.answers)


def _transfer(work: UnitOfWork, actor: Actor, key: int, wish: BulkWish) -> HeldTransition | None:
    return transfer_task(work, actor, key, wish.to, reason=wish.reason)


DEEDS: Mapping[str, Deed] = {"claim": _claim, "release": _release, "complete": _complete, "transfer": _transfer}

"""Compensation: what completed can be undone by handlers, all called at once, the last completed first.

Owns the records of what completed. Note `compensations` on a scope's token: a list, oldest first, of what completed in
it: {activity, handler?, event?, nested?, variables?}. Note `compensating` on a throwing token: how many handlers still
run. Note `compensator` on a handler's token: the key of the token that waits for it. A completed sub-process without a
handler of its own stands for what completed in it, with its variables as they were.
"""

from __future__ import annotations

from typing import Any

from app.engine import subscriptions
from app.engine.model import Element, ElementType
from app.engine.token import Phase, Token
from app.engine.triggers import CancelTrigger, CompensationTrigger

Record = dict[str, Any]


def remember(token: Token, scope: Token) -> None:
    """`token` completes in `scope`: keep what could undo it."""
    spec = token.task_spec
    record: Record = {}
    handler = _handler(token, spec.hosted)
    event = _compensation_start(token)
    nested = token.notes.get("compensations")
    if handler is not None:
        record["handler"] = handler
    elif event is not None:
        record.update(event=event, nested=nested or [], variables=dict(token.data))
    elif nested:
        record.update(nested=nested, variables=dict(token.data))
    if record:
        scope.notes.setdefault("compensations", []).append({"activity": spec.element.id, **record})


def _elements(token: Token) -> Any:
    return token.workflow.definition.elements


def _handler(token: Token, hosted: tuple[str, ...]) -> str | None:
    elements = _elements(token)
    return next((elements[key].compensation_handler for key in hosted if elements[key].compensation_handler), None)


def _compensation_start(token: Token) -> str | None:
    elements = _elements(token)
    if token.task_spec.type is not ElementType.SUB_PROCESS:
        return None
    for key in token.task_spec.element.event_sub_processes:
        for child in elements[key].children:
            if any(isinstance(trigger, CompensationTrigger) for trigger in elements[child].triggers):
                return str(child)
    return None


def throw(token: Token, trigger: CompensationTrigger) -> bool:
    """Compensate what completed in the token's scope, or one activity there; True when nothing is waited for."""
    queue = _collect(token, trigger.activity)
    if not queue:
        return True
    waiting = trigger.wait_for_completion
    started = sum(_start(token, item, waiting=waiting) for item in queue)
    if not waiting or not started:
        return True
    token.note("compensating", started)
    return False


def undo(scope: Token, activities: frozenset[str]) -> None:
    """Compensate those of `activities` that completed in `scope`; nothing waits for it."""
    records: list[Record] = scope.drop("compensations") or []
    kept = [record for record in records if record["activity"] not in activities]
    if kept:
        scope.note("compensations", kept)
    undone = [record for record in records if record["activity"] in activities]
    for item in _flatten(undone, scope.key, {}):
        _start(scope, item, waiting=False)


def _collect(token: Token, activity: str | None) -> list[Record]:
    """Take what is to be undone out of the scope's records, the last completed first."""
    scope = token.scope
    assert scope is not None
    scopes = [scope]
    if scope.task_spec.type is ElementType.EVENT_SUB_PROCESS and scope.scope is not None:
        scopes.append(scope.scope)
    queue: list[Record] = []
    for owner in scopes:
        records: list[Record] = owner.drop("compensations") or []
        wanted = [record for record in records if activity is None or record["activity"] == activity]
        kept = [record for record in records if record not in wanted]
        if kept:
            owner.note("compensations", kept)
        queue += _flatten(wanted, owner.key, {})
    return queue


def _flatten(records: list[Record], owner: int, variables: dict[str, str]) -> list[Record]:
    found: list[Record] = []
    for record in reversed(records):
        seen = {**variables, **record.get("variables", {})}
        if "handler" in record:
            found.append({"handler": record["handler"], "scope": owner, "variables": variables})
        elif "event" in record:
            found.append({"event": record["event"], "scope": owner, "variables": seen, "nested": record["nested"]})
        else:
            found += _flatten(record["nested"], owner, seen)
    return found


def _start(token: Token, item: Record, *, waiting: bool) -> bool:
    run = token.workflow
    scope = run.tasks.get(item["scope"])
    if scope is None:
        return False
    compensator = token.key if waiting else None
    if "handler" in item:
        spec = run.spec_of(run.spec.entry[item["handler"]])
        run.create(spec, scope, locals=item["variables"], compensator=compensator)
    else:
        start: Element = run.definition.elements[item["event"]]
        assert start.parent is not None
        run.create(
            run.spec_of(start.parent),
            scope,
            start=start.id,
            locals=item["variables"],
            compensations=item["nested"],
            compensator=compensator,
        )
    return True


def handled(handler: Token) -> None:
    """A handler's token is gone: after the last one the token that waited goes on."""
    key = handler.notes.get("compensator")
    waiting = handler.workflow.tasks.get(key) if key is not None else None
    if waiting is None or waiting.phase != Phase.ACTIVE or "compensating" not in waiting.notes:
        return
    waiting.note("compensating", waiting.notes["compensating"] - 1)
    if not waiting.notes["compensating"]:
        waiting.drop("compensating")
        if waiting.drop("cancelling"):
            _leave_transaction(waiting)
        else:
            waiting.workflow.finish(waiting)


def cancel_transaction(token: Token) -> bool:
    """A cancel end event: end what runs in the transaction, undo what completed, leave by its cancel boundary event."""
    scope = token.scope
    assert scope is not None
    scope.drop("arrivals")
    for sibling in scope.live_children:
        if sibling is not token:
            token.workflow.terminate(sibling)
    started = sum(_start(token, item, waiting=True) for item in _collect(token, None))
    if started:
        token.note("cancelling", True)
        token.note("compensating", started)
    else:
        _leave_transaction(token)
    return False


def _leave_transaction(token: Token) -> None:
    host = token.scope
    while host is not None:
        for key in host.task_spec.hosted:
            element = token.workflow.definition.elements[key]
            if any(isinstance(trigger, CancelTrigger) for trigger in element.triggers):
                subscriptions.catch(host, element, {})
                return
        host = host.scope

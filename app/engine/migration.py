"""Migration: an instance goes on under another version of its process.

Owns the mapping of what is live (tokens, subscriptions, arrivals at joins, compensation records) and the checks. Keys,
variables and due instants stay; events that the new version does not map are no longer awaited, new ones are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine import codec, subscriptions
from app.engine.errors import InvalidCommandError, MigrationRefusedError
from app.engine.failure import StepFailure
from app.engine.kinds import Kind, Why
from app.engine.model import Definition, Element, ElementType
from app.engine.outcome import Migrated
from app.engine.runtime import Runtime
from app.engine.specs.gateways import EventBasedGateway
from app.engine.specs.process import ScopeSpec
from app.engine.token import Phase, Subscription, Token
from app.engine.triggers import Trigger

_IN_BETWEEN = ("interrupted", "after", "held", "cancelling")


def migrate(run: Runtime, definition: Definition, mapping: Mapping[str, str]) -> Runtime:
    """Return the instance under `definition`; MigrationRefusedError lists every reason why not.

    Raises InvalidCommandError for a mapping of elements that are in neither version.
    """
    _check_ends(run.definition, definition, mapping)
    plan = _Plan(run, definition, mapping)
    for token in run.tasks.values():
        plan.check(token)
    plan.refuse_if_impossible()
    migrated = codec.restore(definition, codec.save(run, rename=plan.new_name), run.ports)
    migrated.record = run.record
    for token in list(migrated.tasks.values()):
        plan.convert(token)
    plan.refuse_if_impossible()
    for token in migrated.tasks.values():
        if token.phase != Phase.ENTER:
            run.record.migrated.append(Migrated(None, token.key, token.task_spec.shown_id))
        run.record.migrated += [Migrated(item.kind, item.key, item.element_id) for item in token.subscriptions]
    for kind, key in plan.given_up:
        migrated.close(kind, key, Why.CANCELLED)
    for token, planned in plan.awaited:
        subscriptions.open_all(token, planned)
    return migrated


def _check_ends(old: Definition, new: Definition, mapping: Mapping[str, str]) -> None:
    problems = [f"Expected the old version to have {name!r}, but it has not" for name in mapping.keys() - old.elements]
    problems += [
        f"Expected the new version to have {name!r}, but it has not"
        for name in dict.fromkeys(mapping.values())
        if name not in new.elements
    ]
    if problems:
        raise InvalidCommandError("; ".join(problems))


class _Plan:
    def __init__(self, run: Runtime, definition: Definition, mapping: Mapping[str, str]) -> None:
        self.old, self.new = run.definition, definition
        self.mapping = {**mapping, run.definition.process_id: definition.process_id}
        self.problems: list[str] = []
        self.listened: dict[int, tuple[str, ...]] = {}
        self.given_up: list[tuple[Kind, int]] = []
        self.awaited: list[tuple[Token, subscriptions.Planned]] = []

    def refuse_if_impossible(self) -> None:
        if self.problems:
            raise MigrationRefusedError(self.problems)

    def new_name(self, name: str) -> str:
        """The new version's spec for an old one's."""
        element_id, mark, part = name.partition("#")
        return self.mapping[element_id] + mark + part

    def check(self, token: Token) -> None:
        """Whether a live token has a place in the new version; keep what it listened for, though it may be over."""
        self.listened[token.key] = _events(token)
        old = token.task_spec.element
        target = self.mapping.get(old.id)
        new = self.new.elements.get(target) if target is not None else None
        if new is None:
            self.problems.append(f"Expected a mapping for the live element {old.id!r}, but there is none")
        elif _shape(old) != _shape(new):
            self.problems.append(f"Expected {target!r} to be of the same kind as {old.id!r}, but it is not")
        elif old.parent is not None and self.mapping.get(old.parent, new.parent) != new.parent:
            self.problems.append(f"Expected {target!r} to be in the same scope as {old.id!r}, but it is not")
        for note in _IN_BETWEEN:
            if note in token.notes:
                self.problems.append(f"Expected {old.id!r} to rest, but it is being ended")
        self._check_arrivals(token)

    def _check_arrivals(self, token: Token) -> None:
        for gateway, counts in token.notes.get("arrivals", {}).items():
            target = self.new.elements.get(self.mapping.get(gateway, gateway))
            for flow in counts:
                if target is None or flow not in target.incoming:
                    self.problems.append(f"Expected flow {flow!r} to lead to the join {gateway!r}, but it does not")

    def convert(self, token: Token) -> None:
        """Bring a restored token's notes and subscriptions over to the new version."""
        self._convert_notes(token)
        kept: list[Subscription] = []
        for subscription in token.subscriptions:
            target = self._target_of(subscription)
            if target is None:
                self.given_up.append((subscription.kind, subscription.key))
            else:
                self._check_place(token, subscription.element_id, target, kept)
                subscription.element_id, subscription.trigger = target
                kept.append(subscription)
        token.subscriptions = kept
        if token.phase != Phase.ACTIVE:
            return
        covered = {subscription.element_id for subscription in kept}
        covered |= {self.mapping[event] for event in self.listened[token.key] if event in self.mapping}
        try:
            planned = subscriptions.plan(token, [event for event in _events(token) if event not in covered])
        except StepFailure as failure:
            self.problems.append(failure.message)
            return
        if planned:
            self.awaited.append((token, planned))

    def _target_of(self, subscription: Subscription) -> tuple[str, int] | None:
        target = self.new.elements.get(self.mapping.get(subscription.element_id, ""))
        if target is None:
            return None
        old: Trigger = self.old.elements[subscription.element_id].triggers[subscription.trigger]
        same = [index for index, trigger in enumerate(target.triggers) if type(trigger) is type(old)]
        if not same:
            self.problems.append(
                f"Expected {target.id!r} to wait for what {subscription.element_id!r} does, but it does not"
            )
            return None
        return target.id, subscription.trigger if subscription.trigger in same else same[0]

    def _check_place(self, token: Token, old: str, target: tuple[str, int], kept: list[Subscription]) -> None:
        """An event stays with what it belongs to, and only one is mapped to it."""
        owner = token.task_spec.element.id
        if target[0] != owner and target[0] not in _places(token):
            self.problems.append(f"Expected {target[0]!r} to belong to {owner!r}, as {old!r} did, but it does not")
        if any((other.element_id, other.trigger) == target for other in kept):
            self.problems.append(f"Expected one event to be mapped to {target[0]!r}, but there are several")

    def _convert_notes(self, token: Token) -> None:
        notes = token.notes
        for name in ("arrivals", "fired", "collected"):
            if name in notes:
                notes[name] = {self.mapping.get(key, key): value for key, value in notes[name].items()}
        if "resume" in notes:
            notes["resume"] = self.mapping.get(notes["resume"], notes["resume"])
            if notes["resume"] not in self.new.elements:
                self.problems.append(f"Expected {notes['resume']!r}, where work is to resume, but it is gone")
        if "queue" in notes:
            notes["queue"] = [[self.mapping.get(item[0], item[0]), item[1]] for item in notes["queue"]]
        if "compensations" in notes:
            notes["compensations"] = self._convert_records(notes["compensations"])

    def _convert_records(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for record in records:
            moved = dict(record)
            for name in ("activity", "handler", "event"):
                if name in moved:
                    moved[name] = self.mapping.get(moved[name], moved[name])
                    if moved[name] not in self.new.elements:
                        self.problems.append(f"Expected {moved[name]!r}, needed to undo what is done, but it is gone")
            if "nested" in moved:
                moved["nested"] = self._convert_records(moved["nested"])
            found.append(moved)
        return found


def _shape(element: Element) -> tuple[object, ...]:
    """What may not change of a live element."""
    return (
        element.type,
        element.tag,
        type(element.loop),
        getattr(element.loop, "sequential", None),
        element.job is None,
        element.user_task is None,
    )


def _events(token: Token) -> tuple[str, ...]:
    """The catching events a token that is active listens for."""
    spec = token.task_spec
    if any("first" in child.notes or _interrupts(child) for child in token.live_children):
        return tuple(event for event in _places(token) if event not in spec.event_starts)
    return _places(token)


def _places(token: Token) -> tuple[str, ...]:
    """The catching events that belong to a token's element, whether they are listened for now or not."""
    spec = token.task_spec
    found = (*(spec.hosted if spec.waits else ()), *spec.event_starts)
    return (*found, *spec.events) if isinstance(spec, EventBasedGateway) else found


def _interrupts(child: Token) -> bool:
    """Whether it is an event sub-process that has interrupted its scope, which listens for no other any more."""
    spec = child.task_spec
    if not isinstance(spec, ScopeSpec) or spec.type is not ElementType.EVENT_SUB_PROCESS or spec.start is None:
        return False
    return child.workflow.definition.elements[spec.start].interrupting

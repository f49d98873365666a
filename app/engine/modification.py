"""Modification: activating, moving and terminating elements of a running instance, all or nothing.

Owns where a new element instance goes (scopes that are missing are made, without their start events) and what cannot be
done. Note `bare` on a scope's token: the paths to enter when it begins, instead of its start event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.engine.commands import Activate, Move, Terminate, VariableInstruction
from app.engine.entering import Variables, enter
from app.engine.errors import InvalidCommandError, ModificationRefusedError
from app.engine.model import ElementType
from app.engine.runtime import Runtime
from app.engine.token import Phase, Token
from app.engine.values import encode
from app.engine.variables import set_text

_NEVER_ACTIVATED = (ElementType.PROCESS, ElementType.START_EVENT, ElementType.BOUNDARY_EVENT)


class _Entry(NamedTuple):
    """One activation, checked: enter `path` in `scope`, set variables."""

    scope: Token
    path: list[str]
    inside: Variables
    around: list[tuple[Token, str, str]]


def modify(run: Runtime, activate: Sequence[Activate], move: Sequence[Move], terminate: Sequence[Terminate]) -> None:
    """Carry out the instructions, or raise ModificationRefusedError with every reason and change nothing."""
    plan = _Plan(run)
    for instruction in activate:
        plan.activate(instruction.element_id, instruction.ancestor_key, instruction.variables)
    for movement in move:
        plan.move(movement)
    for ending in terminate:
        plan.terminate(ending)
    if plan.problems:
        raise ModificationRefusedError(plan.problems)
    plan.carry_out()


class _Plan:
    """The instructions, checked one after the other."""

    def __init__(self, run: Runtime) -> None:
        self.run = run
        self.problems: list[str] = []
        self.entries: list[_Entry] = []
        self.endings: list[Token] = []

    def activate(
        self,
        element_id: str,
        ancestor_key: int | None,
        variables: Sequence[VariableInstruction],
        nearest: Token | None = None,
    ) -> None:
        """Check an activation; `nearest` is where to look outwards from for a scope of the target."""
        path = self._path_to(element_id)
        if path is None:
            return
        scope = self._scope_for(element_id, path, ancestor_key, nearest)
        if scope is None:
            return
        missing = path[path.index(scope.task_spec.element.id) + 1 :]
        for made in missing[:-1]:
            if self.run.definition.elements[made].loop is not None:
                self.problems.append(
                    f"Expected to activate {element_id!r}, but that would make a new iteration of {made!r}"
                )
                return
        self._enter(scope, missing, variables)

    def _path_to(self, element_id: str) -> list[str] | None:
        elements = self.run.definition.elements
        element = elements.get(element_id)
        if element is None:
            self.problems.append(f"Expected an element of the process, but there is no {element_id!r}")
            return None
        awaited = any(
            elements[self.run.definition.flows[flow].source].type is ElementType.EVENT_BASED_GATEWAY
            for flow in element.incoming
        )
        if element.type in _NEVER_ACTIVATED or awaited:
            self.problems.append(f"Expected an element that can be activated, but {element_id!r} is a {element.tag}")
            return None
        path = [element_id]
        while element.parent is not None:
            path.insert(0, element.parent)
            element = elements[element.parent]
        return path

    def _scope_for(
        self, element_id: str, path: list[str], ancestor_key: int | None, nearest: Token | None
    ) -> Token | None:
        around = path[:-1]
        if ancestor_key is not None:
            scope = self.run.tasks.get(ancestor_key)
            if scope is None or scope.task_spec.name not in around or not _is_open(scope):
                self.problems.append(f"Expected {ancestor_key} to be a live scope around {element_id!r}, but it is not")
                return None
            return scope
        at = nearest
        while at is not None:
            if at.task_spec.name in around and _is_open(at):
                return at
            at = at.scope
        for name in reversed(around):
            found = [token for token in self.run.tasks.values() if token.task_spec.name == name and _is_open(token)]
            if len(found) > 1:
                self.problems.append(
                    f"Expected one live {name!r} to activate {element_id!r} in, but there are {len(found)}: choose one"
                )
                return None
            if found:
                return found[0]
        self.problems.append(f"Expected a live scope around {element_id!r}, but the instance is ending")
        return None

    def _enter(self, scope: Token, path: list[str], instructions: Sequence[VariableInstruction]) -> None:
        inside: Variables = {}
        around: list[tuple[Token, str, str]] = []
        for instruction in instructions:
            try:
                texts = {name: encode(value) for name, value in instruction.variables.items()}
            except InvalidCommandError as problem:
                self.problems.append(str(problem))
                continue
            if instruction.scope_id in path:
                inside.setdefault(str(instruction.scope_id), {}).update(texts)
                continue
            at: Token | None = scope if instruction.scope_id else self.run.task_tree
            while at is not None and instruction.scope_id and at.task_spec.name != instruction.scope_id:
                at = at.scope
            if at is None:
                self.problems.append(
                    f"Expected {instruction.scope_id!r} to be a scope around {path[-1]!r}, but it is not"
                )
                continue
            around += [(at, name, text) for name, text in texts.items()]
        self.entries.append(_Entry(scope, path, inside, around))

    def move(self, movement: Move) -> None:
        """Check a movement: every source ends, the target is activated for each."""
        sources = self._find(movement.source_key, movement.source_id)
        for source in sources:
            self.endings.append(source)
            if movement.ancestor == "inferred":
                self.activate(movement.target_id, None, movement.variables, nearest=source.scope)
            elif movement.ancestor == "sourceParent":
                key = source.scope.key if source.scope is not None else None
                self.activate(movement.target_id, key, movement.variables)
            else:
                self.activate(movement.target_id, movement.ancestor_key, movement.variables)

    def terminate(self, ending: Terminate) -> None:
        """Check a termination."""
        self.endings += self._find(ending.key, ending.element_id)

    def _find(self, key: int | None, element_id: str | None) -> list[Token]:
        entry = self.run.spec.entry
        if key is not None:
            token = self.run.tasks.get(key)
            found = [token] if token is not None else []
        elif element_id in entry:
            found = [token for token in self.run.tasks.values() if token.task_spec.name == entry[element_id]]
        else:
            found = []
        if not found:
            self.problems.append(f"Expected a live element instance, but {key or element_id!r} is none")
        return found

    def carry_out(self) -> None:
        """Activate first, so that scopes stay; then terminate."""
        for entry in self.entries:
            for token, name, text in entry.around:
                if token.phase == Phase.ENTER:
                    token.notes.setdefault("locals", {})[name] = text
                else:
                    set_text(token, name, text)
            enter(entry.scope, entry.path, entry.inside)
        self.run.modifying = True
        for token in self.endings:
            self.run.terminate(token)
        self.run.modifying = False


def _is_open(token: Token) -> bool:
    """Whether something can be put into the token's scope."""
    if token.phase < Phase.ACTIVE:
        return "bare" in token.notes
    return token.phase == Phase.ACTIVE and "interrupted" not in token.notes

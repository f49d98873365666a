"""Returning to an earlier step (退回): what ends, what is waited for again at joins, and where work resumes.

Owns whether a step of a scope can be redone from a live token, and doing it. Knows no people; which steps were walked,
and when, is told to it. Note `resume` on a token: the element to go to when it completes, instead of its flows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.domain.task_verbs import StepGraph
from app.engine import compensation, joins
from app.engine.errors import ReturnRefusedError
from app.engine.model import Definition, Element, ElementType, LinkTrigger, MultiInstanceLoop
from app.engine.runtime import Runtime
from app.engine.token import Phase, Token


@dataclass(frozen=True, slots=True)
class WalkedStep:
    """A step that was walked: its element, the scope instance it ran in, and what completed there since then."""

    element_id: str
    scope_key: int
    since: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReturnPlan:
    """What a return would do.

    `ends`: keys of the element instances that end, with everything in them: `tasks` and `calls` are the keys of the
    user tasks and call activities among it. `leaves_round`: a whole multi-instance round ends with it. `redone`: ids of
    the elements that completed since and may be passed again. `why_no_resume`: why work cannot resume where it was
    returned from; None if it can.
    """

    step: WalkedStep
    ends: tuple[int, ...]
    tasks: tuple[int, ...]
    calls: tuple[int, ...]
    leaves_round: bool
    redone: tuple[str, ...]
    why_no_resume: str | None
    forgotten: tuple[tuple[str, str], ...] = field(repr=False, default=())
    awaited: tuple[tuple[str, str], ...] = field(repr=False, default=())


def plan_return(run: Runtime, origin: Token, step: WalkedStep) -> ReturnPlan:
    """Return what it means to go from `origin` back to `step`; ReturnRefusedError says why that cannot be."""
    scope = run.tasks.get(step.scope_key)
    target = _target(run.definition, step)
    at, leaves_round = _climb(origin, step)
    if scope is None or scope.phase != Phase.ACTIVE or "interrupted" in scope.notes:
        raise ReturnRefusedError(f"Expected the scope of {step.element_id!r} to be running, but it is not")
    ahead = _graph(run.definition, scope.task_spec.element).ahead_of(target.id)
    here = at.task_spec.element.id
    if here not in ahead:
        raise ReturnRefusedError(f"Expected {target.id!r} to lie before {here!r}, but no way leads from it to there")
    ends = [token for token in scope.live_children if token.task_spec.element.id in ahead]
    if any(token.task_spec.element.id == target.id for token in scope.live_children):
        raise ReturnRefusedError(f"Expected {target.id!r} to be done, but it is being worked on again")
    behind = ahead | {target.id}
    forgotten = _forgotten(run, scope, behind)
    awaited = _awaited(run, step, ahead, behind)
    alone = at is origin and len(ends) == 1 and not forgotten
    everything = _within(ends)
    return ReturnPlan(
        step=step,
        ends=tuple(token.key for token in ends),
        tasks=tuple(token.notes["task"] for token in everything if "task" in token.notes),
        calls=tuple(token.key for token in everything if "called" in token.notes),
        leaves_round=leaves_round,
        redone=tuple(name for name in run.definition.elements if name in ahead and name in step.since),
        why_no_resume=_why_no_resume(origin, target, alone=alone, joined=bool(awaited)),
        forgotten=forgotten,
        awaited=awaited,
    )


def carry_out(run: Runtime, origin: Token, plan: ReturnPlan, *, resume: bool) -> None:
    """Start the step anew, then end what it makes void; ReturnRefusedError if `resume` is not possible."""
    if resume and plan.why_no_resume is not None:
        raise ReturnRefusedError(plan.why_no_resume)
    scope = run.tasks[plan.step.scope_key]
    for gateway, flow in plan.forgotten:
        joins.use(scope, gateway, [flow])
    if not resume:
        for gateway, flow in plan.awaited:
            joins.arrive(scope, gateway, flow)
    elements = run.definition.elements
    behind = _graph(run.definition, scope.task_spec.element).ahead_of(plan.step.element_id)
    compensation.undo(scope, behind | {plan.step.element_id})
    entry = run.spec_of(run.spec.entry[elements[plan.step.element_id].id])
    run.create(entry, scope, resume=origin.task_spec.element.id if resume else None)
    run.modifying = True
    for key in plan.ends:
        run.terminate(run.tasks[key])
    run.modifying = False


def _within(tokens: Iterable[Token]) -> list[Token]:
    found = list(tokens)
    for token in found:
        found += token.live_children
    return found


def _target(definition: Definition, step: WalkedStep) -> Element:
    target = definition.elements.get(step.element_id)
    if target is None or target.user_task is None:
        raise ReturnRefusedError(
            f"Expected {step.element_id!r} to be a step of the version now running, but it is none any more"
        )
    return target


def _climb(origin: Token, step: WalkedStep) -> tuple[Token, bool]:
    """The token in the step's scope that is `origin` or holds it, and whether a round of several lies between."""
    at, leaves_round = origin, False
    while at.scope is not None and at.scope.key != step.scope_key:
        at = at.scope
        is_body = at.task_spec.type is ElementType.MULTI_INSTANCE_BODY
        leaves_round = leaves_round or (is_body and isinstance(at.task_spec.element.loop, MultiInstanceLoop))
    if at.scope is None:
        raise ReturnRefusedError(
            f"Expected {step.element_id!r} to be of a scope that is still running, but that has ended"
        )
    return at, leaves_round


def _graph(definition: Definition, scope: Element) -> StepGraph:
    elements = definition.elements
    ways: dict[str, list[str]] = {child: [] for child in scope.children}
    for child in scope.children:
        element = elements[child]
        ways[child] += [definition.flows[flow].target for flow in element.outgoing]
        ways[child] += element.boundary_events
        ways[child] += [one.target for one in element.triggers if isinstance(one, LinkTrigger) and one.target]
    return StepGraph({node: [one for one in following if one in ways] for node, following in ways.items()})


def _forgotten(run: Runtime, scope: Token, behind: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The tokens that wait at joins and came from the step: they are made again."""
    flows = run.definition.flows
    return tuple(
        (gateway, flow)
        for gateway, counts in scope.notes.get("arrivals", {}).items()
        for flow, count in counts.items()
        if flows[flow].source in behind
        for _ in range(count)
    )


def _awaited(
    run: Runtime, step: WalkedStep, ahead: frozenset[str], behind: frozenset[str]
) -> tuple[tuple[str, str], ...]:
    """The tokens from branches beside the step that a join used up since: it is to wait for the step's branch only."""
    elements, flows = run.definition.elements, run.definition.flows
    passed = [elements[name] for name in ahead if name in step.since and len(elements[name].incoming) > 1]
    found = []
    for join in passed:
        beside = [flow for flow in join.incoming if flows[flow].source not in behind]
        if beside and join.tag == "complexGateway":
            raise ReturnRefusedError(f"Expected no complex gateway on the way back, but {join.id!r} has joined since")
        if join.type is ElementType.PARALLEL_GATEWAY:
            found += [(join.id, flow) for flow in beside]
    return tuple(found)


def _why_no_resume(origin: Token, target: Element, *, alone: bool, joined: bool) -> str | None:
    here = origin.task_spec.element
    if here.user_task is None or here.loop is not None:
        return f"Expected to resume at a step of one person, but {here.id!r} is none"
    if not alone:
        return f"Expected {here.id!r} to stay reachable alone, but work beside it ends, too: it walks again"
    if joined and target.boundary_events:
        return f"Expected {target.id!r} to have one way out, but its boundary events lead to a join: it walks again"
    return None

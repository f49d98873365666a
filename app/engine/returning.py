"""Returning to an earlier step (退回): what ends, what is waited for again at joins, and where work resumes.

Owns whether a step of a scope can be redone from a live token, and doing it. Knows no people; which steps were walked,
and when, is told to it. Note `resume` on a token: the element to go to when it completes, instead of its flows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.domain.task_verbs import StepGraph
from app.engine import compensation, joins
from app.engine.errors import ReturnRefusedError
from app.engine.model import Definition, Element, ElementType
from app.engine.runtime import Runtime
from app.engine.token import Phase, Token
from app.engine.triggers import LinkTrigger
from app.engine.work import MultiInstanceLoop

_WAITING_JOINS = (ElementType.PARALLEL_GATEWAY, ElementType.INCLUSIVE_GATEWAY)


@dataclass(frozen=True, slots=True)
class WalkedStep:
    """A step that was walked: its element and the scope instance it ran in.

    `since`: ids of the elements that completed there after it; `taken`: of every flow that was ever taken.
    """

    element_id: str
    scope_key: int
    since: frozenset[str]
    taken: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReturnPlan:
    """What a return would do.

    `ends`: keys of the element instances that end, `within` those and all in them; `tasks` and `calls` are the keys of
    the user tasks and call activities among these. `leaves_round`: a whole multi-instance round ends with it.
    `redone`: ids of the elements that completed since and may be passed again. `why_no_resume`: why work cannot resume
    where it was returned from; None if it can. `forgotten`, `awaited`: (gateway, flow) of tokens at joins; `fresh`:
    complex gateways that start a round anew.
    """

    step: WalkedStep
    ends: tuple[int, ...]
    within: tuple[int, ...]
    tasks: tuple[int, ...]
    calls: tuple[int, ...]
    redone: tuple[str, ...]
    forgotten: tuple[tuple[str, str], ...] = field(repr=False)
    awaited: tuple[tuple[str, str], ...] = field(repr=False)
    fresh: tuple[str, ...] = field(repr=False)
    leaves_round: bool = False
    why_no_resume: str | None = None


def plan_return(run: Runtime, origin: Token, step: WalkedStep) -> ReturnPlan:
    """Return what it means to go from `origin` back to `step`; ReturnRefusedError says why that cannot be."""
    target = _target(run.definition, step)
    at, leaves_round = _climb(origin, step)
    scope, ahead = _ahead(run, step)
    here = at.task_spec.element.id
    if here not in ahead:
        raise ReturnRefusedError(f"Expected {target.id!r} to lie before {here!r}, but no way leads from it to there")
    plan = _plan(run, scope, step, ahead)
    _require_offspring(run, scope, plan, ahead, but=at.key)
    alone = at is origin and len(plan.ends) == 1 and not plan.forgotten and not plan.fresh
    why_no_resume = _why_no_resume(origin, target, alone=alone, joined=bool(plan.awaited))
    return replace(plan, leaves_round=leaves_round, why_no_resume=why_no_resume)


def plan_withdrawal(run: Runtime, step: WalkedStep) -> ReturnPlan:
    """Return what it means to undo the completion of `step`; ReturnRefusedError where nothing of it is left."""
    _target(run.definition, step)
    scope, ahead = _ahead(run, step)
    plan = _plan(run, scope, step, ahead)
    if not plan.ends and not plan.forgotten:
        raise ReturnRefusedError(f"Expected something that {step.element_id!r} opened to be left, but there is nothing")
    only_one = plan.ends[0] if len(plan.ends) == 1 and not plan.forgotten else None
    _require_offspring(run, scope, plan, ahead, but=only_one)
    return plan


def carry_out(run: Runtime, plan: ReturnPlan, *, resume_at: Token | None = None) -> None:
    """Start the step anew, then end what it makes void; ReturnRefusedError if work cannot resume at `resume_at`."""
    if resume_at is not None and plan.why_no_resume is not None:
        raise ReturnRefusedError(plan.why_no_resume)
    scope = run.tasks[plan.step.scope_key]
    for gateway, flow in plan.forgotten:
        joins.use(scope, gateway, [flow])
    for gateway in plan.fresh:
        del scope.notes["fired"][gateway]
    if resume_at is None:
        for gateway, flow in plan.awaited:
            joins.arrive(scope, gateway, flow)
    elements = run.definition.elements
    behind = _graph(run.definition, scope.task_spec.element).ahead_of(plan.step.element_id)
    compensation.undo(scope, behind | {plan.step.element_id})
    entry = run.spec_of(run.spec.entry[elements[plan.step.element_id].id])
    run.create(entry, scope, resume=resume_at.task_spec.element.id if resume_at is not None else None)
    run.modifying = True
    for key in plan.ends:
        run.terminate(run.tasks[key])
    run.modifying = False


def _ahead(run: Runtime, step: WalkedStep) -> tuple[Token, frozenset[str]]:
    """The scope the step ran in, and what lies ahead of the step in it."""
    scope = run.tasks.get(step.scope_key)
    if scope is None or scope.phase != Phase.ACTIVE or "interrupted" in scope.notes:
        raise ReturnRefusedError(f"Expected the scope of {step.element_id!r} to be running, but it is not")
    ahead = _graph(run.definition, scope.task_spec.element).ahead_of(step.element_id)
    if any(token.task_spec.element.id == step.element_id for token in scope.live_children):
        raise ReturnRefusedError(f"Expected {step.element_id!r} to be done, but it is being worked on again")
    return scope, ahead


def _plan(run: Runtime, scope: Token, step: WalkedStep, ahead: frozenset[str]) -> ReturnPlan:
    ends = [token for token in scope.live_children if token.task_spec.element.id in ahead]
    everything = _within(ends)
    behind = ahead | {step.element_id}
    return ReturnPlan(
        step=step,
        ends=tuple(token.key for token in ends),
        within=tuple(token.key for token in everything),
        tasks=tuple(token.notes["task"] for token in everything if "task" in token.notes),
        calls=tuple(token.key for token in everything if "called" in token.notes),
        redone=tuple(name for name in run.definition.elements if name in ahead and name in step.since),
        forgotten=_forgotten(run, scope, behind),
        awaited=_awaited(run, step, ahead, behind),
        fresh=tuple(gateway for gateway in scope.notes.get("fired", {}) if gateway in ahead),
    )


def _require_offspring(run: Runtime, scope: Token, plan: ReturnPlan, ahead: frozenset[str], *, but: int | None) -> None:
    """Refuse where what would end may have come from beside the step: beyond a merge that does not wait for others.

    One token (`but`) may be ended for the step in any case: it is the one that goes back.
    """
    elements, flows, step = run.definition.elements, run.definition.flows, plan.step
    behind = ahead | {step.element_id}
    merges = {
        name
        for name in ahead
        if elements[name].type not in _WAITING_JOINS
        and any(flow in step.taken and flows[flow].source not in behind for flow in elements[name].incoming)
    }
    sure = _graph(run.definition, scope.task_spec.element).ahead_of(step.element_id, stop_at=merges)
    unsure = [run.tasks[key].task_spec.element.id for key in plan.ends if key != but]
    unsure += [flows[flow].source for _, flow in plan.forgotten]
    for name in unsure:
        if name not in sure and name != step.element_id:
            raise ReturnRefusedError(
                f"Expected {name!r} to have come of {step.element_id!r}, but branches merge before it without waiting"
            )


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

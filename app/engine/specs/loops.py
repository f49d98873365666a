"""Activities that run several times: multi-instance (parallel, sequential) and standard loops.

Owns the body, a scope around the iterations that holds their outputs and the boundary events. The activity's own spec
runs each iteration, without flows and boundary events. Notes on a body: `total`, `next` (index of the next iteration),
`completed`, `terminated`, `items` (JSON text, sequential), `enough` (no further iteration). Note on an iteration:
`index`.
"""

from __future__ import annotations

import re
from typing import Any

from app.engine import evaluate
from app.engine.failure import StepFailure
from app.engine.kinds import ErrorType
from app.engine.model import Element, ElementType
from app.engine.specs.base import ElementSpec
from app.engine.specs.process import ProcessSpec
from app.engine.token import Phase, Token
from app.engine.values import decode, encode
from app.engine.variables import holder_of, merge_text, set_local, set_text
from app.engine.work import MultiInstanceLoop, StandardLoop

MOST_ITERATIONS = 10_000
"""Of a loop that says how often it runs by a number; a list is as long as what brought it allowed."""
_VARIABLE = re.compile(r"=?\s*([^\W\d]\w*)(?:\.[^\W\d]\w*)*\s*")


class LoopBody(ElementSpec):
    """What bodies share: only beforeAll listeners of their own, no mappings, and the counting of iterations."""

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        self.type = ElementType.MULTI_INSTANCE_BODY
        self.input_mappings = self.output_mappings = ()
        before = any(listener.event == "beforeAll" for listener in element.listeners)
        self.start_listeners = "beforeAll" if before else ""
        self.has_end_listeners = self.has_cancel_listeners = False

    def _iterate(self, body: Token, index: int, values: dict[str, str]) -> Token:
        run = body.workflow
        body.note("next", index + 1)
        child = run.create(run.spec_of(self.element.id), body, locals={**values, "loopCounter": str(index + 1)})
        child.note("index", index)
        return child

    def child_done(self, scope: Token, child: Token) -> None:
        """Count it, then start the next or end."""
        scope.note("completed", scope.notes.get("completed", 0) + 1)
        if scope.phase != Phase.ACTIVE:
            self.child_gone(scope, child)
            return
        if child.notes.get("enough"):
            scope.note("enough", True)
            for other in scope.live_children:
                scope.workflow.terminate(other)
        elif self.go_on(scope):
            return
        self.child_gone(scope, child)

    def child_gone(self, scope: Token, child: Token) -> None:
        """A terminated iteration counts, too."""
        if child.is_terminated and scope.phase == Phase.ACTIVE:
            scope.note("terminated", scope.notes.get("terminated", 0) + 1)
            if not scope._children and "enough" not in scope.notes and self.go_on(scope):
                return
        super().child_gone(scope, child)

    def emptied(self, scope: Token) -> None:
        """All iterations are over."""
        if scope.phase == Phase.ACTIVE:
            scope.workflow.finish(scope)

    def go_on(self, body: Token) -> bool:
        """Start the next iteration, if there is one to start now."""
        return False


class MultiInstanceBody(LoopBody):
    """bpmn:multiInstanceLoopCharacteristics over an input collection, or a number of times."""

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        assert isinstance(element.loop, MultiInstanceLoop)
        self.loop = element.loop
        shape = _VARIABLE.fullmatch(self.loop.output_element.text) if self.loop.output_element else None
        self.output_variable = shape[1] if shape else None

    def prepare(self, token: Token) -> Any:
        """Evaluate the input collection, or how often to run: then the items are the numbers from one."""
        if self.loop.input_collection is not None:
            return evaluate.items(token, self.loop.input_collection)
        assert self.loop.cardinality is not None
        return list(range(1, evaluate.integer(token, self.loop.cardinality, low=0, high=MOST_ITERATIONS) + 1))

    def begin(self, token: Token, plan: Any) -> bool:
        """Start the first iteration, or all of them."""
        token.note("total", len(plan))
        if self.loop.output_collection:
            set_local(token, {self.loop.output_collection: [None] * len(plan)})
        if self.loop.sequential:
            token.note("items", encode(plan))
            return not self.go_on(token)
        for index, item in enumerate(plan):
            self._iterate(token, index, self._locals(encode(item)))
        return not plan

    def _locals(self, item: str) -> dict[str, str]:
        found = {self.output_variable: "null"} if self.output_variable else {}
        if self.loop.input_element:
            found[self.loop.input_element] = item
        return found

    def go_on(self, body: Token) -> bool:
        """Sequential: the next item."""
        index = body.notes.get("next", 0)
        if not self.loop.sequential or index >= body.notes["total"]:
            return False
        self._iterate(body, index, self._locals(encode(decode(body.notes["items"])[index])))
        return True

    def add(self, body: Token, item: str) -> Token | None:
        """Let one more item (JSON text) count from now on; the iteration begun for it, None when its turn comes."""
        index = body.notes["total"]
        body.note("total", index + 1)
        name = self.loop.output_collection
        if name:
            outputs = decode(body.data[name])
            if isinstance(outputs, list):
                set_text(body, name, encode([*outputs, None]), growing=True)
        if self.loop.sequential:
            body.note("items", encode([*decode(body.notes["items"]), decode(item)]))
            return None
        return self._iterate(body, index, self._locals(item))

    def again(self, body: Token, index: int, item: str) -> Token:
        """Run the completed iteration `index` again, with its item (JSON text): what it put out is forgotten."""
        body.note("completed", body.notes["completed"] - 1)
        upto = body.notes["next"]
        name = self.loop.output_collection
        if name:
            outputs = decode(body.data[name])
            if isinstance(outputs, list) and index < len(outputs):
                outputs[index] = None
                set_text(body, name, encode(outputs), growing=True)
        child = self._iterate(body, index, self._locals(item))
        body.note("next", upto)
        return child

    def child_leaving(self, scope: Token, child: Token) -> None:
        """Put its output at its index; evaluate the completion condition, which sees that and Camunda's counters."""
        name = self.loop.output_collection
        if name and self.loop.output_element:
            outputs = decode(scope.data[name])
            if not isinstance(outputs, list) or len(outputs) != scope.notes["total"]:
                message = (
                    f"Expected {name!r} to keep a place for each of {scope.notes['total']} results, but it does not"
                )
                raise StepFailure(ErrorType.EXTRACT_VALUE_ERROR, message)
            outputs[child.notes["index"]] = evaluate.json_value(child, self.loop.output_element)
            set_text(scope, name, encode(outputs), growing=True)
        if self.loop.completion_condition is not None:
            counters = {
                "numberOfInstances": scope.notes["total"],
                "numberOfActiveInstances": len(scope._children) - 1,
                "numberOfCompletedInstances": scope.notes.get("completed", 0) + 1,
                "numberOfTerminatedInstances": scope.notes.get("terminated", 0),
            }
            child.note("enough", evaluate.boolean(child, self.loop.completion_condition, extra=counters))

    def ending(self, token: Token) -> None:
        """Propagate the collected outputs."""
        name = self.loop.output_collection
        if name and token.scope is not None:
            merge_text(token.scope, name, token.data[name])


def collected_around(token: Token) -> set[str]:
    """The names by which `token` sees output collections that multi-instance bodies around it are filling."""
    found, at = set(), token.scope
    while at is not None:
        name = at.task_spec.loop.output_collection if isinstance(at.task_spec, MultiInstanceBody) else None
        if name and holder_of(token, name) is at:
            found.add(name)
        at = at.scope
    return found


class StandardLoopBody(LoopBody):
    """bpmn:standardLoopCharacteristics: again while the condition holds; it sees `loopCounter`, the runs so far."""

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        assert isinstance(element.loop, StandardLoop)
        self.loop = element.loop

    def _again(self, token: Token, count: int) -> bool:
        if self.loop.maximum is not None and count >= self.loop.maximum:
            return False
        condition = self.loop.condition
        return condition is None or evaluate.boolean(token, condition, extra={"loopCounter": count})

    def prepare(self, token: Token) -> Any:
        """Test before the first run, if it is to be tested before."""
        return not self.loop.test_before or self._again(token, 0)

    def begin(self, token: Token, plan: Any) -> bool:
        """Run for the first time."""
        if plan:
            self._iterate(token, 0, {})
        return not plan

    def child_leaving(self, scope: Token, child: Token) -> None:
        """Evaluate whether to run again."""
        child.note("enough", not self._again(child, child.notes["index"] + 1))

    def go_on(self, body: Token) -> bool:
        """Run again."""
        self._iterate(body, body.notes["next"], {})
        return True

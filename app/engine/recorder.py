"""Collects what happens to an instance between two rests, and hands it out as an outcome.

Owns the lists and nothing else; callers append the records of `app.engine.outcome`.
"""

from __future__ import annotations

from app.engine import outcome
from app.engine.kinds import Ended
from app.engine.outcome import Outcome


class Recorder:
    """One list a kind of record, in order of happening."""

    def __init__(self) -> None:
        self.entered: list[outcome.ElementEntered] = []
        self.left: list[outcome.ElementLeft] = []
        self.flows: list[outcome.FlowTaken] = []
        self.user_tasks: list[outcome.UserTaskOpened] = []
        self.user_task_changes: list[outcome.UserTaskChanged] = []
        self.jobs: list[outcome.JobOpened] = []
        self.timers: list[outcome.TimerArmed] = []
        self.messages: list[outcome.MessageSubscriptionOpened] = []
        self.signals: list[outcome.SignalSubscriptionOpened] = []
        self.conditionals: list[outcome.ConditionalSubscriptionOpened] = []
        self.closed: list[outcome.Closed] = []
        self.variables: list[outcome.VariableSet] = []
        self.decisions: list[outcome.DecisionEvaluated] = []
        self.incidents: list[outcome.IncidentRaised] = []
        self.resolved: list[outcome.IncidentResolved] = []
        self.calls: list[outcome.CallRequested] = []
        self.calls_cancelled: list[outcome.CallCancelled] = []
        self.messages_thrown: list[outcome.MessageThrown] = []
        self.signals_thrown: list[outcome.SignalThrown] = []
        self.escaped: list[outcome.Escaped] = []
        self.migrated: list[outcome.Migrated] = []
        self._growing: dict[tuple[int, str], int] = {}

    def take(self, state: bytes | None, ended: Ended | None) -> Outcome:
        """Return everything collected so far, and start anew."""
        lists = {name: tuple(records) for name, records in vars(self).items() if not name.startswith("_")}
        self.__init__()  # type: ignore[misc]  # the same empty lists as at first
        return Outcome(state, ended, **lists)

    def set_variable(self, scope_key: int, name: str, text: str, *, created: bool, growing: bool) -> None:
        """Record a change of a variable. Of a list that grows by an item an iteration only the last stage is kept.

        All its stages would take quadratic space.
        """
        index = self._growing.get((scope_key, name)) if growing else None
        if index is not None:
            self.variables[index] = self.variables[index]._replace(json=text)
            return
        if growing:
            self._growing[scope_key, name] = len(self.variables)
        self.variables.append(outcome.VariableSet(scope_key, name, text, created))

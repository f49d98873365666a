"""Collects what happens to an instance between two rests, and hands it out as an outcome.

Owns the lists and nothing else; callers append the records of `app.engine.outcome`.
"""

from __future__ import annotations

from app.engine import outcome
from app.engine.outcome import Ended, Outcome


class Recorder:
    """One list a kind of record, in order of happening; of a variable's changes only the last is kept."""

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
        self.variables: dict[tuple[int, str], outcome.VariableSet] = {}
        self.decisions: list[outcome.DecisionEvaluated] = []
        self.incidents: list[outcome.IncidentRaised] = []
        self.resolved: list[outcome.IncidentResolved] = []
        self.calls: list[outcome.CallRequested] = []
        self.calls_cancelled: list[outcome.CallCancelled] = []
        self.messages_thrown: list[outcome.MessageThrown] = []
        self.signals_thrown: list[outcome.SignalThrown] = []
        self.escaped: list[outcome.Escaped] = []
        self.migrated: list[outcome.Migrated] = []

    def set_variable(self, scope_key: int, name: str, text: str, *, created: bool) -> None:
        """Record a variable's value; a value it had since the last rest is forgotten."""
        place = (scope_key, name)
        before = self.variables.get(place)
        created = created or (before is not None and before.created)
        self.variables[place] = outcome.VariableSet(scope_key, name, text, created)

    def take(self, state: bytes | None, ended: Ended | None) -> Outcome:
        """Return everything collected so far, and start anew."""
        lists = {name: tuple(records) for name, records in vars(self).items() if name != "variables"}
        taken = Outcome(state, ended, variables=tuple(self.variables.values()), **lists)
        self.__init__()  # type: ignore[misc]  # the same empty lists as at first
        return taken

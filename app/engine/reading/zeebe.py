"""Reads the zeebe extension elements of one element: work, mappings, listeners, properties, forms.

Owns the meaning of each extension. What it does not know is kept as XML and noted, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from app.engine.formula import Formula
from app.engine.reading.source import BPMN, ZEEBE, Source, local_name, text_of
from app.engine.work import (
    AdHocWork,
    Binding,
    CallWork,
    DecisionWork,
    FormReference,
    JobWork,
    Listener,
    MultiInstanceLoop,
    PublishWork,
    ScriptWork,
    StandardLoop,
    UserTaskWork,
    VariableMapping,
)

LEGACY_USER_TASK_TYPE = "io.camunda.zeebe:userTask"
_JOB_TASKS = ("serviceTask", "sendTask", "scriptTask", "businessRuleTask")
_KNOWN = {
    "adHoc", "assignmentDefinition", "calledDecision", "calledElement", "executionListeners", "formDefinition",
    "ioMapping", "jobPriorityDefinition", "loopCharacteristics", "priorityDefinition", "properties", "publishMessage",
    "script", "subscription", "taskDefinition", "taskHeaders", "taskListeners", "taskSchedule", "userTask",
    "userTaskForm", "versionTag", "conditionalFilter",
}  # fmt: skip


class Extensions:
    """The extension elements of one BPMN element, read on demand."""

    def __init__(self, source: Source, node: etree._Element) -> None:
        self.source = source
        self.node = node
        self.holder = node.find(f"{BPMN}extensionElements")
        self.unknown = self._keep_unknown()

    def _find(self, path: str) -> etree._Element | None:
        if self.holder is None:
            return None
        return self.holder.find("/".join(ZEEBE + step for step in path.split("/")))

    def _all(self, path: str) -> list[etree._Element]:
        if self.holder is None:
            return []
        return self.holder.findall("/".join(ZEEBE + step for step in path.split("/")))

    def _keep_unknown(self) -> tuple[str, ...]:
        kept = []
        for child in self.holder if self.holder is not None else ():
            if child.tag.startswith(ZEEBE) and local_name(child) in _KNOWN:
                continue
            kept.append(etree.tostring(child, encoding="unicode", with_tail=False))
            self.source.note(self.node, f"The extension {child.tag} is kept, but has no effect")
        return tuple(kept)

    def _formula(self, node: etree._Element | None, attribute: str, *, always_feel: bool = False) -> Formula | None:
        if node is None:
            return None
        return self.source.formula(node.get(attribute), self.node, attribute, always_feel=always_feel)

    def _binding(self, node: etree._Element) -> tuple[Binding, str | None]:
        try:
            binding = Binding(node.get("bindingType", "latest"))
        except ValueError:
            self.source.refuse(
                self.node, f"Expected a binding latest, deployment or versionTag, but it is {node.get('bindingType')!r}"
            )
            binding = Binding.LATEST
        tag = node.get("versionTag")
        if binding is Binding.VERSION_TAG and not tag:
            self.source.refuse(self.node, "Expected a versionTag for the binding by version tag, but it has none")
        return binding, tag

    def mappings(self, kind: str) -> tuple[VariableMapping, ...]:
        """zeebe:input or zeebe:output, in order; a missing source means null."""
        found = []
        for node in self._all(f"ioMapping/{kind}"):
            target = node.get("target", "").strip()
            if not target:
                self.source.refuse(self.node, f"Expected the {kind} mapping to have a target, but it has none")
                continue
            if not all(target.removeprefix("=").strip().split(".")):
                self.source.refuse(self.node, f"Expected the {kind} mapping to a name or path, but it is to {target!r}")
                continue
            source = self.source.formula(node.get("source"), self.node, f"the source of {kind} mapping {target!r}")
            if source is None:
                source = Formula("", None)
            found.append(VariableMapping(source, target.removeprefix("=").strip()))
        return tuple(found)

    def headers(self) -> Mapping[str, str]:
        """zeebe:taskHeaders."""
        return MappingProxyType(
            {node.get("key", ""): node.get("value", "") for node in self._all("taskHeaders/header")}
        )

    def properties(self) -> Mapping[str, str]:
        """zeebe:properties."""
        pairs = self._all("properties/property")
        return MappingProxyType({node.get("name", ""): node.get("value", "") for node in pairs})

    def version_tag(self) -> str | None:
        """zeebe:versionTag of a process."""
        node = self._find("versionTag")
        return node.get("value") if node is not None else None

    def job(self) -> JobWork | None:
        """zeebe:taskDefinition; retries default to 3."""
        node = self._find("taskDefinition")
        if node is None:
            return None
        kind = self._formula(node, "type")
        if kind is None:
            self.source.refuse(self.node, "Expected a job type, but the task definition has none")
            return None
        priority = self._formula(self._find("jobPriorityDefinition"), "priority") or self._priority_of_process()
        return JobWork(kind, self._formula(node, "retries") or Formula("3", None), self.headers(), priority)

    def _priority_of_process(self) -> Formula | None:
        """What the process says for the jobs of its tasks that say nothing themselves."""
        process = next(self.node.iterancestors(f"{BPMN}process"), None)
        if process is None or local_name(self.node) not in _JOB_TASKS:
            return None
        found = process.find(f"{BPMN}extensionElements/{ZEEBE}jobPriorityDefinition")
        return self._formula(found, "priority")

    def is_native_user_task(self) -> bool:
        """Whether zeebe:userTask is there: a task of the engine's own rather than a job."""
        return self._find("userTask") is not None

    def form(self) -> FormReference | None:
        """zeebe:formDefinition, with an embedded zeebe:userTaskForm looked up in the process."""
        node = self._find("formDefinition")
        if node is None:
            return None
        binding, tag = self._binding(node)
        key = node.get("formKey")
        return FormReference(
            form_id=self._formula(node, "formId"),
            binding=binding,
            version_tag=tag,
            external_reference=self._formula(node, "externalReference"),
            form_key=key,
            embedded=self._embedded_form(key),
        )

    def _embedded_form(self, key: str | None) -> str | None:
        if not key or not key.startswith("camunda-forms:bpmn:"):
            return None
        wanted = key.removeprefix("camunda-forms:bpmn:")
        for node in self.source.root.iter(f"{ZEEBE}userTaskForm"):
            if node.get("id") == wanted:
                return text_of(node)
        self.source.refuse(self.node, f"Expected the embedded form {wanted!r} in the file, but there is none")
        return None

    def user_task(self) -> UserTaskWork:
        """The attributes of a native user task."""
        assignment, schedule = self._find("assignmentDefinition"), self._find("taskSchedule")
        return UserTaskWork(
            assignee=self._formula(assignment, "assignee"),
            candidate_groups=self._formula(assignment, "candidateGroups"),
            candidate_users=self._formula(assignment, "candidateUsers"),
            due_date=self._formula(schedule, "dueDate"),
            follow_up_date=self._formula(schedule, "followUpDate"),
            priority=self._formula(self._find("priorityDefinition"), "priority"),
            form=self.form(),
            headers=self.headers(),
        )

    def script(self) -> ScriptWork | None:
        """zeebe:script."""
        node = self._find("script")
        if node is None:
            return None
        expression = self._formula(node, "expression", always_feel=True)
        result = node.get("resultVariable")
        if not result:
            self.source.refuse(self.node, "Expected the script to name a resultVariable, but it does not")
        return ScriptWork(expression, result) if expression is not None and result else None

    def decision(self) -> DecisionWork | None:
        """zeebe:calledDecision."""
        node = self._find("calledDecision")
        if node is None:
            return None
        decision, result = self._formula(node, "decisionId"), node.get("resultVariable")
        if decision is None or not result:
            self.source.refuse(self.node, "Expected the called decision to name a decisionId and a resultVariable")
            return None
        binding, tag = self._binding(node)
        return DecisionWork(decision, result, binding, tag)

    def call(self) -> CallWork | None:
        """zeebe:calledElement."""
        node = self._find("calledElement")
        process = self._formula(node, "processId")
        if node is None or process is None:
            return None
        binding, tag = self._binding(node)
        return CallWork(
            process,
            binding,
            tag,
            node.get("propagateAllChildVariables", "true") != "false",
            node.get("propagateAllParentVariables", "true") != "false",
            self._formula(node, "businessId") or self._formula(node, "businessKey"),
        )

    def publish(self) -> PublishWork | None:
        """zeebe:publishMessage; the message's name is set by the event's own message definition."""
        node = self._find("publishMessage")
        if node is None:
            return None
        return PublishWork(
            name=self._formula(node, "messageName") or Formula("", None),
            correlation_key=self._formula(node, "correlationKey") or Formula("", None),
            message_id=self._formula(node, "messageId"),
            time_to_live=self._formula(node, "timeToLive"),
        )

    def listeners(self, path: str) -> tuple[Listener, ...]:
        """zeebe:executionListeners/executionListener or zeebe:taskListeners/taskListener.

        Their jobs have the element's headers, whatever element it is, under the listener's own (Camunda 8.8).
        """
        found, shared = [], self.headers()
        for node in self._all(path):
            kind = self._formula(node, "type")
            if kind is None or not node.get("eventType"):
                self.source.refuse(self.node, "Expected the listener to have an eventType and a type")
                continue
            retries = self._formula(node, "retries") or Formula("3", None)
            own = {item.get("key", ""): item.get("value", "") for item in node.iter(f"{ZEEBE}header")}
            event = node.get("eventType", "")
            if path.startswith("task"):
                event = _OLDER_EVENTS.get(event, event)
            found.append(Listener(event, kind, retries, MappingProxyType({**shared, **own})))
        return tuple(found)

    def loop(self) -> MultiInstanceLoop | StandardLoop | None:
        """The element's own loop characteristics."""
        standard = self.node.find(f"{BPMN}standardLoopCharacteristics")
        if standard is not None:
            maximum = standard.get("loopMaximum")
            if maximum is not None and not maximum.isdecimal():
                self.source.refuse(self.node, f"Expected loopMaximum to be a whole number, but it is {maximum!r}")
                maximum = None
            return StandardLoop(
                self.source.condition(standard, "loopCondition", self.node),
                int(maximum) if maximum else None,
                standard.get("testBefore", "false") == "true",
            )
        multi = self.node.find(f"{BPMN}multiInstanceLoopCharacteristics")
        return self._multi_instance(multi) if multi is not None else None

    def _multi_instance(self, multi: etree._Element) -> MultiInstanceLoop | None:
        node = multi.find(f"{BPMN}extensionElements/{ZEEBE}loopCharacteristics")
        collection = self._formula(node, "inputCollection", always_feel=True)
        cardinality = self.source.condition(multi, "loopCardinality", self.node) if collection is None else None
        if collection is None and cardinality is None:
            self.source.refuse(
                self.node, "Expected the multi-instance loop to have an inputCollection, but it has none"
            )
            return None
        return MultiInstanceLoop(
            sequential=multi.get("isSequential", "false") == "true",
            input_collection=collection,
            input_element=node.get("inputElement") if node is not None else None,
            output_collection=node.get("outputCollection") if node is not None else None,
            output_element=self._formula(node, "outputElement", always_feel=True),
            completion_condition=self.source.condition(multi, "completionCondition", self.node),
            cardinality=cardinality,
        )

    def ad_hoc(self) -> AdHocWork:
        """zeebe:adHoc and the attributes of the ad-hoc sub-process itself."""
        node = self._find("adHoc")
        return AdHocWork(
            active_elements=self._formula(node, "activeElementsCollection", always_feel=True),
            completion_condition=self.source.condition(self.node, "completionCondition", self.node),
            cancel_remaining_instances=self.node.get("cancelRemainingInstances", "true") != "false",
            sequential=self.node.get("ordering", "Parallel") == "Sequential",
            output_collection=node.get("outputCollection") if node is not None else None,
            output_element=self._formula(node, "outputElement", always_feel=True),
        )


_OLDER_EVENTS = {
    "create": "creating",
    "assignment": "assigning",
    "update": "updating",
    "complete": "completing",
    "cancel": "canceling",
}

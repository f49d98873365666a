"""People who work a replayed complaint: how long each step takes them, and what they answer.

Their answers are those of the shipped forms, so that a replay checks models, tables and forms together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.domain.access import ROLES
from app.domain.actor import Actor
from app.domain.public_complaints import PublicComplaint
from app.errors import InvalidInputError
from app.services.seed_demo import PEOPLE

STAFF = [Actor(person.username, frozenset(person.groups), ROLES["clerk"]) for person in PEOPLE if person.groups]
CUSTOMER_CLERK = STAFF[0]


def who_works(groups: list[str]) -> Actor:
    """Return somebody of the demo bank who may take a task of these groups; raises InvalidInputError for nobody."""
    for person in STAFF:
        if not person.groups.isdisjoint(groups):
            return person
    raise InvalidInputError(
        f"Expected somebody of the demo bank in {', '.join(groups) or 'a group'}, but there is nobody"
    )


def time_needed(complaint: PublicComplaint, chance: Random) -> timedelta:
    """Return how long a step takes: hours as a rule, days where the company really was late."""
    hours = chance.lognormvariate(1.8, 0.8)
    if not complaint.is_timely:
        hours += chance.uniform(40, 120)
    return timedelta(hours=min(hours, 240))


def answers_for(
    form_id: str, complaint: PublicComplaint, variables: Mapping[str, Any], now: datetime, chance: Random
) -> dict[str, Any]:
    """Return what a person would fill in; raises InvalidInputError for a form nobody here knows."""
    answers = step_answers(form_id, now)
    if form_id == "propose_solution":
        answers |= _proposal(complaint, variables, chance)
    if form_id == "accept_dispute":
        answers["amount"] = variables.get("amount") or 0
    if form_id == "call_back":
        answers["customerSatisfied"] = "no" if complaint.is_disputed and "customerSatisfied" not in variables else "yes"
    if form_id in {"survey_call", "call_back"}:
        answers["satisfactionScore"] = chance.choice((1, 2) if complaint.is_disputed else (3, 4, 5))
    return answers


def step_answers(form_id: str, now: datetime) -> dict[str, Any]:
    """Return what anybody would fill in at `now`; raises InvalidInputError for a form nobody here knows."""
    known = _FORMS.get(form_id)
    if known is None:
        raise InvalidInputError(f"Expected a form of the shipped procedures, but got {form_id!r}")
    at = now.isoformat(timespec="minutes")
    return {name: at if value == "NOW" else value for name, value in known.items()}


def _proposal(complaint: PublicComplaint, variables: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    if complaint.relief == "money":
        amount = min(float(variables.get("amount") or 0), chance.choice((200, 800, 5_000, 30_000, 80_000, 150_000)))
        return {"resolution": ["compensation"], "compensationAmount": round(amount, 2)}
    needs_help = chance.random() < 0.1
    more = {"needsCollaboration": True, "collaborators": ["dept_legal", "technical_support"]} if needs_help else {}
    return {"resolution": ["apology" if complaint.relief == "other" else "explanation"], **more}


_CONTACT = {"contactWay": "phone", "contactedAt": "NOW"}
_FORMS: Mapping[str, Mapping[str, Any]] = {
    "register_complaint": {"accepted": "yes"},
    "verify_complaint": {
        "customerContacted": True, "complexity": "simple", "findings": "已核对交易与联络记录", "rootCause": "rules",
    },
    "propose_solution": {"proposal": "按规定处理并向客户说明"},
    "give_opinion": {"opinion": "support"},
    "approve_solution": {"approvalDecision": "approve"},
    "communicate_solution": {**_CONTACT, "consent": "agreed", "consentNote": "客户接受方案"},
    "execute_solution": {"executed": True, "executionNote": "已执行"},
    "handle_enquiry": {"answer": "已核对并拟定答复"},
    "review_enquiry": {"reviewDecision": "approve"},
    "archive_enquiry": {"answerWay": "phone", "answerNote": "已答复客户"},
    "accept_dispute": {"facts": "事实与诉求已记录"},
    "review_dispute": {"reviewNote": "同意会签", "countersignDepartments": ["dept_wealth", "dept_legal"]},
    "branch_risk_approval": {"branchRiskDecision": "approve"},
    "countersign_dispute": {"opinion": "support"},
    "compliance_review": {"complianceDecision": "approve"},
    "management_approval": {"managementDecision": "approve"},
    "communicate_dispute": {**_CONTACT, "decisionNotice": "处理决定及依据", "routesTold": True},
    "close_dispute": {"executed": True, "closingNote": "材料已归集"},
    "accept_product_complaint": {"firstAttribution": "产品功能与说明不符"},
    "resolve_product_complaint": {"resolution": ["explanation"], "handling": "已排查并修复"},
    "assign_liability": {
        "liableDepartment": "technical_support", "rootCause": "facilities", "correctiveAction": "修订说明",
    },
    "call_back": {"callBackNote": "已回访"},
    "survey_call": {"satisfactionComment": "已电话回访"},
    "follow_up": {"followUpNote": "已跟进并记录"},
    "notify_refusal": {"noticeWay": "phone", "noticeAt": "NOW", "noticeNote": "已电话说明理由"},
    "survey_follow_up": {"followUpNote": "主管已致电说明"},
}  # fmt: skip

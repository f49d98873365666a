"""Drafts the request to extend a clock: what the rule asks for, what is known, and what is left to be filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.clocks import ClockEventError, ClockHistory, Extended, draw_ledger, say_deadline
from app.errors import NotFoundError
from app.services.kept_clocks import open_clocks
from app.services.see_complaint import require_given
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import find_clock
from app.storage.complaints import find_complaint_by_key

LEVELS_ZH = {
    "handler": "经办人",
    "department head": "部门负责人",
    "branch management": "分行管理层",
    "superior institution": "上级机构",
    "head-office senior management": "总行高级管理人员（或上级机构）",
}
ZH = """关于延长投诉 {number} 处理期限的请示

{level}：

投诉 {number} 于 {received} 收到，依据{article}，{name}现应于 {due} 前完成。
因{reason}，拟申请将期限延长至合计 {length} 日，即不晚于 {new_due}。

依据：{rule_article}。须经{level}批准，并在 {due} 前将延长的理由和期限告知投诉人，留存告知凭证。

批准人：________    批准时间：________    告知方式与凭证：________
"""
EN = """Request to extend the time for complaint {number}

To: {level}

Complaint {number} was received on {received}. Under {article}, "{name}" is due by {due}.
For the following reason it is asked that the time be extended to {length} {unit} in all, that is to {new_due} at the
latest: {reason}

Basis: {rule_article}. It needs approval by {level}; the customer must be told reason and date before {due}, and the
proof of that notice kept.

Approved by: ________    Approved on: ________    Notice and proof: ________
"""


@dataclass(frozen=True)
class ExtensionDraft:
    """The text of a request, the level that may approve it, and the deadline it would lead to."""

    text: str
    level: str
    deadline: datetime


def draft_extension(
    work: UnitOfWork, actor: Actor, clock_key: int, length: int, reason: str, *, language: str = "zh"
) -> ExtensionDraft:
    """Draft the request for an extension to `length` in all; nothing is recorded.

    Raises ForbiddenError, NotFoundError, and ClockEventError where the rule knows no such extension.
    """
    require_scope(actor, "work")
    row = find_clock(work.connection, clock_key)
    if row is None:
        raise NotFoundError(f"Expected a clock with the key {clock_key}, but there is none")
    complaint = find_complaint_by_key(work.connection, row.complaint_key)
    assert complaint is not None
    require_given(work.connection, actor, complaint)
    (clock,) = open_clocks(work, [row])
    definition, history = clock.rule.definition, clock.history
    now = history.length(definition)
    rule = next((each for each in definition.extensions if now < length <= each.length), None)
    if rule is None or history.ended is not None:
        reach = max((each.length for each in definition.extensions), default=now)
        raise ClockEventError(
            f"Expected a running clock and an extension to more than {now} and at most {reach} {definition.unit}, "
            f"but got {length}",
            {"length": [f"{now + 1} to {reach}"]},
        )
    asked = Extended(
        id="draft", at=work.now, by=actor.username, length=length, approver="", level=rule.level, reason=reason
    )
    extended = draw_ledger(ClockHistory.of((*history.events, asked)), definition, clock.calendar, now=work.now)
    zone = clock.calendar.zone

    zh = language == "zh"
    text = (ZH if zh else EN).format(
        number=complaint.number,
        received=complaint.received_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        name=definition.name if zh else clock.rule.name_en,
        article=definition.article,
        rule_article=rule.article,
        due=say_deadline(clock.draw(work.now).deadline, zone),
        new_due=say_deadline(extended.deadline, zone),
        length=length,
        unit=definition.unit,
        reason=reason,
        level=LEVELS_ZH[rule.level] if zh else rule.level,
    )
    return ExtensionDraft(text, rule.level, extended.deadline)

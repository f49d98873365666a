"""Lists who may approve that a clock is extended: people whose unit or post gives them the level, or a higher one."""

from __future__ import annotations

from app.domain.clocks import APPROVER_LEVELS
from app.services.check_approver import LEVEL_OF_UNIT, SENIOR_POST
from app.services.unit_of_work import UnitOfWork
from app.storage.units import list_heads
from app.storage.work_load import list_group_members


def list_approvers(work: UnitOfWork, level: str) -> list[str]:
    """Return the names of those accounts; whoever only has people below is not listed, but may still be named."""
    kinds = [kind for kind, held in LEVEL_OF_UNIT.items() if APPROVER_LEVELS[held] >= APPROVER_LEVELS[level]]
    return sorted({*list_group_members(work.connection, SENIOR_POST), *list_heads(work.connection, kinds)})

"""Fills an empty demo installation: a bank's people in their groups, its organisation, and the shipped procedures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.config import LOG_ONLY
from app.domain.notices.channels import Channel
from app.errors import InvalidInputError
from app.services.seed_account import seed_account
from app.services.seed_organisation import seed_organisation
from app.services.shipped_models import deploy_shipped_models
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.accounts import find_any_account, list_colleagues
from app.storage.notices import find_preference, write_preference
from app.storage.types import write_json

SYSTEMS = ("qms", "app", "wechat")
PASSWORD = "redress-demo"  # noqa: S105 - the demo's published password; a production node creates no such account


@dataclass(frozen=True)
class DemoPerson:
    """One person of the demo bank."""

    username: str
    display_name: str
    groups: tuple[str, ...]
    roles: tuple[str, ...] = ("clerk",)


PEOPLE = (
    DemoPerson("lina", "李娜", ("intake", "customer_service", "customer_service_north")),
    DemoPerson("wangwei", "王伟", ("branch_supervisors", "customer_service_supervisors")),
    DemoPerson("zhangmin", "张敏", ("dept_credit_card", "dept_card_risk")),
    DemoPerson(
        "chenjie",
        "陈杰",
        ("dept_retail_credit", "dept_payments", "dept_deposits", "dept_wealth", "dept_private_banking"),
    ),
    DemoPerson("liuyang", "刘洋", ("technical_support", "product_heads", "quality"), ("clerk", "rule_author")),
    DemoPerson(
        "zhaolei", "赵磊", ("risk_compliance", "branch_risk", "dept_legal", "dept_collections"), ("clerk", "compliance")
    ),
    DemoPerson("sunhong", "孙红", ("consumer_protection",), ("clerk", "compliance", "auditor", "rule_approver")),
    DemoPerson("zhouqiang", "周强", ("senior_management",), ("clerk", "auditor")),
    DemoPerson("admin", "系统管理员", (), ("admin",)),
)


def seed_demo(runtime: Runtime) -> None:
    """Make the demo's people and organisation, deploy the shipped procedures; what exists already stays as it is.

    Raises InvalidInputError where others work already: the demo's password is published.
    """
    runtime.perform(_create_people)
    runtime.perform(_name_systems)
    runtime.perform(seed_organisation, PASSWORD)
    runtime.perform(deploy_shipped_models)


def _create_people(work: UnitOfWork) -> None:
    if list_colleagues(work.connection, 1) and all(
        find_any_account(work.connection, person.username) is None for person in PEOPLE
    ):
        raise InvalidInputError(
            "Expected an empty database or a demo's, but it has accounts and none of the demo's. Start it with "
            "--no-demo, or see the demo in a folder of its own: python3 run.py --data FOLDER"
        )
    for person in PEOPLE:
        seed_account(
            work,
            person.username,
            password=PASSWORD,
            display_name=person.display_name,
            roles=person.roles,
            groups=person.groups,
        )


def _name_systems(work: UnitOfWork) -> None:
    """Let what the shipped rules tell other systems be written to the log: the demo bank has no such systems."""
    for system in SYSTEMS:
        who = f"s:{system}"
        if find_preference(work.connection, who) is None:
            addresses = write_json({str(Channel.WEBHOOK): {"url": LOG_ONLY, "secret": ""}})
            sealed = work.runtime.sealer.seal(addresses, f"notice_preference.addresses:{who}")
            nothing: dict[str, Any] = {"channels": [], "language": None, "quiet_from": None, "quiet_to": None}
            write_preference(work.connection, who, {**nothing, "addresses": sealed})

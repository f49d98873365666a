"""The units and posts that the shipped procedures give work to, with their names in both languages.

A group's id is what models and tables write (`candidateGroups`); an institution that draws its own may use others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class GroupName(NamedTuple):
    """A group's name in Chinese and English."""

    zh: str
    en: str


UNIT_KINDS: Mapping[str, GroupName] = {
    "head_office": GroupName("总行", "Head office"),
    "department": GroupName("部门", "Department"),
    "branch": GroupName("分行", "Branch"),
    "sub_branch": GroupName("支行", "Sub-branch"),
}

GROUPS: Mapping[str, GroupName] = {
    "intake": GroupName("受理岗", "Intake"),
    "customer_service": GroupName("客户服务部", "Customer service"),
    "customer_service_north": GroupName("北方客户服务中心", "Customer service, north"),
    "customer_service_supervisors": GroupName("客服主管", "Customer service supervisors"),
    "branch_supervisors": GroupName("分行主管", "Branch supervisors"),
    "branch_risk": GroupName("分行风险管理部", "Branch risk management"),
    "dept_credit_card": GroupName("信用卡部", "Credit cards"),
    "dept_card_risk": GroupName("信用卡风险部", "Card risk"),
    "dept_retail_credit": GroupName("个人信贷部", "Retail credit"),
    "dept_payments": GroupName("支付结算部", "Payments"),
    "dept_deposits": GroupName("个人金融部", "Personal banking"),
    "dept_wealth": GroupName("财富管理部", "Wealth management"),
    "dept_private_banking": GroupName("私人银行部", "Private banking"),
    "dept_collections": GroupName("资产保全部", "Collections"),
    "dept_legal": GroupName("法律事务部", "Legal affairs"),
    "technical_support": GroupName("信息科技部", "Information technology"),
    "product_heads": GroupName("产品部门负责人", "Heads of product"),
    "quality": GroupName("质量管理部", "Quality management"),
    "risk_compliance": GroupName("风险合规部", "Risk and compliance"),
    "consumer_protection": GroupName("消费者权益保护部", "Consumer protection"),
    "senior_management": GroupName("高级管理层", "Senior management"),
}


def group_name(group: str, language: str) -> str:
    """Return a group's name in `language`; its id where it is not one of ours."""
    known = GROUPS.get(group)
    if known is None:
        return group
    return known.zh if language == "zh" else known.en

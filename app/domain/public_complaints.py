"""Complaints as the US Consumer Financial Protection Bureau publishes them, told in the product's own words.

Owns the mapping of the published columns to the answers of the complaint form. What a column does not hold (customer,
amount, channel, tier, region) is generated from the complaint's own number, the same every time. Knows no database.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any
from zlib import crc32

from app.errors import InvalidInputError

COLUMNS = (
    "Complaint ID", "Product", "Sub-product", "Issue", "State", "Date received", "Company response",
    "Timely response?", "Consumer disputed?",
)  # fmt: skip
PRODUCT_LINES = {
    "Mortgage": "mortgage",
    "Credit card": "credit_card",
    "Bank account or service": "debit_card",
    "Consumer loan": "personal_loan",
    "Student loan": "personal_loan",
    "Payday loan": "personal_loan",
    "Money transfers": "payment",
    "Prepaid card": "debit_card",
}
# The first word found in the issue decides; the order matters.
ISSUES = (
    ("unauthorized", "card_fraud"),
    ("fraud", "card_fraud"),
    ("identity theft", "data_privacy"),
    ("credit report", "data_privacy"),
    ("privacy", "data_privacy"),
    ("sharing of info", "data_privacy"),
    ("collect", "debt_collection"),
    ("communication tactics", "debt_collection"),
    ("false statements", "debt_collection"),
    ("threatening", "debt_collection"),
    ("disclosure", "debt_collection"),
    ("advertising", "mis_selling"),
    ("application", "mis_selling"),
    ("fee", "fee_dispute"),
    ("interest", "fee_dispute"),
    ("billing", "fee_dispute"),
    ("charge", "fee_dispute"),
    ("customer service", "service_attitude"),
    ("contact", "service_attitude"),
    ("payment", "transaction"),
    ("deposit", "transaction"),
    ("transaction", "transaction"),
    ("account", "product_function"),
    ("using", "product_function"),
    ("rewards", "product_quality"),
    ("shopping", "enquiry"),
    ("getting", "enquiry"),
)
CHANNELS = (("app", 30), ("phone", 30), ("website", 20), ("wechat", 10), ("branch", 8), ("regulator", 2))
TIERS = (("standard", 85), ("vip", 12), ("private", 3))
REGIONS = ("north", "northeast", "east", "central", "south", "west")
FAMILY_NAMES, GIVEN_NAMES = "王李张刘陈杨黄赵吴周", ("伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "杰")


@dataclass(frozen=True)
class PublicComplaint:
    """One published complaint: answers for the complaint form, and how it really went.

    `relief`: money, other, none or untold; `is_timely`: whether the company answered in time.
    """

    number: str
    received_on: date
    answers: Mapping[str, Any]
    relief: str
    is_timely: bool
    is_disputed: bool
    is_in_progress: bool


def read_public_complaints(lines: Iterable[str]) -> Iterator[PublicComplaint]:
    """Read the published CSV; raises InvalidInputError naming the line that is not as published."""
    rows = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise InvalidInputError(f"Expected the columns {', '.join(COLUMNS)}, but {', '.join(missing)} is not there")
    for row in rows:
        try:
            yield _read(row)
        except ValueError as error:
            raise InvalidInputError(f"Expected line {rows.line_num} to be a complaint, but {error}") from error


def _read(row: Mapping[str, str]) -> PublicComplaint:
    response = row["Company response"]
    return PublicComplaint(
        number=row["Complaint ID"],
        received_on=datetime.strptime(row["Date received"], "%m/%d/%Y").date(),  # noqa: DTZ007 - a date has no zone
        answers=_answers(row),
        relief={"Closed with monetary relief": "money", "Closed with non-monetary relief": "other"}.get(
            response, "none"
        ),
        is_timely=row["Timely response?"] == "Yes",
        is_disputed=row["Consumer disputed?"] == "Yes",
        is_in_progress=response == "In progress",
    )


def _answers(row: Mapping[str, str]) -> dict[str, Any]:
    chance = Random(int(row["Complaint ID"]))  # noqa: S311 - made-up customers, not secrets
    issue, channel = row["Issue"].lower(), _draw(chance, CHANNELS)
    kind = next((kind for word, kind in ISSUES if word in issue), "other")
    line = PRODUCT_LINES.get(row["Product"], "other")
    if kind == "card_fraud" and line not in {"credit_card", "debit_card"}:
        kind = "transaction"
    answers: dict[str, Any] = {
        "customerName": chance.choice(FAMILY_NAMES) + chance.choice(GIVEN_NAMES),
        "customerPhone": f"139{chance.randrange(10**8):08d}",
        "customerTier": _draw(chance, TIERS),
        "channel": channel,
        "complaintType": kind,
        "productLine": line,
        "region": REGIONS[crc32(row["State"].encode()) % len(REGIONS)],
        "urgency": "urgent" if chance.random() < 0.08 else "normal",
        "amount": round(chance.lognormvariate(7.5, 1.6)),
        "description": f"{row['Product']} / {row['Sub-product'] or '-'}: {row['Issue']}",
    }
    if channel == "regulator":
        answers["regulatorNumber"] = f"CFPB {row['Complaint ID']}"
    return answers


def _draw(chance: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]

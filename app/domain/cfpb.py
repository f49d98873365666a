"""Complaints as the CFPB's Consumer Complaint Database publishes them, line by line. Knows no table.

The published record has no customer, amount, channel or closing date. What is taken from elsewhere is named here: the
channel is the regulator's portal, the product line and type follow from the product.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.reject import Reject
from app.errors import InvalidInputError

ZONE = ZoneInfo("America/New_York")
CHANNEL = "regulator"
IN_PROGRESS = "In progress"
OUTCOMES = frozenset(
    {
        IN_PROGRESS,
        "Closed",
        "Closed with explanation",
        "Closed with monetary relief",
        "Closed with non-monetary relief",
        "Closed with relief",
        "Closed without relief",
        "Untimely response",
    }
)
COLUMNS = (
    "Complaint ID",
    "Product",
    "Sub-product",
    "Issue",
    "Sub-issue",
    "State",
    "ZIP code",
    "Date received",
    "Date sent to company",
    "Company response",
    "Timely response?",
    "Consumer disputed?",
)


class PublishedFileError(InvalidInputError):
    """A file is not the published database; the message names what is missing."""


@dataclass(frozen=True, slots=True)
class PublishedComplaint:
    """One published complaint; `received_at` and `sent_at` are the beginning of that day in Washington."""

    line: int
    number: str
    product: str
    sub_product: str
    issue: str
    sub_issue: str
    state: str
    zip_code: str
    received_at: datetime
    sent_at: datetime
    response: str
    timely: bool
    disputed: str


def read_published(text: Iterable[str]) -> Iterator[PublishedComplaint | Reject]:
    """Yield each line of the published CSV as a complaint, or as what is wrong with it.

    Raises PublishedFileError where the first line does not name the published columns.
    """
    rows = csv.DictReader(text)
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise PublishedFileError(f"Expected the published columns, but {', '.join(missing)} is missing")
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Reject(rows.line_num, f"Expected CSV, but {error}")
        else:
            yield _read(row, rows.line_num)


def _read(row: Mapping[str, str | None], line: int) -> PublishedComplaint | Reject:
    given = [(row.get(column) or "").strip() for column in COLUMNS]
    number, product, sub_product, issue, sub_issue, state, zip_code, received, sent, response, timely, disputed = given
    if None in row or row.get(COLUMNS[-1]) is None:
        return Reject(line, f"Expected {len(COLUMNS)} values, but there are more or fewer")
    if not number.isascii() or not number.isdecimal() or len(number) > 20:
        return Reject(line, f"Expected a number as Complaint ID, but got {number[:40]!r}")
    received_at, sent_at = _day(received), _day(sent)
    if received_at is None or sent_at is None:
        wrong = "Date received" if received_at is None else "Date sent to company"
        return Reject(line, f"Expected a day as M/D/YYYY in {wrong}, but got {row.get(wrong)!r}")
    if sent_at < received_at:
        return Reject(line, f"Expected to be sent after it was received, but {sent} is before {received}")
    if response not in OUTCOMES or timely not in ("Yes", "No"):
        return Reject(line, f"Expected a published response, and Yes or No, but got {response!r} and {timely!r}")
    texts = (number, product, sub_product, issue, sub_issue, state, zip_code)
    return PublishedComplaint(line, *texts, received_at, sent_at, response, timely == "Yes", disputed)


def _day(text: str) -> datetime | None:
    month, _, rest = text.partition("/")
    day, _, year = rest.partition("/")
    try:
        return datetime(int(year), int(month), int(day), tzinfo=ZONE)
    except ValueError:
        return None

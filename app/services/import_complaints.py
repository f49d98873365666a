"""Takes published complaints in as records: numbered, classified, with the clocks they ran under, and no process.

Batches of lines, each a transaction, so that memory stays flat and what is taken in stays when the import breaks off.
A complaint is known by its external number: the same file again adds nothing.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.cfpb import CHANNEL, IN_PROGRESS, PublishedComplaint, read_published
from app.domain.clocks import ClockEvent, ClockHistory, Started, Stopped, Superseded, draw_ledger
from app.domain.complaint import ComplaintStatus, complaint_number
from app.domain.reject import Reject
from app.errors import InvalidInputError
from app.services.import_file import ImportCount, import_lines
from app.services.index_fields import indexed_values
from app.services.kept_clocks import event_row, follow_values
from app.services.load_classification import load_shipped_classifications
from app.services.start_clocks import AppliedRule, find_rules
from app.services.stored_calendars import current_calendar
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.classifications import FIRST, ComplaintClassRow, find_latest_scheme, list_codes
from app.storage.clocks import ClockEventRow, ClockRow
from app.storage.complaint_fields import ComplaintFieldRow
from app.storage.complaints import ComplaintEventRow, ComplaintRow, find_external_numbers, take_sequence
from app.storage.writes import Write, insert_rows

BATCH = 500
SCHEME = "cfpb_2015"
PACK = "us_cfpb"
EVENT = "forwarded"
FIRST_RESPONSE = "us_first_response"
FINAL_RESPONSE = "us_final_response"
PRODUCTS = Path(__file__).parents[1] / "data" / "cfpb_products.csv"
IN_TIME = timedelta(days=15)
"""What "timely" means in the published data: a response within 15 days of being sent to the company."""

NOT_PUBLISHED = "CFPB: day not published, only whether in time"
TABLES: dict[str, Write] = {
    row_class.__tablename__: insert_rows(row_class)
    for row_class in (ComplaintRow, ComplaintEventRow, ComplaintFieldRow, ComplaintClassRow, ClockRow, ClockEventRow)
}


def import_complaints(
    runtime: Runtime,
    actor: Actor,
    path: Path,
    *,
    on_progress: Callable[[ImportCount], None] = lambda _: None,
    on_reject: Callable[[Reject], None] = lambda _: None,
) -> ImportCount:
    """Import a CSV of the CFPB's published database, plain or `.gz`, and return what became of its lines.

    Raises ForbiddenError, NotFoundError for no such file, PublishedFileError for another kind of file.
    """
    require_scope(actor, "operate")
    runtime.perform(load_shipped_classifications)
    records = _Records(actor, path.name)

    def take(complaints: Sequence[PublishedComplaint]) -> tuple[int, Sequence[Reject]]:
        return runtime.perform(records.add, complaints) if complaints else (0, ())

    return import_lines(path, read_published, take, BATCH, on_progress=on_progress, on_reject=on_reject)


class _Records:
    """Makes rows of published complaints; what depends on few values (rules, deadlines, codes) is worked out once."""

    def __init__(self, actor: Actor, file: str) -> None:
        self._actor = actor
        self._file = file
        with PRODUCTS.open(encoding="utf-8", newline="") as lines:
            self._lines = {
                row["product"]: (row["product_line"], row["complaint_type"]) for row in csv.DictReader(lines)
            }
        self._rules: dict[tuple[str, str], list[AppliedRule]] = {}
        self._ends: dict[tuple[Any, ...], tuple[ClockHistory, dict[str, Any], int]] = {}
        self._scheme: tuple[int, dict[tuple[str, str, str], str]] | None = None

    def add(self, work: UnitOfWork, complaints: Sequence[PublishedComplaint]) -> tuple[int, list[Reject]]:
        """Add those that are new in one transaction; returns how many, and those that cannot be classified."""
        # Run again after a deadlock, it starts from nothing: only what the database does not decide is kept between.
        zone = work.runtime.zone
        years = Counter(one.received_at.astimezone(zone).year for one in complaints)
        for year in sorted(years):
            take_sequence(work.connection, year, 0)  # two imports of one file at once wait here for each other
        known = find_external_numbers(work.connection, [_external(one) for one in complaints])
        rejects: list[Reject] = []
        new: dict[str, tuple[PublishedComplaint, dict[str, str]]] = {}
        for one in complaints:
            if _external(one) in known or _external(one) in new:
                continue
            try:
                new[_external(one)] = one, self._classes(work, one)
            except InvalidInputError as error:
                rejects.append(Reject(one.line, str(error)))
        self._write(work, list(new.values()))
        return len(new), rejects

    def _write(self, work: UnitOfWork, new: Sequence[tuple[PublishedComplaint, dict[str, str]]]) -> None:
        zone = work.runtime.zone
        needed = Counter(one.received_at.astimezone(zone).year for one, _ in new)
        following = {year: take_sequence(work.connection, year, count) - count for year, count in needed.items()}
        rows: dict[str, list[Sequence[Any]]] = {table: [] for table in TABLES}

        def put(table: str, row: dict[str, Any]) -> None:
            rows[table].append([row.get(column) for column in TABLES[table].columns])

        for one, classes in new:
            year = one.received_at.astimezone(zone).year
            following[year] += 1
            self._put(work, one, classes, complaint_number(year, following[year]), put)
        for table, write in TABLES.items():
            work.writes.add(write, *rows[table])

    def _put(
        self,
        work: UnitOfWork,
        one: PublishedComplaint,
        classes: dict[str, str],
        number: str,
        put: Callable[[str, dict[str, Any]], None],
    ) -> None:
        key = work.next_key()
        answers = self._answers(one)
        clocks = [self._clock(work, key, one, rule) for rule in self._applied(work, answers)]
        ended_at = max((clock["ended_at"] for clock, _ in clocks), default=one.sent_at)
        common = {"recorded_at": work.now, "recorded_by": self._actor.username, "currency": "USD", "process_id": ""}
        said = {"channel": CHANNEL, "type": answers["complaintType"], "product_line": answers["productLine"]}
        stands = {"status": str(ComplaintStatus.ARCHIVED), "ended_at": ended_at, "received_at": one.received_at}
        identity = {"key": key, "number": number, "external_number": _external(one), "data": answers}
        put(ComplaintRow.__tablename__, {**common, **said, **stands, **identity})
        line = {"key": work.next_key(), "complaint_key": key, "at": work.now, "actor": self._actor.username}
        put(ComplaintEventRow.__tablename__, {**line, "kind": "imported", "details": {"file": self._file}})
        for name, value in indexed_values(work.runtime.sealer, answers):
            put(ComplaintFieldRow.__tablename__, {"complaint_key": key, "name": name, "value": value})
        assert self._scheme is not None
        given = {"complaint_key": key, "scheme_key": self._scheme[0], "stage": FIRST, "at": one.received_at}
        for facet, code in classes.items():
            row = {**given, "facet": facet, "code": code, "actor": self._actor.username}
            put(ComplaintClassRow.__tablename__, row)
        for clock, events in clocks:
            put(ClockRow.__tablename__, clock)
            for event in events:
                put(ClockEventRow.__tablename__, event_row(work, self._actor, clock["key"], event))

    def _answers(self, one: PublishedComplaint) -> dict[str, Any]:
        line, kind = self._lines.get(one.product, ("other", "other"))
        return {
            "channel": CHANNEL,
            "productLine": line,
            "complaintType": kind,
            "state": one.state,
            "zipCode": one.zip_code,
            "companyResponse": one.response,
            "timelyResponse": one.timely,
            "consumerDisputed": one.disputed,
            "sentToCompanyOn": one.sent_at.date().isoformat(),
        }

    def _applied(self, work: UnitOfWork, answers: dict[str, Any]) -> list[AppliedRule]:
        asked = (answers["productLine"], answers["complaintType"])
        if asked not in self._rules:
            few = {name: answers[name] for name in ("channel", "productLine", "complaintType")}
            rules, problems = find_rules(work, few, EVENT, (PACK,))
            if problems:
                raise InvalidInputError(f"Expected the clocks of the pack {PACK}, but {'; '.join(problems)}")
            self._rules[asked] = rules
        return self._rules[asked]

    def _clock(
        self, work: UnitOfWork, key: int, one: PublishedComplaint, applied: AppliedRule
    ) -> tuple[dict[str, Any], tuple[ClockEvent, ...]]:
        rule = applied.rule
        how = (rule.definition.id, one.sent_at, one.timely, one.response == IN_PROGRESS)
        if how not in self._ends:
            calendar = current_calendar(work, rule.definition.calendar)
            started = Started(id="start", at=one.sent_at, by=self._actor.username)
            draw = partial(draw_ledger, definition=rule.definition, calendar=calendar, now=work.now)
            deadline = draw(ClockHistory((started,))).deadline
            end = _end(one, rule.definition.id, deadline - one.sent_at, self._actor.username)
            history = ClockHistory((started, end))
            self._ends[how] = history, follow_values(rule, history, draw(history), None, work.now), calendar.version
        history, follows, version = self._ends[how]
        row = {
            "key": work.next_key(),
            "complaint_key": key,
            "clock_id": rule.definition.id,
            "event": EVENT,
            "party": rule.party,
            "unit": str(rule.definition.unit),
            "definition": applied.definition,
            "calendar_name": rule.definition.calendar,
            "calendar_version": version,
            "started_at": one.sent_at,
            **follows,
        }
        return row, history.events

    def _classes(self, work: UnitOfWork, one: PublishedComplaint) -> dict[str, str]:
        if self._scheme is None:
            scheme = find_latest_scheme(work.connection, SCHEME)
            assert scheme is not None, "the shipped schemes were loaded before"
            codes = list_codes(work.connection, scheme.key)
            self._scheme = scheme.key, {(row.facet, row.parent, row.name_en): row.code for row in codes}
        _, known = self._scheme
        classes: dict[str, str] = {}
        for facet, names in (("product", (one.product, one.sub_product)), ("issue", (one.issue, one.sub_issue))):
            above = ""
            for name in filter(None, names):
                code = known.get((facet, above, name))
                if code is None:
                    raise InvalidInputError(
                        f"Expected a {facet} of {SCHEME}, but got {name!r} under {above or 'none'!r}"
                    )
                classes[facet] = above = code
        return classes


def _external(one: PublishedComplaint) -> str:
    return f"CFPB-{one.number}"


def _end(one: PublishedComplaint, clock: str, length: timedelta, by: str) -> ClockEvent:
    """Return what ended a clock, as far as it is published: the last instant that agrees, or that nothing is known."""
    sent_at = one.sent_at.astimezone(UTC)
    if clock == FIRST_RESPONSE:
        late = timedelta() if one.timely else timedelta(days=1)
        return Stopped(id="stop", at=sent_at + length + late, by=by, document=NOT_PUBLISHED)
    if clock == FINAL_RESPONSE and one.timely and one.response != IN_PROGRESS:
        return Stopped(id="stop", at=sent_at + min(length, IN_TIME), by=by, document=NOT_PUBLISHED)
    reason = "taken into the archive; how it ended is not published"
    return Superseded(id="archive", at=one.sent_at, by=by, successor="archive", reason=reason)

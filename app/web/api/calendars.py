"""Calendars and classification schemes: what there is, and new versions of them."""

from __future__ import annotations

from typing import Any

from app.domain.access import require_scope
from app.services.apply_calendar import apply_calendar
from app.services.create_calendar import NewCalendar, create_calendar
from app.services.load_classification import load_classification
from app.services.preview_calendar import CalendarChange, CalendarPreview, preview_calendar
from app.storage.calendars import list_latest_calendars
from app.storage.classifications import list_schemes
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("calendars", "Calendars, classification schemes, and their versions")

CALENDAR = wire.result(
    "Calendar",
    {
        "name": wire.text(),
        "version": wire.whole(),
        "zone": wire.text(),
        "officialYears": wire.many(wire.whole()),
        "source": wire.text(),
        "effectiveAt": wire.instant(),
    },
)
CHANGE_MEMBERS: wire.Names = {
    "file": wire.text(required=True, shortest=5, longest=200),
    "text": wire.text(required=True, shortest=1, longest=1_000_000),
    "officialYears": wire.many(wire.whole(least=1900, most=2200)),
}
CHANGE = wire.shape("CalendarChange", CHANGE_MEMBERS)
APPLY = wire.shape("CalendarVersionWish", {**CHANGE_MEMBERS, "baseVersion": wire.whole(required=True, least=1)})
NEW = wire.shape(
    "NewCalendar",
    {
        "name": wire.text(required=True, shortest=1, longest=40),
        "basedOn": wire.text(required=True, shortest=1, longest=40),
        "hours": wire.many(wire.many(wire.text(longest=8)), required=True),
    },
)
MOVED = wire.result(
    "MovedDeadline",
    {
        "complaint": wire.text(),
        "clockKey": wire.key(),
        "clock": wire.text(),
        "old": wire.instant(),
        "new": wire.instant(),
    },
)
PREVIEW = wire.result(
    "CalendarPreview",
    {
        "baseVersion": wire.whole(),
        "days": wire.many(wire.text()),
        "openClocks": wire.whole(),
        "movedCount": wire.whole(),
        "moved": wire.many(MOVED),
    },
)
VERSION = wire.result("StoredVersion", {"name": wire.text(), "version": wire.whole()})
SCHEME = wire.result(
    "ClassificationScheme",
    {"name": wire.text(), "version": wire.whole(), "source": wire.text(), "loadedAt": wire.instant()},
)
SCHEME_TEXT = wire.shape(
    "ClassificationText",
    {
        "file": wire.text(required=True, shortest=1, longest=200),
        "text": wire.text(required=True, shortest=1, longest=2_000_000),
    },
)


@blueprint.operation("GET", "/calendars", CALENDAR, many=True)
def calendars() -> list[dict[str, Any]]:
    """List the latest version of every calendar; a year that is not official is counted provisionally."""
    require_scope(asking(), "work")
    with runtime().reading() as connection:
        rows = list_latest_calendars(connection)
    return [
        {
            "name": row.name,
            "version": row.version,
            "zone": row.zone,
            "officialYears": row.official_years,
            "source": row.source,
            "effectiveAt": row.effective_at,
        }
        for row in rows
    ]


@blueprint.operation("POST", "/calendars", VERSION, status=201, body=NEW)
def create(body: dict[str, Any]) -> dict[str, Any]:
    """Make a calendar for an institution or unit: the days of `basedOn`, with working hours of its own."""
    wanted = NewCalendar(body["name"], body["basedOn"], body["hours"])
    runtime().perform(create_calendar, asking(), wanted)
    return {"name": body["name"], "version": 1}


@blueprint.operation("POST", "/calendars/<string:name>/preview", PREVIEW, body=CHANGE)
def preview(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Show what new days would change on the deadlines of open clocks; nothing is changed."""
    return _preview(runtime().perform(preview_calendar, asking(), _change(body, name)))


@blueprint.operation("POST", "/calendars/<string:name>/versions", VERSION, status=201, body=APPLY)
def apply(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Make new days the calendar's next version, after a preview on `baseVersion`; open clocks follow soon after."""
    version = runtime().perform(apply_calendar, asking(), _change(body, name), body["baseVersion"])
    return {"name": name, "version": version}


@blueprint.operation("GET", "/classifications", SCHEME, many=True)
def classifications() -> list[dict[str, Any]]:
    """List every version of every classification scheme."""
    require_scope(asking(), "work")
    with runtime().reading() as connection:
        rows = list_schemes(connection)
    return [{"name": row.name, "version": row.version, "source": row.source, "loadedAt": row.loaded_at} for row in rows]


@blueprint.operation("POST", "/classifications/<string:name>", VERSION, body=SCHEME_TEXT)
def load(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Load a scheme from CSV (facet, code, parent, name_zh, name_en); a changed text is its next version."""
    version = runtime().perform(load_classification, asking(), name, body["text"], file=body["file"])
    return {"name": name, "version": version}


def _change(body: dict[str, Any], name: str) -> CalendarChange:
    return CalendarChange(name, body["text"], body["file"], body.get("officialYears", []))


def _preview(shown: CalendarPreview) -> dict[str, Any]:
    return {
        "baseVersion": shown.base_version,
        "days": [day.isoformat() for day, _ in shown.days],
        "openClocks": shown.open_clocks,
        "movedCount": shown.moved_count,
        "moved": [
            {
                "complaint": each.complaint,
                "clockKey": each.clock_key,
                "clock": each.clock,
                "old": each.old,
                "new": each.new,
            }
            for each in shown.moved
        ],
    }

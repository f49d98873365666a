"""The words of the pages about people and accounts: roles, kinds of units, browsers, days of an absence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_datetime, gettext
from flask_babel import lazy_gettext as _

from app.domain.organisation import UNIT_KINDS
from app.web.pages.blueprint import language, pages

ROLE_NAMES: Mapping[str, object] = {
    "admin": _("all duties (demo)"),
    "system_admin": _("system administrator"),
    "security_admin": _("security administrator"),
    "audit_admin": _("audit administrator"),
    "operator": _("operator"),
    "clerk": _("clerk"),
    "compliance": _("compliance"),
    "relationship_manager": _("relationship manager"),
    "rule_author": _("author of rules"),
    "rule_approver": _("approver of rules"),
    "auditor": _("auditor"),
    "worker": _("program"),
}
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@pages.app_context_processor
def identity_words() -> dict[str, Any]:
    """Give the templates these words."""
    return {
        "role_name": lambda role: ROLE_NAMES.get(role, role),
        "unit_kind_name": _unit_kind_name,
        "browser_name": _browser_name,
        "person_name": _person_name,
        "day": _day,
        "last_day": lambda at: _day(at - timedelta(microseconds=1)),
    }


def _unit_kind_name(kind: str) -> str:
    known = UNIT_KINDS.get(kind)
    if known is None:
        return kind
    return known.zh if language() == "zh" else known.en


def _browser_name(agent: str) -> str:
    """Tell a browser and its system from what it says of itself."""
    browser = next((name for mark, name in BROWSERS if mark in agent), None)
    system = next((name for mark, name in SYSTEMS if mark in agent), None)
    known = " · ".join(name for name in (browser, system) if name)
    return known or re.sub(r"[^\x20-\x7e]", "", agent)[:40] or gettext("unknown browser")


def _person_name(username: str, people: Iterable[Any]) -> str:
    return next((str(one.display_name) for one in people if one.username == username), username)


def _day(at: datetime) -> str:
    return str(format_datetime(at, "yyyy-MM-dd"))

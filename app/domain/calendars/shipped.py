"""The calendars that come with the product, each as its first version.

China's is in `china.py`. The others are files in `app/data/calendars`, made with the package holidays 0.109 (MIT):

- `gb`: bank holidays in England (Banking and Financial Dealings Act 1971; published on gov.uk/bank-holidays),
- `eu`: the closing days of the TARGET system (ECB decision on its long-term calendar),
- `us`: federal holidays (5 U.S.C. § 6103), with the days on which they are observed.

A year that nobody has announced yet is provisional, and counted as its file has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from app.domain.calendars.calendar import Calendar
from app.domain.calendars.china import china_calendar
from app.domain.calendars.reading import read_special_days

FOLDER = Path(__file__).parents[2] / "data" / "calendars"
ZONES = {"gb": "Europe/London", "eu": "Europe/Brussels", "us": "America/New_York"}
OFFICIAL_UNTIL = {"gb": 2027, "eu": 2030, "us": 2030}
"""Bank holidays are announced some two years ahead; the other two follow from rules in force."""


@cache
def _filed(name: str) -> Calendar:
    file = f"{name}.csv"
    days = read_special_days((FOLDER / file).read_text(encoding="utf-8"), file=file)
    official = frozenset(special.day.year for special in days if special.day.year <= OFFICIAL_UNTIL[name])
    return Calendar(name, 1, ZoneInfo(ZONES[name]), days, official)


SHIPPED: Mapping[str, Callable[[], Calendar]] = {
    "cn": china_calendar,
    **{name: partial(_filed, name) for name in ZONES},
}


def shipped_calendar(name: str) -> Calendar | None:
    """Return version 1 of a shipped calendar, or None where there is none of that name."""
    make = SHIPPED.get(name)
    return None if make is None else make()

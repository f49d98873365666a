"""Where a replay's complaints come from, and the scratch installation it runs on.

The file is the published one beside the checkout (`../shared/data`), else the small sample that comes with the product.
"""

from __future__ import annotations

import csv
import gzip
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.clock import PinnedClock
from app.config import Settings
from app.domain.public_complaints import PublicComplaint, read_public_complaints
from app.errors import InvalidInputError
from app.services.moved_time import KeptKeys
from app.services.open_runtime import open_runtime
from app.services.replay_complaints import Replay, ReplayCounts
from app.services.shipped_models import ROOT, deploy_shipped_models
from app.storage.schema import upgrade_schema

PUBLISHED = ROOT.parent / "shared" / "data" / "cfpb_complaints_2015.csv.gz"
SAMPLE = Path(__file__).parent / "samples" / "complaints.csv"
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


def read_replay_file(path: Path | None, limit: int | None) -> list[PublicComplaint]:
    """Return up to `limit` complaints, spread evenly over the file. Raises InvalidInputError."""
    if limit is not None and limit < 1:
        raise InvalidInputError(f"Expected --limit to be 1 or more, but got {limit}")
    path = path or (PUBLISHED if PUBLISHED.is_file() else SAMPLE)
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            found = list(read_public_complaints(lines))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise InvalidInputError(f"Expected a readable CSV file {path}, but it cannot be read: {why}") from error
    if limit is None or limit >= len(found):
        return found
    return [found[index * len(found) // limit] for index in range(limit)]


def replay_in_scratch(complaints: Sequence[PublicComplaint], *, say: Callable[[int, int], None]) -> ReplayCounts:
    """Replay on a database of its own that is gone afterwards, so that nobody's data is touched."""
    with tempfile.TemporaryDirectory(prefix="redress-replay-") as folder:
        clock, nudges = PinnedClock(BEFORE_ALL), KeptKeys()
        settings = Settings(f"sqlite:///{folder}/replay.sqlite3", None, "replay" * 8, data_dir=Path(folder))
        runtime = open_runtime(settings, clock=clock, nudges=nudges)
        try:
            upgrade_schema(runtime.engine)
            runtime.perform(deploy_shipped_models)
            return Replay(runtime, clock, nudges, complaints).run(say)
        finally:
            runtime.engine.dispose()

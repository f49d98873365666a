"""A process under load, to be killed: starts instances and completes tasks, and notes what was acknowledged.

Run as `python -m tests.faults.load NOTES`; settings come from the environment. A line is written, and on disk, only
after the command has returned. What fails because a part is down is tried again later by looking at what is open.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.config import read_settings
from app.errors import RedressError
from app.services.complete_user_task import complete_user_task
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.open_runtime import open_runtime
from app.storage.user_tasks import UserTaskRow
from tests.desk import BOSS

BATCH = 5


def main() -> None:
    runtime = open_runtime(read_settings(os.environ))
    with Path(sys.argv[1]).open("a", encoding="ascii", buffering=1) as notes:

        def note(line: str) -> None:
            notes.write(line + "\n")
            os.fsync(notes.fileno())

        while True:
            try:
                for _ in range(BATCH):
                    created = runtime.perform(create_process_instance, BOSS, StartPlan(process_id="p"), {"n": 1})
                    note(f"start {created.key}")
                with runtime.reading() as connection:
                    open_tasks = select(UserTaskRow.key).where(UserTaskRow.ended_at.is_(None)).order_by(UserTaskRow.key)
                    keys = connection.execute(open_tasks.limit(3 * BATCH)).scalars().all()
                for key in keys:
                    runtime.perform(complete_user_task, BOSS, key, {f"done{key}": True})
                    note(f"complete {key}")
            except (RedressError, SQLAlchemyError):
                time.sleep(0.1)


if __name__ == "__main__":
    main()

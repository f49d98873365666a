"""What the commands of the command line do: each calls a use case and shows how far long work has come."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from getpass import getpass

from app.config import DATABASE_FILE, read_settings
from app.domain.actor import SYSTEM
from app.domain.reject import Reject
from app.errors import InvalidInputError
from app.jobs import NoQueue
from app.local_node import NodeOptions, node_environment, run_node
from app.node_parts import PARTS
from app.services.create_account import create_account
from app.services.grant_rights import check_duties
from app.services.import_complaints import import_complaints
from app.services.import_customers import import_customers
from app.services.import_file import ImportCount
from app.services.index_stored_complaints import index_stored_complaints
from app.services.load_classification import load_shipped_classifications
from app.services.match_older_complaints import MatchCount, match_older_complaints
from app.services.open_runtime import open_runtime
from app.services.record_audit import record_audit
from app.services.replay_file import read_replay_file, replay_in_scratch
from app.services.seed_demo import PASSWORD, PEOPLE, seed_demo
from app.services.stored_calendars import seed_calendars
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.database import open_engine
from app.storage.schema import upgrade_schema

BAR_WIDTH = 40
RECUSALS_KEPT = "0017"
"""The migration since which it is kept from whom a complaint is hidden; `index` works it out for those of before."""


def serve(options: argparse.Namespace) -> int:
    """Run everything on this machine until it is stopped."""
    node = NodeOptions(options.host, options.port, options.data, options.web_workers, not options.no_demo)
    return run_node(node, os.environ, PARTS, prepare=_prepare_node, say=_say, welcome=_welcome(node))


def _welcome(node: NodeOptions) -> str:
    lines = [f"Redress is ready: http://{node.host}:{node.port}   (Ctrl-C stops it)"]
    if node.demo:
        lines += [f"    {person.username:<10} {person.display_name}" for person in PEOPLE]
        lines.append(f"    each with the password {PASSWORD}")
    return "\n".join(lines)


def _prepare_node(environment: Mapping[str, str]) -> None:
    _bring_up_to_date(environment)
    settings = read_settings(environment)
    if settings.mode == "demo":
        runtime = open_runtime(settings)
        seed_demo(runtime)
        runtime.engine.dispose()


def _bring_up_to_date(environment: Mapping[str, str]) -> None:
    settings = read_settings(environment)
    engine = open_engine(settings.database_url)
    before = upgrade_schema(engine)
    engine.dispose()
    if before is not None and before < RECUSALS_KEPT:
        _say(
            "Upgraded from before complaints were hidden from whom they are about. Run `python3 run.py index` once: "
            "complaints of before stay visible to them until then"
        )
    runtime = open_runtime(settings)
    runtime.perform(seed_calendars)
    runtime.perform(load_shipped_classifications)
    runtime.engine.dispose()


def _check_is_there(options: argparse.Namespace) -> None:
    """Refuse a folder that holds no installation: a mistyped one would be told that all is done."""
    if not (options.data / DATABASE_FILE).exists() and not os.environ.get("DATABASE_URL"):
        raise InvalidInputError(
            f"Expected the folder of an installation at {options.data.resolve()}, but it holds no {DATABASE_FILE}. "
            "Name the right one with --data"
        )


@contextmanager
def _installation(options: argparse.Namespace) -> Iterator[Runtime]:
    """Open the installation in `options.data`, its database brought up to date; the queue is left alone."""
    environment = node_environment(NodeOptions(data_dir=options.data, demo=False), os.environ)
    _bring_up_to_date(environment)
    runtime = open_runtime(read_settings(environment), nudges=NoQueue())
    try:
        yield runtime
    finally:
        runtime.engine.dispose()


def replay(options: argparse.Namespace) -> int:
    """File complaints through the whole procedure in a database of its own."""
    complaints = read_replay_file(options.file, options.limit)
    counts = replay_in_scratch(complaints, say=_progress)
    for name, value in asdict(counts).items():
        print(f"{name}: {value}")
    return 0 if counts.incidents == 0 else 1


def _progress(done: int, total: int) -> None:
    if done % 25 == 0 or done == total:
        print(f"[redress] {done} of {total} complaints filed", file=sys.stderr, flush=True)


def take_in_complaints(options: argparse.Namespace) -> int:
    """Import complaints as a regulator publishes them."""
    return _take_in(options, import_complaints)


def take_in_customers(options: argparse.Namespace) -> int:
    """Import customers as another system lists them."""
    return _take_in(options, import_customers)


def _take_in(options: argparse.Namespace, use_case: Callable[..., ImportCount]) -> int:
    show = _draw_bar if sys.stderr.isatty() else _draw_nothing
    with _installation(options) as runtime:
        count = use_case(runtime, SYSTEM, options.file, on_progress=show, on_reject=_show_reject)
    rate = count.read / count.seconds if count.seconds else 0.0
    print(
        f"{count.read} lines: {count.added} added, {count.known} known before, {count.rejected} rejected; "
        f"{count.seconds:.1f} s, {rate:.0f} lines a second"
    )
    return 0 if count.rejected == 0 else 1


def _draw_bar(count: ImportCount) -> None:
    done = round(count.fraction * BAR_WIDTH)
    bar = "#" * done + "." * (BAR_WIDTH - done)
    end = "\n" if count.fraction >= 1 else ""
    print(f"\r[{bar}] {count.fraction:4.0%} {count.read} lines", end=end, file=sys.stderr, flush=True)


def _draw_nothing(_: ImportCount) -> None:
    """No bar where nobody watches."""


def _show_reject(reject: Reject) -> None:
    print(f"line {reject.line}: {reject.reason}", file=sys.stderr)


def add_account(options: argparse.Namespace) -> int:
    """Make an account, the schema first."""
    with _installation(options) as runtime:
        password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        if sys.stdin.isatty() and getpass("The same again: ") != password:
            raise InvalidInputError("Expected the same password twice, but they differ")
        runtime.perform(_make_account, options, password)
    _say(f"{options.username} may sign in now")
    return 0


def _make_account(work: UnitOfWork, options: argparse.Namespace, password: str) -> None:
    check_duties(work, options.role)
    create_account(work, options.username, display_name=options.name, password=password, roles=options.role)
    details = {"account": options.username, "roles": sorted(options.role), "by": "command line"}
    record_audit(work, SYSTEM, "CREATE", "USER", 0, details=details)


def index(options: argparse.Namespace) -> int:
    """Make stored complaints findable."""
    _check_is_there(options)
    with _installation(options) as runtime:
        count = index_stored_complaints(runtime, lambda done: _say(f"{done:,} complaints indexed"))
    _say(f"Done: {count:,} complaints can be found by their words")
    return 0


def match_customers(options: argparse.Namespace) -> int:
    """Match stored complaints with customers."""
    _check_is_there(options)
    with _installation(options) as runtime:
        count = match_older_complaints(runtime, _show_match)
    _say(f"Done: {count.matched:,} complaints have their customer now, {count.seen - count.matched:,} name nobody")
    return 0


def _show_match(count: MatchCount) -> None:
    _say(f"{count.seen:,} of {count.total:,} complaints looked at")


def migrate(_: argparse.Namespace) -> int:
    """Bring the database up to date."""
    _bring_up_to_date(os.environ)
    return 0


def _say(text: str) -> None:
    print(f"[redress] {text}", flush=True)

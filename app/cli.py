"""The command line: `python -m app.cli COMMAND`, usually by way of `run.py`.

Owns arguments and what a person sees of long work; every command calls a use case.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from getpass import getpass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.config import read_settings
from app.domain.access import ROLES
from app.domain.actor import SYSTEM
from app.domain.reject import Reject
from app.errors import InvalidInputError, RedressError
from app.jobs import NoQueue
from app.local_node import NodeOptions, node_environment, run_node
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
from app.services.unit_of_work import UnitOfWork
from app.storage.database import open_engine
from app.storage.schema import upgrade_schema

BAR_WIDTH = 40


def main(arguments: list[str]) -> int:
    """Run one command; return the exit code. A failure the product raises on purpose is one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except RedressError as error:
        print(f"[redress] {error}", file=sys.stderr)
        return 1
    except OperationalError as error:
        print(f"[redress] Expected the database to answer, but it does not: {error.orig}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 run.py", description="Complaint handling")
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="run everything on this machine")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    serve.add_argument(
        "--data", type=Path, default=Path("var"), help="folder for database, queue and files (default: var)"
    )
    serve.add_argument("--web-workers", type=int, default=2, help="web server processes (default: %(default)s)")
    serve.add_argument(
        "--no-demo", action="store_true", help="without demo data, and with a clock that cannot be moved"
    )
    serve.set_defaults(run=_serve)
    replay = commands.add_parser("demo-replay", help="file real complaints through the whole procedure, time moving")
    replay.add_argument("--limit", type=int, default=None, help="how many, spread evenly (default: all)")
    replay.add_argument("--file", type=Path, default=None, help="a CSV as the CFPB publishes it, plain or .gz")
    replay.set_defaults(run=_replay)
    take_in = commands.add_parser("import", help="take published complaints in as records, without a process")
    take_in.add_argument("file", type=Path, help="a CSV as the CFPB publishes it, plain or .gz")
    take_in.add_argument(
        "--data", type=Path, default=Path("var"), help="folder of the installation, as for serve (default: var)"
    )
    take_in.set_defaults(run=_import, use_case=import_complaints)
    people = commands.add_parser("import-customers", help="take customers in from another system's CSV")
    people.add_argument("file", type=Path, help="a CSV as docs/customers.md describes it, plain or .gz")
    people.add_argument("--data", type=Path, default=Path("var"), help="folder of the installation (default: var)")
    people.set_defaults(run=_import, use_case=import_customers)
    account = commands.add_parser("add-account", help="make an account with a role, such as the first administrators")
    account.add_argument("username", help="the name to sign in with; the password is asked for, or read from a pipe")
    account.add_argument("--name", required=True, help="the person's name, as others see it")
    account.add_argument(
        "--role", action="append", required=True, choices=sorted(ROLES), help="may be given repeatedly"
    )
    account.add_argument(
        "--data", type=Path, default=Path("var"), help="folder of the installation, as for serve (default: var)"
    )
    account.set_defaults(run=_add_account)
    index = commands.add_parser("index", help="make imported and older complaints findable by their words")
    index.add_argument(
        "--data", type=Path, default=Path("var"), help="folder of the installation, as for serve (default: var)"
    )
    index.set_defaults(run=_index)
    match = commands.add_parser("match-customers", help="give complaints of before there were customers theirs")
    match.add_argument("--data", type=Path, default=Path("var"), help="folder of the installation (default: var)")
    match.set_defaults(run=_match)
    migrate = commands.add_parser("migrate", help="bring the database of DATABASE_URL up to date")
    migrate.set_defaults(run=_migrate)
    return parser


def _serve(options: argparse.Namespace) -> int:
    node = NodeOptions(options.host, options.port, options.data, options.web_workers, not options.no_demo)
    from app.node_parts import PARTS  # the web server's imports: no other command needs them

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
    upgrade_schema(engine)
    engine.dispose()
    runtime = open_runtime(settings)
    runtime.perform(seed_calendars)
    runtime.perform(load_shipped_classifications)
    runtime.engine.dispose()


def _replay(options: argparse.Namespace) -> int:
    complaints = read_replay_file(options.file, options.limit)
    counts = replay_in_scratch(complaints, say=_progress)
    for name, value in asdict(counts).items():
        print(f"{name}: {value}")
    return 0 if counts.incidents == 0 else 1


def _progress(done: int, total: int) -> None:
    if done % 25 == 0 or done == total:
        print(f"[redress] {done} of {total} complaints filed", file=sys.stderr, flush=True)


def _import(options: argparse.Namespace) -> int:
    environment = node_environment(NodeOptions(data_dir=options.data), os.environ)
    _prepare_node(environment)
    runtime = open_runtime(read_settings(environment), nudges=NoQueue())
    show = _draw_bar if sys.stderr.isatty() else _draw_nothing
    count = options.use_case(runtime, SYSTEM, options.file, on_progress=show, on_reject=_show_reject)
    runtime.engine.dispose()
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


def _add_account(options: argparse.Namespace) -> int:
    node = NodeOptions(data_dir=options.data, demo=False)
    settings = read_settings(node_environment(node, os.environ))
    password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if sys.stdin.isatty() and getpass("The same again: ") != password:
        raise InvalidInputError("Expected the same password twice, but they differ")
    _bring_up_to_date(node_environment(node, os.environ))
    runtime = open_runtime(settings, nudges=NoQueue())
    runtime.perform(_make_account, options, password)
    runtime.engine.dispose()
    _say(f"{options.username} may sign in now")
    return 0


def _make_account(work: UnitOfWork, options: argparse.Namespace, password: str) -> None:
    check_duties(work, options.role)
    create_account(work, options.username, display_name=options.name, password=password, roles=options.role)
    details = {"account": options.username, "roles": sorted(options.role), "by": "command line"}
    record_audit(work, SYSTEM, "CREATE", "USER", 0, details=details)


def _index(options: argparse.Namespace) -> int:
    environment = node_environment(NodeOptions(data_dir=options.data, demo=False), os.environ)
    _bring_up_to_date(environment)
    runtime = open_runtime(read_settings(environment), nudges=NoQueue())
    count = index_stored_complaints(runtime, lambda done: _say(f"{done:,} complaints indexed"))
    runtime.engine.dispose()
    _say(f"Done: {count:,} complaints can be found by their words")
    return 0


def _match(options: argparse.Namespace) -> int:
    environment = node_environment(NodeOptions(data_dir=options.data, demo=False), os.environ)
    _bring_up_to_date(environment)
    runtime = open_runtime(read_settings(environment), nudges=NoQueue())
    count = match_older_complaints(runtime, _show_match)
    runtime.engine.dispose()
    _say(f"Done: {count.matched:,} complaints have their customer now, {count.seen - count.matched:,} name nobody")
    return 0


def _show_match(count: MatchCount) -> None:
    _say(f"{count.seen:,} of {count.total:,} complaints looked at")


def _migrate(_: argparse.Namespace) -> int:
    _bring_up_to_date(os.environ)
    return 0


def _say(text: str) -> None:
    print(f"[redress] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

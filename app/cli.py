"""The command line: `python -m app.cli COMMAND`, usually by way of `run.py`.

Owns the arguments; `app.commands` does what they ask for, and is imported once they are known to be right.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.domain.access import ROLES
from app.errors import RedressError
from app.importing import importing


def main(arguments: list[str]) -> int:
    """Run one command; return the exit code. A failure the product raises on purpose is one sentence on stderr."""
    options = _parser().parse_args(arguments)
    with importing():
        from sqlalchemy.exc import OperationalError

        from app import commands
    try:
        return int(getattr(commands, options.run)(options))
    except RedressError as error:
        print(f"[redress] {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("[redress] stopped before the end", file=sys.stderr)
        return 130
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
    serve.set_defaults(run="serve")
    replay = commands.add_parser("demo-replay", help="file real complaints through the whole procedure, time moving")
    replay.add_argument("--limit", type=int, default=None, help="how many, spread evenly (default: all)")
    replay.add_argument("--file", type=Path, default=None, help="a CSV as the CFPB publishes it, plain or .gz")
    replay.set_defaults(run="replay")
    on_data = argparse.ArgumentParser(add_help=False)
    on_data.add_argument("--data", type=Path, default=Path("var"), help="folder of the installation (default: var)")
    take_in = commands.add_parser(
        "import", parents=[on_data], help="take published complaints in as records, without a process"
    )
    take_in.add_argument("file", type=Path, help="a CSV as the CFPB publishes it, plain or .gz")
    take_in.set_defaults(run="take_in_complaints")
    people = commands.add_parser(
        "import-customers", parents=[on_data], help="take customers in from another system's CSV"
    )
    people.add_argument("file", type=Path, help="a CSV as docs/customers.md describes it, plain or .gz")
    people.set_defaults(run="take_in_customers")
    account = commands.add_parser(
        "add-account", parents=[on_data], help="make an account with a role, such as the first administrators"
    )
    account.add_argument("username", help="the name to sign in with; the password is asked for, or read from a pipe")
    account.add_argument("--name", required=True, help="the person's name, as others see it")
    account.add_argument(
        "--role", action="append", required=True, choices=sorted(ROLES), help="may be given repeatedly"
    )
    account.set_defaults(run="add_account")
    index = commands.add_parser(
        "index", parents=[on_data], help="make imported and older complaints findable by their words"
    )
    index.set_defaults(run="index")
    match = commands.add_parser(
        "match-customers", parents=[on_data], help="give complaints of before there were customers theirs"
    )
    match.set_defaults(run="match_customers")
    migrate = commands.add_parser("migrate", help="bring the database of DATABASE_URL up to date")
    migrate.set_defaults(run="migrate")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

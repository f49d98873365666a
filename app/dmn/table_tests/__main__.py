"""`python3 run.py table-tests PATH…`: runs scenarios beside their tables, with rule coverage."""

from __future__ import annotations

import sys
from pathlib import Path

from app.clock import SystemClock
from app.dmn.loading import load
from app.dmn.table_tests.running import SuiteReport, run_suite
from app.dmn.table_tests.suite import read_suite
from app.errors import RedressError

SUFFIXES = (".tests.yaml", ".tests.yml", ".tests.csv")


def main(arguments: list[str]) -> int:
    """Run the scenario files named or found in the folders named; return 1 when something failed, 2 without a file."""
    files = sorted(file for argument in arguments for file in scenario_files(Path(argument)))
    if not files:
        print(
            "Expected files or folders with scenarios (*.tests.yaml, *.tests.csv), but there are none", file=sys.stderr
        )
        return 2
    failed = passed = 0
    for file in files:
        try:
            report = run_file(file)
        except (RedressError, OSError) as error:
            print(f"{file}: {error}")
            failed += 1
            continue
        failed += len(report.failed)
        passed += len(report.results) - len(report.failed)
        for result in report.failed:
            print(f"{file}: {result.scenario.name}: {result.problem}")
        for table in report.coverage:
            rows = ", ".join(map(str, table.missed))
            hit = len(table.hits) - len(table.missed)
            print(f"{file}: {table.decision}: {hit}/{len(table.hits)} rules hit" + (f", not {rows}" if rows else ""))
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


def scenario_files(path: Path) -> list[Path]:
    """Return the scenario files at a path: itself, or those of the folder and below."""
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.name.endswith(SUFFIXES)]


def run_file(file: Path) -> SuiteReport:
    """Run one scenario file against the table beside it: `routing.tests.yaml` against `routing.dmn`."""
    table = file.with_name(file.name.rsplit(".", 2)[0] + ".dmn")
    model = load(table.read_bytes(), file=table.name)
    return run_suite(model, read_suite(file.read_text(encoding="utf-8"), file=file.name), clock=SystemClock())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

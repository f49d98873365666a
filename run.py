#!/usr/bin/env python3
"""Prepares a bare machine and starts everything: `python3 run.py`, `python3 run.py test`, `python3 run.py help`.

Standard library only. It owns the virtual environment beside it (`.venv`) and knows nothing of the product but the
module that each command hands over to.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Expected Python 3.11 or newer, but this is Python %d.%d (%s). Install a newer one and start again with it, "
        "for example: python3.11 run.py" % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
STAMP = VENV / "redress-lock.txt"
ISLANDS = ROOT / "app" / "web" / "islands" / "build.py"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
NEEDED_BYTES = 1_500_000_000

HELP = """\
python3 run.py                     start Redress with embedded defaults and demo data; prints the URL and the logins
    --port N  --data DIR  --no-demo
python3 run.py test                all checks and all tests
python3 run.py test ARGS           only pytest, with these arguments, e.g. tests/unit/feel -k ranges
python3 run.py check               only the checks: ruff, mypy, import-linter
python3 run.py demo-replay         file real complaints through the whole procedure with moved time [--limit N]
python3 run.py import FILE         take published complaints in as records [--data DIR]
python3 run.py import-customers FILE
                                   take customers in from another system's CSV [--data DIR]
python3 run.py match-customers     give complaints of before there were customers theirs [--data DIR]
python3 run.py index               make imported and older complaints findable by words and fields [--data DIR]
python3 run.py add-account NAME    make an account with a role, such as the first administrators [--data DIR]
python3 run.py migrate             bring the database of DATABASE_URL up to date
python3 run.py tck DIR             run a DMN conformance kit [--json FILE]
python3 run.py table-tests PATH    run the scenarios kept beside decision tables
python3 run.py bench NAME          run benchmarks/NAME.py
python3 run.py islands             build the pages' scripts, if they are absent or older than their sources
python3 run.py lock                write the lock files anew from pyproject.toml
python3 run.py help                this page
"""

# Each command hands over to a module of the product, in the environment that the first word names.
OWN = ("serve", "demo-replay", "import", "import-customers", "match-customers", "index", "add-account", "migrate")
COMMANDS = {
    **{name: ("runtime", ["-m", "app.cli", name]) for name in OWN},
    "tck": ("runtime", ["-m", "app.dmn.tck"]),
    "table-tests": ("runtime", ["-m", "app.dmn.table_tests"]),
}
ALONE = ("check", "islands", "lock")
"""The commands that take nothing."""
CHECKS = [
    ("style", ["-m", "ruff", "check", "."]),
    ("layout", ["-m", "ruff", "format", "--check", "."]),
    ("types", ["-m", "mypy"]),
    ("import direction", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
]


def main(arguments: list[str]) -> int:
    """Run the named command and return its exit code; without a name, start the product."""
    name, rest = (
        (arguments[0], arguments[1:]) if arguments and not arguments[0].startswith("-") else ("serve", arguments)
    )
    asked = "--help" in arguments or "-h" in arguments
    if name == "help" or (asked and (arguments[0] in ("--help", "-h") or name in (*ALONE, "bench", "table-tests"))):
        print(HELP, end="")
        return 0
    if name in ALONE and rest:
        print(f"Expected '{name}' alone, but got '{' '.join(rest)}' after it.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    if name == "test":
        prepare("dev")
        return test(rest)
    if name == "islands":
        prepare("runtime")
        return hand_over([str(ISLANDS)])
    if name == "check":
        prepare("dev")
        return check()
    if name == "bench":
        prepare("dev")
        return run_bench(rest)
    if name == "lock":
        prepare("dev")
        return lock()
    if name not in COMMANDS:
        print(f"Expected one of the commands below, but got '{name}'.\n\n{HELP}", file=sys.stderr, end="")
        return 2
    flavour, command = COMMANDS[name]
    prepare(flavour)
    if name == "serve":
        # Beside the start: pages work before it is done, and go on without it where npm cannot be reached.
        subprocess.Popen([str(PYTHON), str(ISLANDS)])
    return hand_over([*command, *rest])


def say(text: str) -> None:
    """Tell the person what happens, at once."""
    print(f"[redress] {text}", flush=True)


def fail(text: str) -> None:
    """End with a sentence that says what to do."""
    sys.exit(f"[redress] {text}")


def prepare(flavour: str) -> None:
    """Make `.venv` hold exactly the lock of `flavour` ("runtime" or "dev"; dev holds all of runtime)."""
    wanted = {name: f"{name} {fingerprint(path)}" for name, path in LOCKS.items()}
    present = STAMP.read_text() if STAMP.exists() and PYTHON.exists() else ""
    if present == wanted["dev"] or present == wanted[flavour]:
        return
    if present.startswith("dev "):
        flavour = "dev"  # whoever tests here goes on testing: a changed lock does not take the tools away
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        fail(
            f"Expected 1.5 GB of free disk at {ROOT}, but there are {free // 1_000_000} MB. Make room and start again."
        )
    started = time.monotonic()
    if not PYTHON.exists():
        say(f"making the environment {VENV.name} with Python {sys.version.split()[0]}")
        make_venv()
    STAMP.unlink(missing_ok=True)
    say(f"installing the {flavour} packages (once; under a minute with uv, a few with pip)")
    install(LOCKS[flavour])
    STAMP.write_text(wanted[flavour])
    say(f"ready after {time.monotonic() - started:.0f} s")


def fingerprint(lock_file: Path) -> str:
    """Return what an installed environment depends on: the lock and the interpreter's version."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {hashlib.sha256(lock_file.read_bytes()).hexdigest()}"


def make_venv() -> None:
    """Create `.venv` with the running interpreter: venv, or virtualenv or uv where Debian leaves venv's pip out."""
    shutil.rmtree(VENV, ignore_errors=True)
    ways = [[sys.executable, "-m", "venv", str(VENV)], [sys.executable, "-m", "virtualenv", "-q", str(VENV)]]
    found = shutil.which("uv")
    if found:
        ways.append([found, "venv", "-q", "-p", sys.executable, str(VENV)])
    for way in ways:
        if subprocess.run(way, capture_output=True, text=True).returncode == 0:
            return
        shutil.rmtree(VENV, ignore_errors=True)
    fail(
        "Expected to make a virtual environment, but neither venv, virtualenv nor uv could. "
        "On Debian or Ubuntu: apt install python3-venv"
    )


def install(lock_file: Path) -> None:
    """Install the hash-locked packages with uv when it can be had, else with pip; end with a clear message."""
    uv = find_uv()
    if uv:
        tool = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
        tool += ["--python", str(PYTHON), str(lock_file)]
        environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
        if subprocess.run(tool, env=environment).returncode == 0:
            return
        say("uv could not install the packages; trying pip")
    tool = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*tool, "-r", str(lock_file)]).returncode != 0:
        fail(
            "Expected to install the packages of "
            + lock_file.name
            + ", but the installer failed (its words are above). "
            "Without a network: connect, or set PIP_INDEX_URL and UV_DEFAULT_INDEX to an index you can reach; "
            "behind a proxy set HTTPS_PROXY; with a private certificate authority set SSL_CERT_FILE and PIP_CERT. "
            "Then start again: nothing is lost."
        )


def find_uv() -> str | None:
    """Return a uv to install with: the machine's, or one put into `.venv` from the bootstrap lock, or None."""
    found = shutil.which("uv")
    if found:
        return found
    bootstrap = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    place = VENV / "bootstrap"
    if not (place / "bin" / "uv").exists():
        command = [*bootstrap, "--target", str(place), "-r", str(ROOT / "requirements-bootstrap.lock")]
        subprocess.run(command, capture_output=True)
    uv = place / "bin" / "uv"
    return str(uv) if uv.exists() else None


def hand_over(command: list[str]) -> int:
    """Run the environment's Python with `command`, in this terminal, and return its exit code."""
    # A machine that keeps no bytecode would compile the product at every start of every process: seconds each.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([str(PYTHON), *command], env=environment)
    # `kill` reaches this process alone: without this the product would run on with nobody to stop it.
    before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the product got the same Ctrl-C and is closing down; wait for it
    finally:
        signal.signal(signal.SIGTERM, before)


def check() -> int:
    """Run the static checks and return how many failed."""
    failed = 0
    for title, command in CHECKS:
        say(f"checking {title}")
        failed += subprocess.run([str(PYTHON), *command]).returncode != 0
    return failed


def test(arguments: list[str]) -> int:
    """Run all checks and tests, or only pytest with `arguments`; the pages' scripts are built beside the checks."""
    islands = subprocess.Popen([str(PYTHON), str(ISLANDS)])
    if arguments:
        islands.wait()
        return hand_over(["-m", "pytest", *arguments])
    failed = check()
    islands.wait()
    say("running the tests")
    workers = str(min(os.cpu_count() or 1, 4))
    # In the order of the folders: by their number of tests, the files with few and long ones would come last.
    spread = ["-n", workers, "--dist", "loadfile", "--no-loadscope-reorder"]
    failed += hand_over(["-m", "pytest", "-q", *spread]) != 0
    say("all checks and tests passed" if not failed else f"{failed} of {len(CHECKS) + 1} parts failed (see above)")
    return int(failed != 0)


def run_bench(arguments: list[str]) -> int:
    """Run one benchmark by name; without a name, list them."""
    names = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py") if not path.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        print("Expected the name of a benchmark: " + ", ".join(names), file=sys.stderr)
        return 2
    return hand_over(["-m", f"benchmarks.{arguments[0]}", *arguments[1:]])


def lock() -> int:
    """Write requirements.lock and requirements-dev.lock anew from pyproject.toml, with hashes and without addresses."""
    uv = find_uv()
    if uv is None:
        fail("Expected to find or install uv, but could not; it is needed to write the lock files.")
    options = [
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--quiet",
        "--python-version",
        "3.11",
    ]
    for name, path in LOCKS.items():
        extra = ["--extra", "dev"] if name == "dev" else []
        done = subprocess.run([str(uv), "pip", "compile", *options, *extra, "pyproject.toml", "-o", path.name])
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

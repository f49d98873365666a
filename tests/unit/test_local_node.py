"""What an operator without luck is told by the node on one machine."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from sqlalchemy import text

from app.cli import main
from app.commands import _bring_up_to_date, _prepare_node
from app.errors import InvalidInputError
from app.local_node import NodeOptions, check_port, node_environment, run_node
from app.local_queue import LocalQueue
from app.storage.database import open_engine
from app.storage.schema import upgrade_schema

NO_QUEUE = {"REDIS_URL": "redis://127.0.0.1:1"}


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """A node listens to signals as the process it is, which here is that of all other tests."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_a_port_that_cannot_be_is_told(port: int) -> None:
    with pytest.raises(InvalidInputError, match="Expected a port from 1 to 65535"):
        check_port("127.0.0.1", port)


def test_a_node_without_web_processes_is_refused(tmp_path: Path) -> None:
    options = NodeOptions(port=18126, data_dir=tmp_path, web_workers=0)
    with pytest.raises(InvalidInputError, match="Expected --web-workers to be 1 or more, but got 0"):
        run_node(options, NO_QUEUE, {}, prepare=lambda _: None, say=print, welcome="")


def test_the_demo_is_kept_out_of_an_installation_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text("customerNumber,phone\nC1,13800138000\n", encoding="utf-8")
    data = ["--data", str(tmp_path / "data")]
    monkeypatch.setattr(sys, "stdin", io.StringIO("ten-dry-stones\n"))
    assert main(["add-account", "qian", "--name", "钱安", "--role", "operator", *data]) == 0
    assert main(["import-customers", str(customers), *data]) == 0
    options = NodeOptions(data_dir=tmp_path / "data")
    with pytest.raises(InvalidInputError, match=r"it has accounts and none of the demo's. Start it with --no-demo"):
        _prepare_node(node_environment(options, {}))
    assert main(["index", "--data", str(tmp_path / "mistyped")]) == 1
    assert "but it holds no redress.sqlite3" in capsys.readouterr().err
    with closing(sqlite3.connect(tmp_path / "data" / "redress.sqlite3")) as connection:
        assert connection.execute("SELECT username FROM account").fetchall() == [("qian",)]


def test_who_breaks_a_command_off_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def press_ctrl_c(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.index", press_ctrl_c)
    assert main(["index"]) == 130
    assert capsys.readouterr().err == "[redress] stopped before the end\n"


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInputError, match="Expected a folder that can be written"):
        node_environment(NodeOptions(data_dir=tmp_path / "file"), {})


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first = node_environment(NodeOptions(data_dir=tmp_path), {})
    (tmp_path / "redress.sqlite3").touch()
    assert node_environment(NodeOptions(data_dir=tmp_path), {}) == first
    assert (tmp_path / "data.keys").stat().st_mode & 0o777 == 0o600


def test_a_new_data_folder_and_its_database_are_their_owners_only_and_a_shared_one_stays_so(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    for folder, rights in ((tmp_path / "new", 0o700), (shared, 0o755)):
        node_environment(NodeOptions(data_dir=folder), {})
        engine = open_engine(f"sqlite:///{folder / 'redress.sqlite3'}")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE one (two INTEGER)"))
            kept = {path.name: path.stat().st_mode & 0o777 for path in folder.glob("redress.sqlite3*")}
        engine.dispose()
        assert folder.stat().st_mode & 0o777 == rights
        assert kept == dict.fromkeys(("redress.sqlite3", "redress.sqlite3-wal", "redress.sqlite3-shm"), 0o600)


def test_an_upgrade_from_before_recusals_asks_for_the_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment = node_environment(NodeOptions(data_dir=tmp_path, demo=False), {})
    engine = open_engine(f"sqlite:///{tmp_path / 'redress.sqlite3'}")
    upgrade_schema(engine, "0016")
    engine.dispose()
    for times in (1, 0):
        _bring_up_to_date(environment)
        said = capsys.readouterr()
        assert (said.out + said.err).count("Run `python3 run.py index` once") == times


def test_lost_keys_are_not_replaced_in_silence(tmp_path: Path) -> None:
    node_environment(NodeOptions(data_dir=tmp_path), {})
    (tmp_path / "redress.sqlite3").touch()
    (tmp_path / "data.keys").write_text("")
    with pytest.raises(InvalidInputError, match="but it is empty"):
        node_environment(NodeOptions(data_dir=tmp_path), {})
    (tmp_path / "data.keys").unlink()
    with pytest.raises(InvalidInputError, match="but it is gone"):
        node_environment(NodeOptions(data_dir=tmp_path), {})


def test_a_second_node_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    def start_another(_: Mapping[str, str]) -> None:
        options = NodeOptions(port=18124, data_dir=tmp_path)
        run_node(options, NO_QUEUE, {}, prepare=lambda _: None, say=print, welcome="")

    with pytest.raises(InvalidInputError, match="another Redress runs on it"):
        run_node(NodeOptions(port=18123, data_dir=tmp_path), NO_QUEUE, {}, prepare=start_another, say=print, welcome="")


def test_a_queue_that_was_killed_answers_again_at_its_address(tmp_path: Path) -> None:
    queue = LocalQueue.start(tmp_path)
    said: list[str] = []
    patient = Retry(ConstantBackoff(0.05), 100)
    with closing(redis.Redis.from_url(queue.running.url, retry=patient)) as client:
        for _ in range(2):
            queue.running.process.kill()
            queue.running.process.wait()
            queue.keep_running(said.append)
            queue.pauses.until = 0
            queue.keep_running(said.append)
        assert client.ping()
    queue.stop()
    assert said == [f"the queue ended with code -9; it starts again in {seconds} s" for seconds in (1, 2)]


def test_a_node_that_cannot_be_prepared_says_why_and_leaves_no_part_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "18125", "--data", str(tmp_path)]
    environment = os.environ | {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    # Here only when whoever writes to these pipes is gone: web server, dispatcher, worker.
    assert (done.returncode, done.stdout) == (1, "")
    assert "Expected the database to answer, but it does not" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_that_a_wrong_setting_stops_says_which_in_one_sentence() -> None:
    environment = os.environ | {"SECRET_KEY": "short", "REDRESS_MODE": "production"}
    command = [sys.executable, "-m", "tasks.worker"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr == "[redress] Expected SECRET_KEY to have 32 characters or more, but it has 5\n"

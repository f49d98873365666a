"""What an operator without luck is told by the node on one machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.errors import InvalidInputError
from app.local_node import NodeOptions, check_port, node_environment, run_node

NO_QUEUE = {"REDIS_URL": "redis://127.0.0.1:1"}


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_a_port_that_cannot_be_is_told(port: int) -> None:
    with pytest.raises(InvalidInputError, match="Expected a port from 1 to 65535"):
        check_port("127.0.0.1", port)


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInputError, match="Expected a folder that can be written"):
        node_environment(NodeOptions(data_dir=tmp_path / "file"), {})


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first = node_environment(NodeOptions(data_dir=tmp_path), {})
    (tmp_path / "redress.sqlite3").touch()
    assert node_environment(NodeOptions(data_dir=tmp_path), {}) == first
    assert (tmp_path / "data.keys").stat().st_mode & 0o777 == 0o600


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

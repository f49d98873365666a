"""Personal data at rest opens only where it was sealed, and can be found without being opened."""

from __future__ import annotations

import pytest

from app.config import new_data_keys, read_settings
from app.setting_values import SettingError
from app.storage.sealing import Sealer, SealError


def test_what_was_sealed_opens_at_its_place_and_reads_nothing_like_it() -> None:
    sealer = Sealer(new_data_keys())
    sealed = sealer.seal("13812345678", "customer.phone:1")
    assert sealer.open(sealed, "customer.phone:1") == "13812345678"
    assert "138" not in sealed
    assert sealer.seal("13812345678", "customer.phone:1") != sealed


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-2], lambda text: "!" + text[1:], lambda text: "", lambda text: text[::-1]]
)
def test_a_changed_value_does_not_open(spoil: object) -> None:
    sealer = Sealer(new_data_keys())
    with pytest.raises(SealError):
        sealer.open(spoil(sealer.seal("x", "a")), "a")


def test_a_value_moved_to_another_row_does_not_open() -> None:
    sealer = Sealer(new_data_keys())
    with pytest.raises(SealError, match="changed or moved"):
        sealer.open(sealer.seal("x", "customer.phone:1"), "customer.phone:2")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old = new_data_keys()
    sealed = Sealer(old).seal("x", "a")
    ring = {"second": new_data_keys()["first"], **old}
    assert Sealer(ring).open(sealed, "a") == "x"
    with pytest.raises(SealError, match="'second'"):
        Sealer(old).open(Sealer(ring).seal("x", "a"), "a")


def test_an_identity_written_in_other_ways_has_the_same_index() -> None:
    sealer = Sealer(new_data_keys())
    written = ["13812345678", "138 1234 5678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８"]
    assert len({sealer.blind_index("phone", each) for each in written}) == 1
    assert sealer.blind_index("id", "11010119900307123x") == sealer.blind_index("id", "11010119900307123X")
    assert sealer.blind_index("phone", "5") != sealer.blind_index("id", "5")


@pytest.mark.parametrize("keys", ["", "first:abc", "first", "index:" + "A" * 43 + "=", "a:!,index:?"])
def test_production_does_not_start_without_proper_keys(keys: str) -> None:
    environ = {"SECRET_KEY": "s" * 32, "REDRESS_DATA_KEYS": keys}
    with pytest.raises(SettingError, match="REDRESS_DATA_KEYS"):
        read_settings(environ)

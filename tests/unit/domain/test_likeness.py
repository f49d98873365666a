"""Likeness of texts by fingerprints: what it estimates, what it leaves out, what it tells without the key."""

from __future__ import annotations

import hashlib
import random

from app.domain.likeness import ALIKE, PLACES, bands, features, fingerprint, likeness


def of(text: str, key: bytes = b"one key") -> str | None:
    return fingerprint(
        text, lambda feature, size: hashlib.blake2b(feature.encode(), key=key, digest_size=size).digest()
    )


def test_features_are_pairs_of_chinese_characters_and_words_without_numbers() -> None:
    assert features("年费重复，Card Fee 1200 元") == {"年费", "费重", "重复", "card", "fee"}
    assert features("Ｃard　ＦＥＥ") == {"card", "fee"}


def test_the_estimate_is_near_the_share_of_common_features() -> None:
    chance = random.Random(7)
    letters = [chr(0x4E00 + number) for number in range(3000)]
    for changed in range(0, 60, 6):
        one = [chance.choice(letters) for _ in range(60)]
        other = one[changed:] + [chance.choice(letters) for _ in range(changed)]
        x, y = features("".join(one)), features("".join(other))
        share = len(x & y) / len(x | y)
        assert abs(likeness(of("".join(one)), of("".join(other))) - share) < 0.3


def test_the_same_text_has_all_bands_in_common_and_strangers_none() -> None:
    one, other = of("信用卡年费重复收取，客服电话打不通"), of("理财产品到期后无法赎回，要求全额退款")
    assert likeness(one, one) == 1.0
    assert len(set(bands(one))) == PLACES // 2
    assert likeness(one, other) < ALIKE
    assert not set(bands(one)) & set(bands(other))


def test_too_short_a_text_says_nothing_and_another_key_says_something_else() -> None:
    assert of("年费") is None
    assert bands(None) == []
    text = "信用卡年费重复收取，客服电话打不通"
    assert likeness(of(text), of(text, b"another key")) < ALIKE

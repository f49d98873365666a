"""JSON texts of variables."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import InvalidCommandError
from app.engine.values import decode, encode, encode_object

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text('aü审 "\\'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_every_json_value_survives_encoding(value: Any) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "text", ["0.1", "1.10", "12345678901234567890.123456789", "1E+400", "123456789012345678901234"]
)
def test_numbers_keep_every_digit(text: str) -> None:
    assert encode(decode(text)) == text


def test_a_float_is_accepted_with_its_shortest_digits() -> None:
    assert decode(encode(0.1)) == Decimal("0.1")


@pytest.mark.parametrize("value", [{1, 2}, object(), Decimal("NaN"), {"a": b"bytes"}, "\ud800"])
def test_what_is_no_json_value_is_refused(value: object) -> None:
    with pytest.raises(InvalidCommandError, match="Expected a JSON value"):
        encode(value)


def test_an_object_is_put_together_from_encoded_values() -> None:
    assert decode(encode_object({'a"b': "1.50", "typename": '"x"'})) == {'a"b': Decimal("1.50"), "typename": "x"}

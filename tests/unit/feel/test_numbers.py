"""Numbers are decimal128: 34 digits, half-even, a bounded exponent, whatever Python's own context is."""

from __future__ import annotations

import decimal
from decimal import Decimal

import pytest

from app.feel import compile_expression
from app.feel.values.numbers import from_python, number_text, parse_number, remainder, round_to_scale


@pytest.mark.parametrize(
    "claim",
    [
        "0.1 + 0.2 = 0.3",
        "1 / 3 * 3 = 0.9999999999999999999999999999999999",
        "12345678901234567890 + 1 = 12345678901234567891",
        "100 = 100.00",
        "10 ** -2 = 0.01",
        "2 ** 0.5 = sqrt(2)",
        "0 ** 0 = 1",
        "-3 ** 2 = 9",
        "modulo(-12, 5) = 3",
        "modulo(12, -5) = -3",
        "modulo(10.1, -4.5) = -3.4",
        "modulo(1e30, 7e-5) < 7e-5",
        "decimal(0.515, 2) = 0.52",
        "decimal(2.5, 0) = 2",
        "round half up(2.5, 0) = 3",
        "round half down(2.5, 0) = 2",
        "round up(-5.5, 0) = -6",
        "round down(-5.5, 0) = -5",
        "floor(-1.56, 1) = -1.6",
        "ceiling(1234.5, -2) = 1300",
        "odd(-3) and even(0) and even(1e40)",
        "abs(-1.5) = 1.5",
        "exp(0) = 1 and log(1) = 0",
    ],
)
def test_numbers_keep_the_digits_that_money_needs(claim: str) -> None:
    assert compile_expression(claim).evaluate({}).value is True


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "0.0 / 0.0",
        "9e6144 * 10",
        "9 ** 99999999",
        "(9 ** 9 ** 9) ** 9 ** 9 ** 9",
        "1.0000001 ** 1e33",
        "(-8) ** 0.5",
        "0 ** -1",
        "exp(1e9)",
        "sqrt(-1)",
        "log(0)",
        "modulo(1, 0)",
        "odd(1.5)",
        "round up(5.5, 6177)",
        'number("9e999999999")',
    ],
)
def test_what_has_no_finite_answer_is_null_and_says_so(text: str) -> None:
    evaluation = compile_expression(text).evaluate({})

    assert evaluation.value is None
    assert evaluation.warnings


def test_the_programs_own_decimal_context_does_not_matter() -> None:
    expression = compile_expression("1 / 3")

    with decimal.localcontext(decimal.Context(prec=3)):
        assert number_text(expression.evaluate({}).value) == "0." + "3" * 34


@pytest.mark.parametrize("text", ["", "+1", "1,5", "1.", "1e", "٣", "NaN", "Infinity", "1_000", " 1", "1" * 20_000])
def test_texts_that_spell_no_number_are_refused(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.10", "1.1"), ("-0.00", "0"), ("1E+3", "1000"), ("1E-7", "0.0000001"), ("120", "120"), ("0E+5", "0")],
)
def test_a_numbers_text_is_plain_and_shortest(number: str, text: str) -> None:
    assert number_text(Decimal(number)) == text


def test_python_numbers_come_in_by_their_shortest_text() -> None:
    assert from_python(0.1) == Decimal("0.1")
    assert from_python(10**34 + 1) == Decimal(10**34)
    assert from_python(float("nan")) is None
    assert from_python(10**7000) is None


def test_rounding_to_a_scale_never_invents_digits() -> None:
    assert str(round_to_scale(Decimal("5.5"), 6176, decimal.ROUND_UP)) == "5.5"
    assert round_to_scale(Decimal("5.5"), -6112, decimal.ROUND_UP) is None
    assert round_to_scale(Decimal(1234), -2, decimal.ROUND_HALF_EVEN) == 1200


def test_a_remainder_is_exact_however_far_apart_its_terms_are() -> None:
    assert remainder(Decimal("1E+6000"), Decimal("7E-6000")) < Decimal("7E-6000")

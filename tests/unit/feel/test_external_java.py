"""A few pure methods of java.lang work without Java; every other external function is refused."""

from __future__ import annotations

import pytest

from tests.unit.feel.asking import codes, value


def java(owner: str, signature: str, *arguments: str) -> str:
    names = ", ".join(f"a{number}" for number in range(len(arguments)))
    return (
        f'{{f: function({names}) external {{java: {{class: "{owner}", method signature: "{signature}"}}}},'
        f" r: f({', '.join(arguments)})}}.r"
    )


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (java("java.lang.Math", "cos(double)", "0"), "1"),
        (java("java.lang.Math", "max(int, int)", "2", "3"), "3"),
        (java("java.lang.Math", "max(float,float)", "1.1", "2.3"), "2.3"),
        (java("java.lang.Math", "abs(long)", "-5"), "5"),
        (java("java.lang.Math", "round(double)", "2.5"), "3"),
        (java("java.lang.Math", "pow(double, double)", "2", "10"), "1024"),
        (java("java.lang.Integer", "valueOf(java.lang.String)", '"123"'), "123"),
        (java("java.lang.Double", "parseDouble(java.lang.String)", '"1.5"'), "1.5"),
        (java("java.lang.String", "valueOf(double)", "1.5"), "1.5"),
        (
            java("java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", '"%s is %5.2f"', '["x", 1.5]'),
            "x is  1.50",
        ),
        (java("java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", '"%03d%%"', "7"), "007%"),
    ],
)
def test_a_known_method_is_done_in_python(call: str, expected: str) -> None:
    assert str(value(call)) == expected


@pytest.mark.parametrize(
    "call",
    [
        java("java.lang.System", "exit(int)", "1"),
        java("java.lang.Runtime", "exec(java.lang.String)", '"ls"'),
        java("java.lang.Math", "__class__(double)", "1"),
        java("java.lang.Math", "cos(java.lang.String)", '"a"'),
        java("builtins", "eval(java.lang.String)", '"1"'),
        '(function(a) external {pmml: {document: "x"}})(1)',
    ],
)
def test_any_other_external_function_is_refused(call: str) -> None:
    assert value(call) is None
    assert codes(call) == ["EXTERNAL_FUNCTION"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (java("java.lang.Math", "cos(double)", '"a"'), "INVALID_ARGUMENT"),
        (java("java.lang.Math", "abs(int)", "1.5"), "INVALID_ARGUMENT"),
        (java("java.lang.Math", "max(int, int)", "1"), "INVALID_ARGUMENT"),
        (java("java.lang.Math", "sqrt(double)", "-1"), "NO_RESULT"),
        (java("java.lang.Integer", "valueOf(java.lang.String)", '"x"'), "NO_RESULT"),
        (java("java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", '"%d"', '"x"'), "NO_RESULT"),
    ],
)
def test_what_does_not_fit_a_known_method_is_null(call: str, code: str) -> None:
    assert value(call) is None
    assert codes(call) == [code]

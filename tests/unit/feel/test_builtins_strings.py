"""The string functions count Unicode characters and match XPath's regular expressions."""

from __future__ import annotations

import pytest

from app.feel import compile_expression


@pytest.mark.parametrize(
    "claim",
    [
        'substring("foobar", 3) = "obar"',
        'substring("foobar", -2, 1) = "a"',
        'substring("foobar", 3, 3.8) = "oba"',
        'substring("foobar", 5, 100) = "ar"',
        'substring("\\U01F40Eab", 2) = "ab"',
        'substring(start position: 2, string: "abc") = "bc"',
        'string length("\\U01F40E") = 1',
        'substring before("foobar", "xyz") = "" and substring before("foobar", "") = ""',
        'substring after("foobar", "") = "foobar" and substring after("", "a") = ""',
        'contains("", "") and starts with("foobar", "foo") and ends with("foobar", "bar")',
        'split("John Doe", "\\\\s") = ["John", "Doe"]',
        'split("a;b;c;;", ";") = ["a", "b", "c", "", ""]',
        'string join(["a", null, "c"], "-") = "a-c"',
        'string join([], "-") = ""',
        'string join(["a"], ", ", "<", ">") = "<a>"',
        'extract("12 of 34", "[0-9]+") = ["12", "34"]',
        'trim("\\t a b\\n") = "a b" and is blank("\\u3000 ")',
        'from base64(to base64("投诉")) = "投诉"',
    ],
)
def test_texts_are_cut_and_joined_by_characters(claim: str) -> None:
    assert compile_expression(claim).evaluate({}).value is True


@pytest.mark.parametrize(
    "claim",
    [
        'matches("abracadabra", "^a.*a$")',
        'matches("\\nabcd\\n", "^abcd$", "m")',
        'not(matches("a\\nb", "a.b")) and matches("a\\nb", "a.b", "s")',
        'matches("X", "[A-Z-[OI]]", "i") and not(matches("O", "[A-Z-[OI]]", "i"))',
        'matches("hello world", "hello[ ]world # no", "xq") = false',
        'matches("helloworld", "hello world", "x")',
        'matches("a.b", ".b", "q") and not(matches("acb", "c.", "q"))',
        'matches("投诉", "^\\\\p{IsCJKUnifiedIdeographs}+$")',
        'not(matches("_", "\\\\w")) and matches("+", "\\\\w")',
        'not(matches("\\u00A0", "\\\\s")) and matches("٣", "\\\\d")',
        'matches("aa", "(a)\\\\1")',
        'replace("abracadabra", "a(.)", "a$1$1") = "abbraccaddabbra"',
        'replace("darted", "^(.*?)d(.*)$", "$1c$2") = "carted"',
        'replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") = "[1=ab][2=]cd"',
        'replace("a", "(a)", "$12") = "a2"',
        'replace("a", "a", "\\\\$\\\\\\\\") = "$\\\\"',
        'replace("a.b", ".", "$1", "q") = "a$1b"',
    ],
)
def test_patterns_are_those_of_xpath(claim: str) -> None:
    assert compile_expression(claim).evaluate({}).value is True


@pytest.mark.parametrize(
    "text",
    [
        'matches("a", "(a")',
        'matches("a", "[z-a]")',
        'matches("a", "*")',
        'matches("a", "(a)\\\\2")',
        'matches("a", "(?i)a")',
        'matches("a", "a", "g")',
        'replace("abc", ".*?", "x")',
        'replace("abc", "b", "$")',
        'replace("abc", "b", "\\\\n")',
        'split("abc", "")',
        'from base64("*")',
        "string join([1, 2])",
        'substring("foobar", 0)',
        'substring("foobar", 7)',
        "upper case(null)",
    ],
)
def test_what_is_no_pattern_or_position_is_null_and_says_so(text: str) -> None:
    evaluation = compile_expression(text).evaluate({})

    assert evaluation.value is None
    assert evaluation.warnings[0].code == "INVALID_ARGUMENT"
    assert evaluation.warnings[0].position is not None

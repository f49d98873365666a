"""What a screen, an export or a log shows of personal data."""

from __future__ import annotations

import pytest

from app.domain.redaction import mask_fields, mask_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请回电 13812345678。", "请回电 138****5678。"),
        ("+86 138 1234 5678", "138****5678"),
        ("身份证11010119900307123X号", "身份证1101**************X号"),
        ("卡号 6222 0212 3456 7890 123", "卡号 6222 **** **** 0123"),
        ("卡号6222021234567890123被盗刷", "卡号6222 **** **** 0123被盗刷"),
        ("write to zhang.san@example.com please", "write to z***@example.com please"),
        ("订单 20260101 金额 100000.00 元", "订单 20260101 金额 100000.00 元"),
        ("TS-2026-000123", "TS-2026-000123"),
    ],
)
def test_numbers_that_identify_people_are_masked_and_others_are_not(text: str, shown: str) -> None:
    assert mask_text(text) == shown


def test_each_field_is_masked_in_its_own_way() -> None:
    fields = {
        "customerName": "张三丰",
        "customerPhone": "13812345678",
        "customerNumber": "C00012345",
        "cardLastDigits": "1234",
    }
    assert mask_fields(fields) == {
        "customerName": "张**",
        "customerPhone": "138****5678",
        "customerNumber": "*****2345",
        "cardLastDigits": "****",
    }


def test_a_field_that_is_not_what_it_should_be_is_still_masked() -> None:
    shown = mask_fields({"customerPhone": "12345", "customerEmail": "nonsense", "customerName": "李"})
    assert shown == {"customerPhone": "**2345", "customerEmail": "****ense", "customerName": "李*"}

"""Masks personal data for screens, exports and logs: enough is left to recognise, too little to use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.domain.complaint import PERSONAL_PREFIX

PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
IDENTITY_CARD = re.compile(r"(?<![\dA-Za-z])([1-9]\d{3})\d{2}(?:19|20)\d{2}\d{4}\d{3}([\dXx])(?![\dA-Za-z])")
BANK_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){15,18}(?!\d)")
EMAIL = re.compile(r"([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]*(@[A-Za-z0-9.-]+\.[A-Za-z]{2,})")


def mask_text(text: str) -> str:
    """Mask the phone numbers, identity-card numbers, bank-card numbers and e-mail addresses in a free text."""
    text = IDENTITY_CARD.sub(r"\1**************\2", text)
    text = PHONE.sub(r"\1****\2", text)
    text = BANK_CARD.sub(_mask_card, text)
    return EMAIL.sub(r"\1***\2", text)


def _mask_card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f"{digits[:4]} **** **** {digits[-4:]}"


def mask_name(name: str) -> str:
    """Keep a name's first character: 张三丰 becomes 张**."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else name


def _mask_end(text: str) -> str:
    """Keep the last four characters."""
    return "*" * max(len(text) - 4, 2) + text[-4:] if len(text) > 4 else "*" * len(text)


MASKS: Mapping[str, Callable[[str], str]] = {
    "customerName": mask_name,
    "customerPhone": lambda text: mask_text(text) if PHONE.search(text) else _mask_end(text),
    "customerEmail": lambda text: EMAIL.sub(r"\1***\2", text) if EMAIL.search(text) else _mask_end(text),
    "customerNumber": _mask_end,
    "customerIdNumber": _mask_end,
    "customerWechat": _mask_end,
    "respondentStaff": mask_name,
    "businessStaff": mask_name,
    "liableStaff": mask_name,
    "representativeName": mask_name,
    "representativePhone": lambda text: mask_text(text) if PHONE.search(text) else _mask_end(text),
    "cardLastDigits": lambda text: "*" * len(text),
}


def mask_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with personal ones masked; free texts lose the numbers and addresses in them."""
    return {field: _mask_field(field, value) for field, value in fields.items()}


def _mask_field(field: str, value: Any) -> Any:
    if field.startswith(PERSONAL_PREFIX):
        return mask_answer(value)
    return MASKS.get(field, mask_text)(value) if isinstance(value, str) else value


def mask_answer(value: Any) -> str:
    """Keep the last four characters of a sensitive answer."""
    return _mask_end(value if isinstance(value, str) else str(value))

"""What a person is told about a wrong answer, in both languages; plain sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.languages import LANGUAGES

MESSAGES: Mapping[str, tuple[str, str]] = {
    "required": ("请填写{label}", "{label} is required"),
    "text": ("{label}应为文字", "{label} must be text"),
    "control": ("{label}含有不可用的字符", "{label} contains a character that cannot be stored"),
    "too_short": ("{label}至少需要 {limit} 个字", "{label} needs at least {limit} characters"),
    "too_long": ("{label}最多 {limit} 个字", "{label} may have at most {limit} characters"),
    "pattern": ("{label}的格式不正确", "{label} does not have the expected form"),
    "slow_pattern": ("{label}的格式无法检查，请联系管理员", "{label} could not be checked; tell an administrator"),
    "email": ("{label}应为邮箱地址，例如 a@example.com", "{label} must be an e-mail address, like a@example.com"),
    "phone": ("{label}应为国际号码，例如 +8613800138000", "{label} must be like +8613800138000"),
    "number": ("{label}应为数字", "{label} must be a number"),
    "minimum": ("{label}不能小于 {limit}", "{label} must be {limit} or more"),
    "maximum": ("{label}不能大于 {limit}", "{label} must be {limit} or less"),
    "whole": ("{label}应为整数", "{label} must be a whole number"),
    "decimals": ("{label}最多 {limit} 位小数", "{label} may have at most {limit} decimal places"),
    "increment": ("{label}应为 {limit} 的倍数", "{label} must be a multiple of {limit}"),
    "yes_no": ("{label}应为是或否", "{label} must be yes or no"),
    "option": ("{label}不在可选范围内", "{label} is not one of the choices"),
    "list": ("{label}应为列表", "{label} must be a list"),
    "twice": ("{label}有重复的选择", "{label} has the same choice twice"),
    "date": ("{label}应为日期，例如 2026-03-01", "{label} must be a date, like 2026-03-01"),
    "time": ("{label}应为时间，例如 09:30", "{label} must be a time, like 09:30"),
    "date_time": ("{label}应为日期和时间，例如 2026-03-01 09:30", "{label} must be a time, like 2026-03-01 09:30"),
    "past": ("{label}不能早于今天", "{label} must not be before today"),
    "files": ("{label}应为上传的文件", "{label} must be uploaded files"),
    "one_file": ("{label}只能上传一个文件", "{label} takes one file only"),
    "file_kind": ("{label}不接受这类文件：{name}", "{label} does not take this kind of file: {name}"),
    "file_empty": ("{label}：{name} 为空或类型不可用", "{label}: {name} is empty, or no picture, sound or document"),
    "file_large": ("{label}：{name} 过大", "{label}: {name} is too large"),
    "rows": ("{label}应为表格行", "{label} must be rows"),
    "row_count": ("{label}的行数不能改变", "Rows of {label} cannot be added or removed"),
    "too_many_rows": ("{label}最多 {limit} 行", "{label} may have at most {limit} rows"),
    "unknown": ("表单中没有“{label}”这一项", "The form has no field {label}"),
    "object": ("表单内容应为一组字段", "The answers must be an object"),
}  # fmt: skip


def tell(code: str, label: str, language: str, values: Mapping[str, Any]) -> str:
    """Return the sentence for `code` in `language` (zh, else English)."""
    return MESSAGES[code][LANGUAGES.index(language) if language in LANGUAGES else 1].format(label=label, **values)

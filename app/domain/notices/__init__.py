"""Notices: what is told to whom in which words, and what the law wants to be in them. Knows no row and no way out."""

from __future__ import annotations

from app.domain.notices.prescribed import MissingPartsError, require_parts
from app.domain.notices.quiet import after_quiet_hours
from app.domain.notices.templates import Part, Template, TemplateError, find_template, list_templates

__all__ = [
    "MissingPartsError",
    "Part",
    "Template",
    "TemplateError",
    "after_quiet_hours",
    "find_template",
    "list_templates",
    "require_parts",
]

"""Requests that carry files: how much they may bring, and which views take them. Knows no complaint."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from flask import Flask, request
from werkzeug.datastructures import FileStorage

from app.config import Settings
from app.errors import InvalidInputError

View = TypeVar("View", bound=Callable[..., Any])
_TAKING_FILES: set[Callable[..., Any]] = set()
MOST_FILES = 20
"""In one request."""


def takes_files(view: View) -> View:
    """Let requests to this view bring as much as a file may have; every other view takes the general limit."""
    _TAKING_FILES.add(view)
    return view


def register_uploads(app: Flask, settings: Settings) -> None:
    """Let the views of `app` that take files do so; must come before anything that reads a request's form."""
    most = settings.max_file_bytes + settings.max_request_bytes

    @cache
    def takes_them(endpoint: str) -> bool:
        view = app.view_functions.get(endpoint)
        return view is not None and inspect.unwrap(view) in _TAKING_FILES

    @app.before_request
    def widen() -> None:
        if request.endpoint is not None and takes_them(request.endpoint):
            request.max_content_length = most


def sent_files(name: str) -> list[FileStorage]:
    """Return the files sent under that name; an empty input sends none. Raises InvalidInputError beyond MOST_FILES."""
    found = [file for file in request.files.getlist(name) if file.filename]
    if len(found) > MOST_FILES:
        raise InvalidInputError(
            f"Expected at most {MOST_FILES} files at a time, but got {len(found)}", {name: [f"At most {MOST_FILES}"]}
        )
    return found

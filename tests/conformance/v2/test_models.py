"""What the stock client's models can ask of a search, every search takes: filters, and fields to sort by."""

from __future__ import annotations

import importlib.util
import inspect
import pkgutil
import re
from enum import Enum
from typing import Any

import attrs
import camunda_orchestration_sdk.api as clients
import pytest
from camunda_orchestration_sdk import models
from marshmallow import fields

import app.web.v2  # noqa: F401 - registers the operations
from app.web.v2.operation import OPERATIONS, Operation

NOT_TAKEN = {"incidentErrorHashCode", "metadata"}
"""As docs/camunda-api.md says."""
SEARCHES = [one for one in OPERATIONS.values() if one.name.startswith("search_")]


def named_in(annotation: object) -> type[Any]:
    """The one model that an annotation of the client names."""
    words = re.findall(r"\b[A-Z]\w+", getattr(annotation, "__name__", None) or str(annotation))
    return next(getattr(models, word) for word in words if hasattr(models, word))


def asked_by_client(operation: Operation) -> type[Any]:
    """The client's model of an operation's body."""
    module = next(
        importlib.import_module(f"{clients.__name__}.{group.name}.{operation.name}")
        for group in pkgutil.iter_modules(clients.__path__)
        if importlib.util.find_spec(f"{clients.__name__}.{group.name}.{operation.name}")
    )
    return named_in(inspect.signature(module._get_kwargs).parameters["body"].annotation)


def member(model: type[Any], name: str) -> type[Any]:
    return named_in(attrs.fields_dict(model)[name].type)


def on_the_wire(name: str) -> str:
    words = name.rstrip("_").split("_")
    return "$or" if name == "or_" else words[0] + "".join(word.title() for word in words[1:])


def taken(operation: Operation, name: str) -> Any:
    """The schema of a member of an operation's body."""
    assert operation.body is not None
    found = operation.body().fields[name]
    inner = found.inner if isinstance(found, fields.List) else found
    assert isinstance(inner, fields.Nested)
    return inner.schema


@pytest.mark.parametrize("operation", SEARCHES, ids=lambda one: one.name)
def test_every_filter_and_order_the_client_knows_is_taken(operation: Operation) -> None:
    model = asked_by_client(operation)
    names = {on_the_wire(one.name) for one in attrs.fields(member(model, "filter_"))} - {"additionalProperties"}
    assert names - taken(operation, "filter").fields.keys() <= NOT_TAKEN
    if "sort" in attrs.fields_dict(model):
        orders = member(member(model, "sort"), "field")
        assert issubclass(orders, Enum)
        allowed = taken(operation, "sort").fields["field"].validate.choices
        assert {one.value for one in orders} <= set(allowed)

"""The context functions (DMN 1.5, table 81) with Camunda's forms. Contexts given are never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.feel.builtins.declare import built_in, refuse, takes

if TYPE_CHECKING:
    from app.feel.environment import Run


def get_value(run: Run, source: dict[str, Any], key: str) -> Any:
    """Return the value of one entry."""
    if key not in source:
        run.warn("NO_SUCH_ENTRY", f'Expected an entry "{key}" in the context, but there is none')
        return None
    return source[key]


def get_nested_value(run: Run, source: dict[str, Any], keys: list[Any]) -> Any:
    """Return the value at the end of a path of keys."""
    value: Any = source
    for key in keys:
        if not isinstance(key, str) or not isinstance(value, dict):
            return refuse(run, "Expected string keys that lead through contexts, but they do not")
        value = get_value(run, value, key)
    return value if keys else refuse(run, "Expected at least one key, but the list is empty")


def get_entries(run: Run, source: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a list of contexts with `key` and `value`."""
    run.step(2 * len(source))
    return [{"key": key, "value": value} for key, value in source.items()]


def context_put(_run: Run, source: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """Return the context with one entry set."""
    return {**source, key: value}


def context_put_nested(run: Run, source: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    """Return the context with the entry at the end of a path of keys set; contexts missing on the way are made."""
    if not keys or not all(isinstance(key, str) for key in keys):
        return refuse(run, "Expected a list of string keys, but it is empty or holds something else")
    result = dict(source)
    inner = result
    for key in keys[:-1]:
        run.step()
        entry = inner.get(key, {})
        if not isinstance(entry, dict):
            return refuse(run, f'Expected a context under "{key}", but there is something else')
        inner[key] = dict(entry)
        inner = inner[key]
    inner[keys[-1]] = value
    return result


def context_merge(run: Run, contexts: list[Any]) -> dict[str, Any] | None:
    """Return one context of all entries; of equal keys the last counts."""
    if not all(isinstance(item, dict) for item in contexts):
        return refuse(run, "Expected a list of contexts, but it holds something else")
    return {key: value for item in contexts for key, value in item.items()}


def context_from_entries(run: Run, entries: list[Any]) -> dict[str, Any] | None:
    """Return the context of a list of contexts with `key` and `value`."""
    result: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return refuse(run, "Expected entries with a string as key and with a value, but one has not")
        if entry["key"] in result:
            return refuse(run, f'Expected each key once, but "{entry["key"]}" is there twice')
        result[entry["key"]] = entry["value"]
    return result


CONTEXT_FUNCTIONS = (
    built_in(
        "get value",
        takes(get_value, "m/context: context", "key: string"),
        takes(get_nested_value, "m/context: context", "keys: list"),
        gives="any",
        en="The value of an entry, found by its key or by a path of keys.",
        zh="按键或键的路径取条目的值。",
        example='get value({a: {b: 1}}, ["a", "b"]) = 1',
    ),
    built_in(
        "get entries",
        takes(get_entries, "m/context: context"),
        gives="list<context>",
        en="The entries as a list of contexts with key and value.",
        zh="把条目列成含 key 与 value 的上下文列表。",
        example='get entries({a: 1}) = [{key: "a", value: 1}]',
    ),
    built_in(
        "context put",
        takes(context_put, "context: context", "key: string", "value: any"),
        takes(context_put_nested, "context: context", "keys: list", "value: any"),
        gives="context",
        en="The context with an entry set, found by its key or by a path of keys.",
        zh="按键或键的路径设置条目，得到新的上下文。",
        example='context put({a: 1}, "b", 2) = {a: 1, b: 2}',
    ),
    built_in(
        "context merge",
        takes(context_merge, "contexts: list"),
        gives="context",
        en="One context of all entries; of equal keys the last counts.",
        zh="合并多个上下文；同名键以后者为准。",
        example="context merge([{a: 1}, {b: 2}]) = {a: 1, b: 2}",
    ),
    built_in(
        "context",
        takes(context_from_entries, "entries: list"),
        gives="context",
        en="The context of a list of entries, each a context with key and value.",
        zh="由含 key 与 value 的列表生成上下文。",
        example='context([{key: "a", value: 1}]) = {a: 1}',
    ),
)
"""In the order of the docs page."""

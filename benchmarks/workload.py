"""The reference procedure of the engine and HTTP benchmarks: decision, 4.5 user tasks, gateway, countersign, timer.

Start -> decision `route` (3 inputs, 20 rules, FIRST) -> *verify* (non-interrupting timer P1D -> *escalation*) ->
gateway (amount > 100000 -> *risk*) -> *sign_a* and *sign_b* in parallel -> *reply*. Every other instance takes *risk*;
every completion carries 991 bytes of form data, the start 698.
"""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.drawing import activity, boundary, draw, exclusive, parallel, process, timer, zeebe
from tests.desk import work_for


def model() -> bytes:
    decide = zeebe("calledDecision", decisionId="route", resultVariable="route")
    return draw(
        process(
            activity("businessRuleTask", "decide", ext=(decide,)),
            work_for("verify", groups="intake", due='=now() + duration("P2D")'),
            boundary("late", "verify", timer("P1D"), interrupting=False),
            work_for("escalation", groups="leads"),
            exclusive("big"),
            work_for("risk", groups="risk"),
            exclusive("joined"),
            parallel("split"),
            work_for("sign_a", groups="legal"),
            work_for("sign_b", groups="finance"),
            parallel("join"),
            work_for("reply", groups="intake"),
            ident="w",
            flows=(
                "s -> decide -> verify -> big; late -> escalation -> e1;"
                "big -[=amount > 100000]-> risk -> joined; big -/-> joined;"
                "joined -> split; split -> sign_a -> join; split -> sign_b -> join; join -> reply -> e"
            ),
        )
    )


def table() -> str:
    inputs = "".join(
        f'<input id="i{n}"><inputExpression id="x{n}" typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for n, (name, kind) in enumerate([("product", "string"), ("amount", "number"), ("channel", "string")])
    )
    rules = ""
    for number in range(20):
        cells = (
            (f'"product{number}"', f"[{number}..{number + 500000}]", '"web","branch"') if number < 19 else ("-",) * 3
        )
        entries = "".join(
            f'<inputEntry id="e{number}_{n}"><text>{text}</text></inputEntry>' for n, text in enumerate(cells)
        )
        output = f'<outputEntry id="o{number}"><text>"group{number}"</text></outputEntry>'
        rules += f'<rule id="r{number}">{entries}{output}</rule>'
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="routing" name="Routing" '
        'namespace="http://redress.example"><decision id="route" name="Route"><decisionTable id="t" hitPolicy="FIRST">'
        f'{inputs}<output id="o" name="group" typeRef="string"/>{rules}</decisionTable></decision></definitions>'
    )


def start_variables(number: int) -> dict[str, Any]:
    amount = 150_000 if number % 2 else 900
    data = {"product": f"product{number % 20}", "amount": amount, "channel": "web", "customer": f"c{number}"}
    return _filled(data, "text", 698)


def form_data(element_id: str, number: int) -> dict[str, Any]:
    data: dict[str, Any] = {f"{element_id}_{n}": f"value {n} " + "x" * 100 for n in range(7)}
    data[f"{element_id}_ok"] = number % 3 == 0
    return _filled(data, f"{element_id}_0", 991)


def _filled(data: dict[str, Any], name: str, size: int) -> dict[str, Any]:
    data.setdefault(name, "")
    data[name] += "y" * max(0, size - len(json.dumps(data)))
    return data

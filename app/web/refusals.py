"""Notes every refusal, whichever door it was at: a line in the log, and a row in the access log when one knows who.

Knows which failures are refusals; why each was one, its message says. Strangers get a line only: a row for whoever
knocks would let them fill the database.
"""

from __future__ import annotations

import logging

from flask import current_app, g, request

from app.domain.redaction import mask_text
from app.errors import ForbiddenError, UnavailableError
from app.services.record_refusal import record_refusal
from app.services.search_records import UnseenRecordError
from app.services.unit_of_work import Runtime

log = logging.getLogger(__name__)

REFUSALS = (ForbiddenError, UnseenRecordError)


def note_refusal(error: Exception) -> None:
    """Note `error` if it is a refusal; a log that cannot be written does not change the answer."""
    if not isinstance(error, REFUSALS):
        return
    rule = request.url_rule.rule if request.url_rule is not None else "an unknown address"
    what = f"{request.method} {rule} {_asked()}".strip()
    actor = g.get("actor")
    who = None if actor is None else actor.username
    log.warning("refused", extra={"actor": who, "what": what, "why": str(error)})
    if actor is None:
        return
    runtime: Runtime = current_app.extensions["redress"]
    try:
        runtime.perform(record_refusal, actor.username, what, str(error), getattr(error, "complaint_key", None))
    except UnavailableError as failure:
        log.exception("refusal not recorded", exc_info=failure)


def _asked() -> str:
    """The address's values; whatever a person may have typed there is masked, keys are not."""
    values = sorted((request.view_args or {}).items())
    shown = [(name, str(value) if name.endswith("key") else mask_text(f"{value!s:.80}")) for name, value in values]
    return " ".join(f"{name}={value}" for name, value in shown)

"""What operators and their tools ask: is it alive, may it get work, what does it count."""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from app.domain.access import require_scope
from app.services.count_work import count_work
from app.web.authentication import authenticate, runtime
from app.web.json_body import write_json

log = logging.getLogger(__name__)
blueprint = Blueprint("health", __name__)

REQUESTS = Counter("redress_requests_total", "Requests answered, by endpoint and status.", ["endpoint", "status"])
SECONDS = Histogram("redress_request_seconds", "Seconds until an answer, by endpoint.", ["endpoint"])


@blueprint.get("/health/live")
def live() -> Response:
    """Say that the process answers."""
    return _answer(200, {"status": "UP"})


@blueprint.get("/health/ready")
def ready() -> Response:
    """Say whether work may be sent here: the database answers. A lost queue only delays, and is told, not refused."""
    parts = {"database": "UP", "queue": "UP" if runtime().settings.redis_url else "NONE"}
    try:
        with runtime().reading() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError as error:
        log.warning("database not ready", extra={"error": str(error)})
        parts["database"] = "DOWN"
    healthy = parts["database"] == "UP"
    return _answer(200 if healthy else 503, {"status": "UP" if healthy else "DOWN", "parts": parts})


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give Prometheus its figures: requests of every worker process, and what waits in the database."""
    require_scope(authenticate(request), "read")
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        figures = generate_latest(registry)
    else:
        figures = generate_latest()
    with runtime().reading() as connection:
        waiting = count_work(connection, runtime().now())
    lines = [f"# TYPE redress_{name} gauge\nredress_{name} {value}\n" for name, value in waiting.items()]
    return Response(figures + "".join(lines).encode(), content_type=CONTENT_TYPE_LATEST)


def register_health(app: Flask) -> None:
    """Serve the endpoints and count every request."""
    app.register_blueprint(blueprint)

    @app.before_request
    def start_watch() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response


def _answer(status: int, body: dict[str, Any]) -> Response:
    return Response(write_json(body), status, content_type="application/json")

"""The pages' built scripts: which file a source became, and that browsers may keep what never changes under its name.

Reads the build's manifest. Where nothing was built there is no script, and pages do without.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, request

MANIFEST = Path(__file__).parent / "static" / "dist" / "manifest.json"
KEPT = "/static/dist/assets/"
"""Built files carry a hash of their content in their names."""


def register_scripts(app: Flask) -> None:
    """Give the templates of `app` the function `built`, and its answers the age of built files."""
    app.jinja_env.globals["built"] = make_lookup(MANIFEST)

    @app.after_request
    def keep_built_files(response: Response) -> Response:
        if request.path.startswith(KEPT) and response.status_code in (200, 304):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def make_lookup(manifest: Path) -> Callable[[str], str | None]:
    """Return the function from a source (`src/app.ts`) to its built file under `static`, None while there is none.

    The manifest is read anew when it has changed: a build may end while the product runs.
    """
    kept: tuple[float, dict[str, str]] = (0.0, {})

    def find_built(source: str) -> str | None:
        nonlocal kept
        try:
            changed_at = manifest.stat().st_mtime
            if changed_at != kept[0]:
                entries = json.loads(manifest.read_text(encoding="utf-8"))
                kept = (changed_at, {name: f"dist/{entry['file']}" for name, entry in entries.items()})
        except (OSError, ValueError):
            return None
        return kept[1].get(source)

    return find_built

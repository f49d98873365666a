"""The portal in other sites' pages: a script that puts it into a frame, for the origins the installation names."""

from __future__ import annotations

from flask import Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.web.authentication import runtime
from app.web.portal.blueprint import portal
from app.web.security import POLICY


@portal.route("/embed.js")
def script() -> AnyResponse:
    """Give the script: `<script src="…/portal/embed.js" async></script>` where the form is to stand."""
    answer = current_app.send_static_file("portal-embed.js")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@portal.route("/embedded")
def embedded() -> AnyResponse:
    """Begin in a frame: at the entrance, and from there to the form."""
    return redirect(url_for("portal.home", next=url_for("portal.new_complaint")))


@portal.after_request
def allow_frames(response: Response) -> Response:
    """Let the named origins, and nobody else, show the portal in a frame."""
    origins = runtime().settings.portal_embed_origins
    if origins and request.endpoint != "portal.script":
        allowed = "frame-ancestors 'self' " + " ".join(origins)
        # Browsers that know frame-ancestors pass over X-Frame-Options, which forbids every frame.
        response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", allowed)
    return response

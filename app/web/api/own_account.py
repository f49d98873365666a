"""One's own account: sessions, tokens, password, absences with a stand-in. Tokens are issued on the page only."""

from __future__ import annotations

from typing import Any

from app.services.change_password import change_own_password
from app.services.end_sessions import end_session
from app.services.issue_own_token import revoke_listed_token
from app.services.plan_absence import cancel_absence, plan_absence, read_absences
from app.services.read_profile import read_profile
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("own account", "One's own sessions, tokens and password, and absences with a stand-in")

SESSION = wire.result(
    "Session",
    {
        "id": wire.text(),
        "browser": wire.text(),
        "address": wire.text(),
        "createdAt": wire.instant(),
        "seenAt": wire.instant(),
        "expiresAt": wire.instant(),
    },
)
TOKEN = wire.result(
    "ApiToken",
    {
        "id": wire.text(),
        "name": wire.text(),
        "scopes": wire.many(wire.text()),
        "createdAt": wire.instant(),
        "expiresAt": wire.instant(null=True),
    },
)
PROFILE = wire.result(
    "OwnAccount",
    {
        "username": wire.text(),
        "displayName": wire.text(),
        "unit": wire.text(null=True),
        "posts": wire.many(wire.text()),
        "roles": wire.many(wire.text()),
        "scopes": wire.many(wire.text()),
        "supervises": wire.many(wire.text()),
        "standsInFor": wire.many(wire.text()),
        "hasSecondFactor": wire.flag(),
        "sessions": wire.many(SESSION),
        "tokens": wire.many(TOKEN),
    },
)
PASSWORDS = wire.shape(
    "PasswordChange",
    {"old": wire.text(required=True, longest=200), "new": wire.text(required=True, longest=200)},
)
ABSENCE = wire.result(
    "Absence",
    {
        "key": wire.key(),
        "username": wire.text(),
        "standIn": wire.text(),
        "startsAt": wire.instant(),
        "endsAt": wire.instant(),
    },
)
ABSENCE_WISH = wire.shape(
    "AbsenceWish",
    {
        "username": wire.text(required=True, longest=255),
        "standIn": wire.text(required=True, longest=255),
        "startsAt": wire.instant(required=True),
        "endsAt": wire.instant(required=True),
    },
)
WHOSE = wire.shape("AbsenceQuery", {"username": wire.text(longest=255)})
KEY = wire.result("AbsenceKey", {"key": wire.key()})
COUNT = wire.result("ChangedCount", {"count": wire.whole()})


@blueprint.operation("GET", "/account", PROFILE)
def show() -> dict[str, Any]:
    """Show one's own account: place, rights as this caller has them, sessions and tokens."""
    who = asking()
    found = runtime().perform(read_profile, who)
    return {
        "username": who.username,
        "displayName": found.account.display_name,
        "unit": None if found.unit is None else found.unit.id,
        "posts": found.account.groups,
        "roles": found.account.roles,
        "scopes": sorted(who.scopes),
        "supervises": sorted(who.supervises),
        "standsInFor": sorted(who.stands_in_for),
        "hasSecondFactor": found.second_factor is not None,
        "sessions": [
            {
                "id": row.secret_hash,
                "browser": row.browser,
                "address": row.address,
                "createdAt": row.created_at,
                "seenAt": row.seen_at,
                "expiresAt": row.expires_at,
            }
            for row in found.sessions
        ],
        "tokens": [
            {
                "id": row.token_hash,
                "name": row.name,
                "scopes": row.scopes,
                "createdAt": row.created_at,
                "expiresAt": row.expires_at,
            }
            for row in found.tokens
        ],
    }


@blueprint.operation("PUT", "/account/password", COUNT, body=PASSWORDS)
def change(body: dict[str, Any]) -> dict[str, Any]:
    """Change one's own password, knowing the old one; every session ends."""
    change_own_password(runtime(), asking(), body["old"], body["new"], session=None)
    return {"count": 1}


@blueprint.operation("DELETE", "/account/sessions/<string:identity>", COUNT)
def end(identity: str) -> dict[str, Any]:
    """End one of one's sessions."""
    runtime().perform(end_session, asking(), asking().username, identity)
    return {"count": 1}


@blueprint.operation("DELETE", "/account/tokens/<string:identity>", COUNT)
def revoke(identity: str) -> dict[str, Any]:
    """Revoke one of one's tokens."""
    runtime().perform(revoke_listed_token, asking(), asking().username, identity)
    return {"count": 1}


@blueprint.operation("GET", "/absences", ABSENCE, many=True, query=WHOSE)
def absences(query: dict[str, Any]) -> list[dict[str, Any]]:
    """List the absences that are not over: one's own, or those of somebody one leads."""
    username = query.get("username") or asking().username
    return [
        {
            "key": row.key,
            "username": row.username,
            "standIn": row.stand_in,
            "startsAt": row.starts_at,
            "endsAt": row.ends_at,
        }
        for row in runtime().perform(read_absences, asking(), username)
    ]


@blueprint.operation("POST", "/absences", KEY, status=201, body=ABSENCE_WISH)
def plan(body: dict[str, Any]) -> dict[str, Any]:
    """Plan an absence, one's own or that of somebody one leads; the stand-in works the person's tasks meanwhile."""
    wish = (body["username"], body["standIn"], body["startsAt"], body["endsAt"])
    return {"key": runtime().perform(plan_absence, asking(), *wish)}


@blueprint.operation("DELETE", "/absences/<string:username>/<int:key>", COUNT)
def cancel(username: str, key: int) -> dict[str, Any]:
    """End an absence now, or call it off."""
    runtime().perform(cancel_absence, asking(), username, key)
    return {"count": 1}

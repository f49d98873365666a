"""The organisation and its accounts, for administrators: each operation says whose duty it is."""

from __future__ import annotations

from typing import Any

from app.services.change_password import set_password
from app.services.change_person import PersonWish, add_person, change_person
from app.services.change_unit import PostWish, UnitWish, change_post, change_unit
from app.services.end_sessions import end_other_sessions
from app.services.grant_rights import grant_rights, open_account, unlock_account
from app.services.read_accounts import read_account, read_locked, read_organisation
from app.services.set_second_factor import reset_second_factor
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("accounts", "Units, posts, people and their rights")


def unit_members() -> wire.Names:
    """Return what a unit has besides its id, as fields of its own for each shape: a wish may leave some out."""
    return {
        "kind": wire.text(required=True, longest=16),
        "nameZh": wire.text(required=True, longest=80),
        "nameEn": wire.text(required=True, longest=80),
        "parentId": wire.text(null=True, longest=80),
        "head": wire.text(null=True, longest=255),
        "calendar": wire.text(null=True, longest=40),
    }


def post_members() -> wire.Names:
    """Return what a post has besides its id."""
    return {
        "nameZh": wire.text(required=True, longest=80),
        "nameEn": wire.text(required=True, longest=80),
        "unitId": wire.text(null=True, longest=80),
    }


PERSON_MEMBERS: wire.Names = {
    "displayName": wire.text(required=True, longest=80),
    "email": wire.text(null=True, longest=254),
    "unitId": wire.text(null=True, longest=80),
    "superior": wire.text(null=True, longest=255),
    "calendar": wire.text(null=True, longest=40),
}
UNIT_WISH = wire.shape("UnitWish", unit_members())
POST_WISH = wire.shape("PostWish", post_members())
PERSON_WISH = wire.shape("PersonWish", PERSON_MEMBERS)
NEW_PERSON = wire.shape("NewPerson", {**PERSON_MEMBERS, "username": wire.text(required=True, longest=64)})
UNIT = wire.result("Unit", {"id": wire.text(), **unit_members()})
POST = wire.result("Post", {"id": wire.text(), **post_members(), "holders": wire.many(wire.text())})
ORGANISATION = wire.result("Organisation", {"units": wire.many(UNIT), "posts": wire.many(POST)})
ACCOUNT = wire.result(
    "Account",
    {
        "username": wire.text(),
        "displayName": wire.text(),
        "unitId": wire.text(null=True),
        "superior": wire.text(null=True),
        "roles": wire.many(wire.text()),
        "open": wire.flag(),
        "locked": wire.flag(),
    },
)
RIGHTS = wire.shape(
    "Rights",
    {
        "roles": wire.many(wire.text(longest=40), required=True),
        "posts": wire.many(wire.text(longest=255), required=True),
    },
)
PASSWORD = wire.shape("NewPassword", {"new": wire.text(required=True, longest=200)})
OPEN = wire.shape("AccountOpen", {"open": wire.flag(required=True)})
CHANGED = wire.result("Changed", {"id": wire.text()})


@blueprint.operation("GET", "/organisation", ORGANISATION)
def organisation() -> dict[str, Any]:
    """List units and posts, with who holds each; for system and security administrators."""
    found = runtime().perform(read_organisation, asking())
    return {
        "units": [
            {
                "id": row.id,
                "kind": row.kind,
                "nameZh": row.name_zh,
                "nameEn": row.name_en,
                "parentId": row.parent_id,
                "head": row.head,
                "calendar": row.calendar,
            }
            for row in found.units
        ],
        "posts": [
            {
                "id": row.id,
                "nameZh": row.name_zh,
                "nameEn": row.name_en,
                "unitId": row.unit_id,
                "holders": found.holders.get(row.id, []),
            }
            for row in found.posts
        ],
    }


@blueprint.operation("PUT", "/organisation/units/<string:unit_id>", CHANGED, body=UNIT_WISH)
def put_unit(body: dict[str, Any], unit_id: str) -> dict[str, Any]:
    """Make a unit be as wished; for system administrators."""
    wish = UnitWish(
        kind=body["kind"],
        name_zh=body["nameZh"],
        name_en=body["nameEn"],
        parent_id=body.get("parentId"),
        head=body.get("head"),
        calendar=body.get("calendar"),
    )
    runtime().perform(change_unit, asking(), unit_id, wish)
    return {"id": unit_id}


@blueprint.operation("PUT", "/organisation/posts/<string:post_id>", CHANGED, body=POST_WISH)
def put_post(body: dict[str, Any], post_id: str) -> dict[str, Any]:
    """Make a post be as wished; its id is the group that models name. For system administrators."""
    wish = PostWish(name_zh=body["nameZh"], name_en=body["nameEn"], unit_id=body.get("unitId"))
    runtime().perform(change_post, asking(), post_id, wish)
    return {"id": post_id}


@blueprint.operation("GET", "/accounts", ACCOUNT, many=True)
def accounts() -> list[dict[str, Any]]:
    """List every account; for system and security administrators."""
    locked = runtime().perform(read_locked, asking())
    return [
        {
            "username": row.username,
            "displayName": row.display_name,
            "unitId": row.unit_id,
            "superior": row.superior,
            "roles": row.roles,
            "open": row.active,
            "locked": row.username in locked,
        }
        for row in runtime().perform(read_organisation, asking()).people
    ]


@blueprint.operation("POST", "/accounts", CHANGED, status=201, body=NEW_PERSON)
def add(body: dict[str, Any]) -> dict[str, Any]:
    """Make an account without rights or a password; for system administrators."""
    runtime().perform(add_person, asking(), body["username"], _wish(body))
    return {"id": body["username"]}


@blueprint.operation("PUT", "/accounts/<string:username>", CHANGED, body=PERSON_WISH)
def change(body: dict[str, Any], username: str) -> dict[str, Any]:
    """Make a person's names and place be as wished; for system administrators."""
    runtime().perform(change_person, asking(), username, _wish(body))
    return {"id": username}


@blueprint.operation("PUT", "/accounts/<string:username>/rights", CHANGED, body=RIGHTS)
def grant(body: dict[str, Any], username: str) -> dict[str, Any]:
    """Give an account these roles and posts and no others; for security administrators, and never for oneself."""
    runtime().perform(grant_rights, asking(), username, roles=body["roles"], groups=body["posts"])
    return {"id": username}


@blueprint.operation("PUT", "/accounts/<string:username>/password", CHANGED, body=PASSWORD)
def give_password(body: dict[str, Any], username: str) -> dict[str, Any]:
    """Give an account a password, which unlocks it and ends its sessions; for security administrators."""
    runtime().perform(set_password, asking(), username, body["new"])
    return {"id": username}


@blueprint.operation("PUT", "/accounts/<string:username>/open", CHANGED, body=OPEN)
def open_or_close(body: dict[str, Any], username: str) -> dict[str, Any]:
    """Let an account be used, or close it; for security administrators."""
    runtime().perform(open_account, asking(), username, is_open=body["open"])
    return {"id": username}


@blueprint.operation("POST", "/accounts/<string:username>/unlock", CHANGED)
def unlock(username: str) -> dict[str, Any]:
    """Unlock an account that failed sign-ins have locked; for security administrators."""
    runtime().perform(unlock_account, asking(), username)
    return {"id": username}


@blueprint.operation("DELETE", "/accounts/<string:username>/second-factor", CHANGED)
def reset_factor(username: str) -> dict[str, Any]:
    """Take somebody's second factor away, who has lost it; they are told. For security administrators."""
    runtime().perform(reset_second_factor, asking(), username)
    return {"id": username}


@blueprint.operation("DELETE", "/accounts/<string:username>/sessions", CHANGED)
def end_sessions(username: str) -> dict[str, Any]:
    """End every session of an account; for security administrators."""
    runtime().perform(read_account, asking(), username)
    runtime().perform(end_other_sessions, asking(), username)
    return {"id": username}


def _wish(body: dict[str, Any]) -> PersonWish:
    return PersonWish(
        display_name=body["displayName"],
        email=body.get("email"),
        unit_id=body.get("unitId"),
        superior=body.get("superior"),
        calendar=body.get("calendar"),
    )

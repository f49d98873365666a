"""What a new password must be like. Knows no hash."""

from __future__ import annotations

from app.errors import InvalidInputError

SHORTEST = 8
LONGEST = 200
FEWEST_DIFFERENT = 5


class WeakPasswordError(InvalidInputError):
    """The password is one that somebody would guess."""


def check_new_password(username: str, password: str) -> None:
    """Raise WeakPasswordError for a password too short, too long, of few different characters, or holding the name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPasswordError(f"Expected a password of {SHORTEST} to {LONGEST} characters, but got {len(password)}")
    if len(set(password)) < FEWEST_DIFFERENT:
        raise WeakPasswordError(f"Expected a password of {FEWEST_DIFFERENT} different characters, but it has fewer")
    if username.lower() in password.lower():
        raise WeakPasswordError("Expected a password without the account's name in it, but it has it")

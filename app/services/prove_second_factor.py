"""Prove a second factor: a one-time code (RFC 6238) that was not used yet, or a recovery code, which is used up."""

from __future__ import annotations

import hashlib
import re

import pyotp

from app.clock import SystemClock
from app.services.check_password import is_locked, note_failed_sign_in
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.second_factors import find_second_factor, take_recovery_code, take_step

STEP_SECONDS = 30
STEPS_ASIDE = 1
"""How many steps a phone's clock may be wrong by, either way."""


def prove_second_factor(runtime: Runtime, username: str, code: str) -> bool:
    """Tell whether `code` proves that the account's owner is there; one that does not counts as a failed sign-in."""
    if not is_locked(runtime, username) and runtime.perform(_take, username, re.sub(r"[\s-]", "", code)):
        return True
    runtime.perform(note_failed_sign_in, username)
    return False


def secret_place(username: str) -> str:
    """Return what a one-time code's secret is sealed for."""
    return f"second_factor.secret:{username}"


def matching_step(secret: str, code: str) -> int | None:
    """Return the time step whose code this is, near now; None for a code of no such step."""
    now = int(SystemClock().now().timestamp()) // STEP_SECONDS
    codes = pyotp.TOTP(secret)
    steps = range(now - STEPS_ASIDE, now + STEPS_ASIDE + 1)
    return next((step for step in steps if pyotp.utils.strings_equal(codes.generate_otp(step), code)), None)


def hash_code(username: str, code: str) -> str:
    """Return what is stored of a recovery code: it is random enough that a plain SHA-256 cannot be searched."""
    return hashlib.sha256(f"{username}:{code.upper()}".encode()).hexdigest()


def _take(work: UnitOfWork, username: str, code: str) -> bool:
    row = find_second_factor(work.connection, username)
    if row is None:
        return False
    if not (code.isascii() and code.isdecimal() and len(code) == 6):
        return take_recovery_code(work.connection, username, hash_code(username, code))
    step = matching_step(work.runtime.sealer.open(row.secret, secret_place(username)), code)
    return step is not None and take_step(work.connection, username, step)

"""Check a name and a password, count what fails, and lock a name that fails too often (docs/identity.md).

Nothing tells a name nobody has from a wrong password or a locked account: not the answer, and not its time.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from app.clock import SystemClock
from app.domain.lock_out import lock_length
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.accounts import find_account
from app.storage.sign_in_guards import count_failure, find_guard, forget_failures, lock_until

hasher = PasswordHasher()
_NOBODY = (
    f"$argon2id$v={ARGON2_VERSION}$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    f"${'A' * 22}${'A' * 43}"
)
"""Verified in place of a missing hash, so that an unknown name takes as long as a wrong password: fits no password."""
LONGEST_NAME = 255


def check_password(runtime: Runtime, username: str, password: str) -> bool:
    """Tell whether an active account that is not locked has this name and password. Slow on purpose (argon2).

    An account without a password of its own is asked of the directory, where one is configured; so is a name that
    nobody has, to take as long.
    """
    if not 0 < len(username) <= LONGEST_NAME or "\x00" in username:
        return False
    with runtime.reading() as connection:
        account = find_account(connection, username)
    stored = account.password_hash if account is not None else None
    is_right = _fits(stored, password)
    if stored is None and runtime.settings.ldap is not None and not is_locked(runtime, username):
        from app.directories.ldap import is_directory_password  # read by those who have one

        is_right = is_directory_password(runtime.settings.ldap, username, password) and account is not None
    if is_right and not is_locked(runtime, username):
        return True
    runtime.perform(note_failed_sign_in, username)
    return False


def is_locked(runtime: Runtime, username: str) -> bool:
    """Tell whether a name is locked; asked after the password was checked, so that guessing at once gains little."""
    with runtime.reading() as connection:
        guard = find_guard(connection, username)
    return guard is not None and guard.locked_until is not None and guard.locked_until > SystemClock().now()


def forget_failed_sign_ins(work: UnitOfWork, username: str) -> None:
    """Start counting anew, because somebody has signed in, or an administrator unlocks the name."""
    forget_failures(work.connection, username)


def note_failed_sign_in(work: UnitOfWork, username: str) -> None:
    """Count a failed sign-in of a name, and lock it where it was one too many; what fails during a lock counts not."""
    now = SystemClock().now()
    guard = find_guard(work.connection, username)
    if guard is not None and guard.locked_until is not None and guard.locked_until > now:
        return
    length = lock_length(count_failure(work.connection, username, now))
    if length is not None:
        lock_until(work.connection, username, now + length)


def _fits(stored: str | None, password: str) -> bool:
    try:
        return hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False

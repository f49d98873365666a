"""Says whether an account must set up a second factor before it may do anything else, as the settings say by role.

Knows the settings, roles and whether there is a factor; what "nothing else" is, the doors know.
"""

from __future__ import annotations

from sqlalchemy import Connection

from app.clock import SystemClock
from app.domain.access import ROLES
from app.services.unit_of_work import Runtime
from app.setting_values import SettingError
from app.sign_in_settings import SecondFactorSettings
from app.storage.accounts import find_account
from app.storage.second_factors import find_second_factor


def check_second_factor_roles(settings: SecondFactorSettings | None) -> None:
    """Raise SettingError for a role that there is not."""
    unknown = sorted((settings.roles if settings is not None else frozenset()) - set(ROLES))
    if unknown:
        raise SettingError(
            f"Expected REDRESS_SECOND_FACTOR_ROLES to be among {', '.join(sorted(ROLES))}, but got {', '.join(unknown)}"
        )


def needs_second_factor(runtime: Runtime, connection: Connection, username: str) -> bool:
    """Whether an account lacks the second factor that one of its roles demands today."""
    settings = runtime.settings.second_factor
    return settings is not None and _is_in_force(runtime, settings) and _lacks(settings, connection, username)


def will_need_second_factor(runtime: Runtime, connection: Connection, username: str) -> bool:
    """Whether an account lacks the second factor that one of its roles will demand from a day to come."""
    settings = runtime.settings.second_factor
    return settings is not None and not _is_in_force(runtime, settings) and _lacks(settings, connection, username)


def _is_in_force(runtime: Runtime, settings: SecondFactorSettings) -> bool:
    return SystemClock().now().astimezone(runtime.zone).date() >= settings.since


def _lacks(settings: SecondFactorSettings, connection: Connection, username: str) -> bool:
    account = find_account(connection, username)
    if account is None or settings.roles.isdisjoint(account.roles):
        return False
    return find_second_factor(connection, username) is None

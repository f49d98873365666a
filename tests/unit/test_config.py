from base64 import b64encode

import pytest

from app.config import SettingError, read_settings

KEY = b64encode(bytes(32)).decode()
SECRET = {"SECRET_KEY": "s" * 32, "REDRESS_DATA_KEYS": f"k1:{KEY},index:{KEY}"}


def test_an_empty_environment_of_a_demo_runs_on_sqlite_with_a_secret_of_its_own() -> None:
    settings = read_settings({"REDRESS_MODE": "demo"})
    assert settings.database_url == "sqlite:///var/redress.sqlite3"
    assert (settings.redis_url, settings.clock_may_move, len(settings.secret_key)) == (None, True, 64)


def test_production_has_no_default_for_its_secret_and_does_not_move_its_clock() -> None:
    with pytest.raises(SettingError, match="SECRET_KEY"):
        read_settings({})
    assert read_settings(SECRET).clock_may_move is False


def test_a_postgresql_address_names_the_driver() -> None:
    url = read_settings({**SECRET, "DATABASE_URL": "postgres://u@h/d"}).database_url
    assert url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDRESS_MODE", "prod"),
        ("REDRESS_ZONE", "Mars/Base"),
        ("REDRESS_LEASE_SECONDS", "0"),
        ("REDRESS_SWEEP_SECONDS", "soon"),
        ("REDRESS_SWEEP_SECONDS", "nan"),
        ("REDRESS_SWEEP_SECONDS", "inf"),
        ("REDIS_URL", "localhost:6379"),
        ("DATABASE_URL", "mysql://x"),
        ("SECRET_KEY", "short"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({**SECRET, name: value})

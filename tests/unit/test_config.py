import re
from base64 import b64encode
from pathlib import Path

import pytest

from app.config import CLOCK_PACKS, read_settings
from app.setting_values import SettingError

KEY = b64encode(bytes(32)).decode()
APP = Path(__file__).parents[2] / "app"
SECRET = {"SECRET_KEY": "s" * 32, "REDRESS_DATA_KEYS": f"k1:{KEY},index:{KEY}"}

WITH = {
    "REDRESS_OIDC_CLIENT_ID": {"REDRESS_OIDC_ISSUER": "https://login.bank.example"},
    "REDRESS_LDAP_FILTER": {"REDRESS_LDAP_URL": "ldaps://directory.bank.example"},
}


def test_the_docs_list_every_setting_and_no_other() -> None:
    read = re.compile(r'"((?:REDRESS|DATABASE|REDIS|SECRET)_[A-Z_]+)"')
    known = {name for file in ("config.py", "sign_in_settings.py") for name in read.findall((APP / file).read_text())}
    rows = re.findall(r"^\| (`.*?) \|", (APP.parent / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == known


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
        ("REDRESS_CLOCK_PACKS", "cn,nope"),
        ("REDRESS_RECORD_RETENTION_DAYS", "365"),
        ("REDRESS_SMTP_URL", ":::"),
        ("REDRESS_SMTP_URL", "smtp://mail:port"),
        ("REDRESS_SMS_URL", "carrier-pigeon://x"),
        ("REDRESS_PUBLIC_URL", "ftp://x"),
        ("REDRESS_PUBLIC_URL", "https://"),
        ("REDRESS_TRUSTED_PROXIES", "-1"),
        ("REDRESS_TRUSTED_PROXIES", "many"),
        ("REDRESS_OIDC_ISSUER", "http://login.bank.example"),
        ("REDRESS_OIDC_CLIENT_ID", ""),
        ("REDRESS_LDAP_URL", "ldap://directory.bank.example"),
        ("REDRESS_LDAP_FILTER", "uid=*"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({**SECRET, **WITH.get(name, {}), name: value})


def test_the_packs_are_those_that_the_shipped_table_knows() -> None:
    text = Path("dmn/clocks.dmn").read_text(encoding="utf-8")
    known = re.search(r'id="clocks_values_pack">\s*<text>([^<]*)', text)
    assert known is not None
    assert tuple(name.strip('" ') for name in known[1].split(",")) == CLOCK_PACKS


def test_a_demo_writes_a_line_for_each_message_and_a_production_node_sends_to_nobody() -> None:
    demo, production = read_settings({"REDRESS_MODE": "demo"}), read_settings(SECRET)
    assert (demo.smtp_url, demo.sms_url) == ("log:", "log:")
    assert (production.smtp_url, production.sms_url) == (None, None)

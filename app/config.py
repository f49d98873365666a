"""Settings: one frozen record, read once from the environment.

Owns which variables exist, their defaults and what makes one wrong. Knows nothing of who uses them. A wrong value stops
the boot and names itself; a secret has no default in production.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.errors import InvalidInputError

Value = TypeVar("Value")
KEY_BYTES = 32
GREATEST_NUMBER = 2**31 - 1
MODES = ("production", "demo", "test")


class SettingError(InvalidInputError):
    """An environment variable holds something the product cannot run with."""


@dataclass(frozen=True)
class Settings:
    """What one process runs with.

    `database_url`: SQLAlchemy address. `redis_url`: of the queue; None means there is none and rows wait for the sweep.
    `data_keys` seal personal data: key id to 32 bytes, the first one current, and one called "index" for blind indexes.
    `clock_packs` are the rules on deadlines the institution is under, as `dmn/clocks.dmn` names them.
    `smtp_url` and `sms_url` name who takes mail and text messages (docs/notifications.md); None: nobody does.
    `mode`: production, demo or test; only the last two let the clock be moved. Lengths are in seconds, sizes in bytes.
    """

    database_url: str
    redis_url: str | None
    secret_key: str
    mode: str = "production"
    zone: str = "Asia/Shanghai"
    data_dir: Path = Path("var")
    public_url: str = "http://127.0.0.1:8080"
    lease_seconds: int = 60
    sweep_seconds: float = 1.0
    timer_batch: int = 50
    http_job_timeout_seconds: int = 30
    http_job_allowed_hosts: frozenset[str] = frozenset()
    smtp_url: str | None = None
    mail_from: str = "redress@localhost"
    sms_url: str | None = None
    max_request_bytes: int = 4 * 1024 * 1024
    clock_packs: tuple[str, ...] = ("cn", "house")
    pool_size: int = 5
    data_keys: Mapping[str, bytes] = field(default_factory=lambda: new_data_keys(), repr=False)

    @property
    def clock_may_move(self) -> bool:
        """Whether this installation's clock may be pinned and moved."""
        return self.mode != "production"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from `environ`.

    Variables: DATABASE_URL, REDIS_URL, SECRET_KEY, and REDRESS_ before MODE, ZONE, DATA_DIR, PUBLIC_URL, LEASE_SECONDS,
    SWEEP_SECONDS, TIMER_BATCH, HTTP_JOB_TIMEOUT_SECONDS, HTTP_JOB_ALLOWED_HOSTS (comma-separated), MAX_REQUEST_BYTES,
    CLOCK_PACKS (comma-separated), SMTP_URL, MAIL_FROM, SMS_URL, POOL_SIZE and DATA_KEYS
    ("2026a:<32 bytes in base64>,index:<32 bytes in base64>"). Raises SettingError naming the
    variable.
    """
    mode = _choice(environ, "REDRESS_MODE", "production", MODES)
    data_dir = Path(environ.get("REDRESS_DATA_DIR", "var"))
    hosts = environ.get("REDRESS_HTTP_JOB_ALLOWED_HOSTS", "")
    return Settings(
        database_url=_database_url(environ, data_dir),
        redis_url=_redis_url(environ),
        secret_key=_secret(environ, mode),
        mode=mode,
        zone=_zone(environ),
        data_dir=data_dir,
        public_url=environ.get("REDRESS_PUBLIC_URL", "http://127.0.0.1:8080").rstrip("/"),
        lease_seconds=_positive(environ, "REDRESS_LEASE_SECONDS", 60, int),
        sweep_seconds=_positive(environ, "REDRESS_SWEEP_SECONDS", 1.0, float),
        timer_batch=_positive(environ, "REDRESS_TIMER_BATCH", 50, int),
        http_job_timeout_seconds=_positive(environ, "REDRESS_HTTP_JOB_TIMEOUT_SECONDS", 30, int),
        http_job_allowed_hosts=frozenset(host.strip().lower() for host in hosts.split(",") if host.strip()),
        smtp_url=environ.get("REDRESS_SMTP_URL") or None,
        mail_from=environ.get("REDRESS_MAIL_FROM", "redress@localhost"),
        sms_url=environ.get("REDRESS_SMS_URL") or None,
        clock_packs=_words(environ, "REDRESS_CLOCK_PACKS", "cn,house"),
        max_request_bytes=_positive(environ, "REDRESS_MAX_REQUEST_BYTES", 4 * 1024 * 1024, int),
        pool_size=_positive(environ, "REDRESS_POOL_SIZE", 5, int),
        data_keys=_data_keys(environ, mode),
    )


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'redress.sqlite3'}"
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite://", "postgresql+psycopg://")):
        raise SettingError(f"Expected DATABASE_URL to be a sqlite or postgresql address, but it starts {url[:12]!r}")
    return url


def _redis_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("REDIS_URL") or None
    if url is not None and not url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingError(
            f"Expected REDIS_URL to start with redis://, rediss:// or unix://, but it starts {url[:8]!r}"
        )
    return url


def _secret(environ: Mapping[str, str], mode: str) -> str:
    secret = environ.get("SECRET_KEY", "")
    if not secret and mode != "production":
        return secrets.token_hex(32)
    if len(secret) < 32:
        raise SettingError(f"Expected SECRET_KEY to have 32 characters or more, but it has {len(secret)}")
    return secret


def new_data_keys() -> dict[str, bytes]:
    """Return a fresh ring: one key and the index key."""
    return {"first": secrets.token_bytes(KEY_BYTES), "index": secrets.token_bytes(KEY_BYTES)}


def _data_keys(environ: Mapping[str, str], mode: str) -> dict[str, bytes]:
    text = environ.get("REDRESS_DATA_KEYS", "")
    if not text and mode != "production":
        return new_data_keys()
    try:
        pairs = [part.split(":", 1) for part in text.split(",")]
        keys = {name.strip(): b64decode(key, validate=True) for name, key in pairs}
    except ValueError as error:
        raise SettingError("Expected REDRESS_DATA_KEYS to read id:base64,index:base64, but it does not") from error
    if "index" not in keys or len(keys) < 2 or any(len(key) != KEY_BYTES for key in keys.values()):
        raise SettingError(
            "Expected REDRESS_DATA_KEYS to hold one key or more and 'index', each of 32 bytes, but it does not"
        )
    return keys


def _zone(environ: Mapping[str, str]) -> str:
    name = environ.get("REDRESS_ZONE", "Asia/Shanghai")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SettingError(
            f"Expected REDRESS_ZONE to be a time zone such as Asia/Shanghai, but got {name!r}"
        ) from error
    return name


def _choice(environ: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = environ.get(name, default)
    if value not in choices:
        raise SettingError(f"Expected {name} to be one of {', '.join(choices)}, but got {value!r}")
    return value


def _words(environ: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in environ.get(name, default).split(",") if word.strip())


def _positive(environ: Mapping[str, str], name: str, default: Value, read: Callable[[str], Value]) -> Value:
    text = environ.get(name)
    if text is None:
        return default
    try:
        value = read(text)
    except ValueError as error:
        raise SettingError(f"Expected {name} to be a number, but got {text!r}") from error
    if not 0 < float(text) <= GREATEST_NUMBER:  # so that "nan" and "inf" are refused, too
        raise SettingError(f"Expected {name} to be above 0 and at most {GREATEST_NUMBER:,}, but got {text!r}")
    return value

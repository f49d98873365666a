"""Settings: one frozen record, read once from the environment.

Owns which variables exist, their defaults and what makes one wrong. Knows nothing of who uses them. A wrong value stops
the boot and names itself; a secret has no default in production.
"""

from __future__ import annotations

import re
import secrets
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from app.setting_values import (
    SettingError,
    read_address,
    read_choice,
    read_count,
    read_positive,
    read_words,
    split_address,
)
from app.sign_in_settings import (
    LdapSettings,
    OidcSettings,
    SecondFactorSettings,
    read_ldap,
    read_oidc,
    read_second_factor,
)

KEY_BYTES = 32
DATABASE_FILE = "redress.sqlite3"
"""The database of an installation without `DATABASE_URL`, in its data folder."""
MOST_PROXIES = 10
MODES = ("production", "demo", "test")
CLOCK_PACKS = ("cn", "pboc", "wechat_pay", "uk", "eu", "us_cfpb", "house")
"""The packs of `dmn/clocks.dmn`, each a body of rules on deadlines; an institution's own rules are its house rules."""
FOUR_EYES, DIRECT = "four-eyes", "direct"
LOG_ONLY = "log:"
LEAST_RECORD_DAYS = 1096
"""Records of complaints are kept for three years at least (FCA DISP 1.9; the law on network logs asks for less)."""


@dataclass(frozen=True)
class Settings:
    """What one process runs with.

    `database_url`: SQLAlchemy address. `redis_url`: of the queue; None means there is none and rows wait for the sweep.
    `data_keys` seal personal data: key id to 32 bytes, the first one current, and one called "index" for blind indexes.
    `table_release`: four-eyes or direct, that is whether a deployment may change decision tables by itself.
    `clock_packs` are the rules on deadlines the institution is under, as `dmn/clocks.dmn` names them.
    `files_url` names a bucket for attached files, None a folder of `data_dir`; `file_retention_days` is how long files
    stay after their complaint ended, `record_retention_days` how long notices, events of rules and audit lines do; None
    for good (docs/attachments.md, docs/retention.md). `clamd_url` names who looks for viruses in files; None: nobody.
    `smtp_url` and `sms_url` name who takes mail and text messages (docs/notifications.md); None: nobody does.
    `oidc` and `ldap` name who may vouch for a person, `second_factor` who must have one (docs/identity.md); a session
    left idle for so long ends.
    `portal_embed_origins`: sites that may show the customer portal in a frame, and call its JSON (docs/portal.md).
    `trusted_proxies`: how many proxies stand before this product and write X-Forwarded-For; 0: nobody is believed.
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
    systems_file: Path | None = None
    files_url: str | None = None
    max_file_bytes: int = 100 * 1024 * 1024
    file_retention_days: int | None = None
    record_retention_days: int | None = None
    clamd_url: str | None = None
    clock_packs: tuple[str, ...] = ("cn", "house")
    table_release: str = DIRECT
    session_idle_minutes: int = 60
    oidc: OidcSettings | None = None
    ldap: LdapSettings | None = None
    second_factor: SecondFactorSettings | None = None
    trusted_proxies: int = 0
    portal_embed_origins: tuple[str, ...] = ()
    pool_size: int = 5
    data_keys: Mapping[str, bytes] = field(default_factory=lambda: new_data_keys(), repr=False)

    @property
    def clock_may_move(self) -> bool:
        """Whether this installation's clock may be pinned and moved."""
        return self.mode != "production"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from `environ`.

    docs/settings.md lists the variables. Raises SettingError naming the one that is wrong.
    """
    mode = read_choice(environ, "REDRESS_MODE", "production", MODES)
    data_dir = Path(environ.get("REDRESS_DATA_DIR", "var"))
    hosts = environ.get("REDRESS_HTTP_JOB_ALLOWED_HOSTS", "")
    return Settings(
        database_url=_database_url(environ, data_dir),
        redis_url=_redis_url(environ),
        secret_key=_secret(environ, mode),
        mode=mode,
        zone=_zone(environ),
        data_dir=data_dir,
        public_url=_public_url(environ),
        lease_seconds=read_positive(environ, "REDRESS_LEASE_SECONDS", 60, int),
        sweep_seconds=read_positive(environ, "REDRESS_SWEEP_SECONDS", 1.0, float),
        timer_batch=read_positive(environ, "REDRESS_TIMER_BATCH", 50, int),
        http_job_timeout_seconds=read_positive(environ, "REDRESS_HTTP_JOB_TIMEOUT_SECONDS", 30, int),
        http_job_allowed_hosts=frozenset(host.strip().lower() for host in hosts.split(",") if host.strip()),
        smtp_url=_sender(environ, mode, "REDRESS_SMTP_URL", ("smtp", "smtps")),
        mail_from=environ.get("REDRESS_MAIL_FROM", "redress@localhost"),
        sms_url=_sender(environ, mode, "REDRESS_SMS_URL", ("aliyun", "tencent")),
        clock_packs=_clock_packs(environ),
        table_release=read_choice(
            environ, "REDRESS_TABLE_RELEASE", FOUR_EYES if mode == "production" else DIRECT, (FOUR_EYES, DIRECT)
        ),
        max_request_bytes=read_positive(environ, "REDRESS_MAX_REQUEST_BYTES", 4 * 1024 * 1024, int),
        systems_file=Path(environ["REDRESS_SYSTEMS_FILE"]) if environ.get("REDRESS_SYSTEMS_FILE") else None,
        files_url=_files_url(environ),
        clamd_url=_clamd_url(environ),
        max_file_bytes=read_positive(environ, "REDRESS_MAX_FILE_BYTES", 100 * 1024 * 1024, int),
        record_retention_days=_record_retention(environ),
        file_retention_days=read_positive(environ, "REDRESS_FILE_RETENTION_DAYS", 0, int) or None,
        oidc=read_oidc(environ),
        ldap=read_ldap(environ),
        second_factor=read_second_factor(environ),
        session_idle_minutes=read_positive(environ, "REDRESS_SESSION_IDLE_MINUTES", 60, int),
        trusted_proxies=read_count(environ, "REDRESS_TRUSTED_PROXIES", MOST_PROXIES),
        portal_embed_origins=_origins(environ),
        pool_size=read_positive(environ, "REDRESS_POOL_SIZE", 5, int),
        data_keys=_data_keys(environ, mode),
    )


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{data_dir / DATABASE_FILE}"
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


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    origins = tuple(one.strip() for one in environ.get("REDRESS_PORTAL_EMBED_ORIGINS", "").split(",") if one.strip())
    for one in origins:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?", one):
            raise SettingError(
                f"Expected REDRESS_PORTAL_EMBED_ORIGINS to be origins such as https://www.bank.example, but got {one!r}"
            )
    return origins


def _files_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("REDRESS_FILES_URL") or None
    if url is not None and not re.match(r"s3://[^/?]+", url):
        raise SettingError(f"Expected REDRESS_FILES_URL to read s3://bucket/prefix, but it starts {url[:12]!r}")
    return url


def _clamd_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("REDRESS_CLAMD_URL") or None
    if url is not None and re.match(r"unix:///.", url):
        return url
    return read_address(environ, "REDRESS_CLAMD_URL", ("tcp",))


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


def _public_url(environ: Mapping[str, str]) -> str:
    return (read_address(environ, "REDRESS_PUBLIC_URL", ("http", "https")) or "http://127.0.0.1:8080").rstrip("/")


def _sender(environ: Mapping[str, str], mode: str, name: str, schemes: tuple[str, ...]) -> str | None:
    """Return who sends, or that a log line takes its place, as in a demo where nobody is named."""
    text = environ.get(name) or (LOG_ONLY if mode == "demo" else None)
    if text is not None and split_address(name, text).scheme == "log":
        return text
    return read_address(environ, name, schemes)


def _record_retention(environ: Mapping[str, str]) -> int | None:
    days = read_positive(environ, "REDRESS_RECORD_RETENTION_DAYS", 0, int) or None
    if days is not None and days < LEAST_RECORD_DAYS:
        raise SettingError(
            f"Expected REDRESS_RECORD_RETENTION_DAYS to be {LEAST_RECORD_DAYS} (three years) or more, but got {days}"
        )
    return days


def _clock_packs(environ: Mapping[str, str]) -> tuple[str, ...]:
    packs = read_words(environ, "REDRESS_CLOCK_PACKS", "cn,house")
    unknown = sorted(set(packs) - set(CLOCK_PACKS))
    if unknown:
        raise SettingError(
            f"Expected REDRESS_CLOCK_PACKS to be among {', '.join(CLOCK_PACKS)}, but got {', '.join(unknown)}"
        )
    return packs

"""A real LDAP directory, over TCP and TLS, says whose password is right; and what happens when it is not there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.directories.ldap import is_directory_password
from app.errors import UnavailableError
from app.sign_in_settings import LdapSettings
from tests.ldap_words import PASSWORD, READER, READER_PASSWORD

ROOT = Path(__file__).parents[2]


@contextmanager
def running_directory(*arguments: str) -> Iterator[int]:
    """Run a directory in a process of its own; gives its port."""
    command = [sys.executable, "-m", "tests.ldap_server", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def settings_of(url: str) -> LdapSettings:
    return LdapSettings(url, READER, READER_PASSWORD, "ou=people,o=bank")


@pytest.fixture(scope="module")
def directory() -> Iterator[LdapSettings]:
    with running_directory() as port:
        yield settings_of(f"ldap://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("username", "password", "is_in"),
    [
        ("gaoyuan", PASSWORD, True),
        ("lina", PASSWORD, True),
        ("gaoyuan", "wrong", False),
        ("gaoyuan", "", False),
        ("nobody", PASSWORD, False),
        ("twice", PASSWORD, False),
        ("*", PASSWORD, False),
        ("gao*", PASSWORD, False),
        ("gaoyuan)(uid=*", PASSWORD, False),
        ("gaoyuan)(|(uid=*", PASSWORD, False),
        ("gao\\2ayuan", PASSWORD, False),
        ("gaoyuan\x00", PASSWORD, False),
        ("高远", PASSWORD, False),
    ],
)
def test_a_directory_lets_in_whom_it_knows_once_with_the_password(
    directory: LdapSettings, username: str, password: str, is_in: bool
) -> None:
    assert is_directory_password(directory, username, password) is is_in


def test_a_filter_of_the_institution_s_own_is_asked(directory: LdapSettings) -> None:
    narrow = replace(directory, filter="(&(objectClass=inetOrgPerson)(cn={username}))")
    assert is_directory_password(narrow, "gaoyuan", PASSWORD)
    assert not is_directory_password(replace(directory, filter="(&(uid={username})(o=none))"), "gaoyuan", PASSWORD)


def test_a_directory_that_is_away_or_refuses_its_reader_is_no_wrong_password(directory: LdapSettings) -> None:
    with pytest.raises(UnavailableError, match="REDRESS_LDAP_BIND_DN"):
        is_directory_password(replace(directory, bind_password="changed"), "gaoyuan", PASSWORD)
    with running_directory() as port:
        gone = settings_of(f"ldap://127.0.0.1:{port}")
    with pytest.raises(UnavailableError, match="directory to answer"):
        is_directory_password(gone, "gaoyuan", PASSWORD)


def test_over_tls_only_a_directory_with_a_certificate_one_trusts_is_told_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, both = own_certificate(tmp_path)
    with running_directory(str(both)) as port:
        directory = settings_of(f"ldaps://localhost:{port}")
        with pytest.raises(UnavailableError):
            is_directory_password(directory, "gaoyuan", PASSWORD)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(UnavailableError):
            is_directory_password(settings_of(f"ldaps://127.0.0.1:{port}"), "gaoyuan", PASSWORD)  # another host's
        assert is_directory_password(directory, "gaoyuan", PASSWORD)
        assert not is_directory_password(directory, "gaoyuan", "wrong")


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody else signed: the file of it alone, and that with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a directory of this test")])
    now = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(host, critical=False)
    signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(
        key, hashes.SHA256()
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "certificate.pem").write_bytes(pem)
    (folder / "both.pem").write_bytes(private + pem)
    return folder / "certificate.pem", folder / "both.pem"

"""An LDAP directory of its own process, by Twisted and ldaptor: `python -m tests.ldap_server [certificate.pem]`.

Prints the port that it listens on. With a certificate (key and certificate in one file) it speaks TLS only.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from ldaptor.inmemory import fromLDIFFile
from ldaptor.interfaces import IConnectedLDAPEntry
from ldaptor.protocols.ldap.ldapserver import LDAPServer
from twisted.internet import protocol
from twisted.internet import reactor as running
from twisted.internet import ssl as tls
from twisted.python import components as adapting

from tests.ldap_words import PASSWORD, PEOPLE, READER, READER_PASSWORD

reactor: Any = running
components: Any = adapting
ssl: Any = tls


class Directory(protocol.ServerFactory):
    """Hands each connection the tree of entries."""

    def __init__(self, root: Any) -> None:
        self.root = root

    def buildProtocol(self, addr: Any) -> Any:
        server = LDAPServer()
        server.factory = self
        return server


def entries() -> bytes:
    """Return the directory's content as LDIF."""
    units = [("o=bank", "organization"), ("ou=people,o=bank", "organizationalUnit")]
    units += [(f"ou={name},ou=people,o=bank", "organizationalUnit") for name in ("cards", "loans")]
    blocks = [f"dn: {dn}\nobjectClass: {kind}\n" for dn, kind in units]
    people = [(READER, "reader", READER_PASSWORD)]
    people += [(f"uid={one},ou=people,o=bank", one.split(",")[0], PASSWORD) for one in PEOPLE]
    blocks += [
        f"dn: {dn}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\nuserPassword: {kept}\n"
        for dn, uid, kept in people
    ]
    return ("\n".join(blocks) + "\n").encode()


def serve(certificate: Path | None) -> None:
    """Listen until the process is ended."""

    def listen(root: Any) -> None:
        directory, where = Directory(root), {"interface": "127.0.0.1"}
        if certificate is None:
            port = reactor.listenTCP(0, directory, **where)
        else:
            options = ssl.PrivateCertificate.loadPEM(certificate.read_text()).options()
            port = reactor.listenSSL(0, directory, options, **where)
        sys.stdout.write(f"{port.getHost().port}\n")
        sys.stdout.flush()

    components.registerAdapter(lambda directory: directory.root, Directory, IConnectedLDAPEntry)
    fromLDIFFile(BytesIO(entries())).addCallback(listen)
    reactor.run()


if __name__ == "__main__":
    serve(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

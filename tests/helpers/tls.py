"""A private certificate authority for tests: contexts for loopback servers and a CA file for clients.

Besides the good certificate it issues the bad ones a client must refuse: expired, not yet valid, for another host,
self-signed, from an unknown authority.
"""

import ssl
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import trustme

LOOPBACK_NAMES = ("localhost", *(f"127.0.0.{number}" for number in range(1, 10)), "::1")


class TlsAuthority:
    """A throw-away CA. Goes in: a directory for its files. Comes out: `ca_file`, server and client contexts."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._ca = trustme.CA()
        self.ca_file = directory / "ca.pem"
        self._ca.cert_pem.write_to_path(self.ca_file)

    @cached_property
    def leaf(self) -> trustme.LeafCert:
        """The good certificate, for localhost and the loopback addresses."""
        return self._ca.issue_cert(*LOOPBACK_NAMES)

    def write_leaf(self) -> tuple[Path, Path]:
        """Write the good certificate and its key; returns (certificate file, key file)."""
        certificate, key = self._directory / "server.pem", self._directory / "server.key"
        for number, blob in enumerate(self.leaf.cert_chain_pems):
            blob.write_to_path(certificate, append=number > 0)
        self.leaf.private_key_pem.write_to_path(key)
        return certificate, key

    @cached_property
    def server_context(self) -> ssl.SSLContext:
        """What a server with the good certificate needs."""
        return context_for(self.leaf)

    @cached_property
    def client_context(self) -> ssl.SSLContext:
        """A client context that trusts this authority and nothing else."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def expired(self) -> ssl.SSLContext:
        """A server whose certificate ended yesterday (RFC 5280 4.1.2.5)."""
        now = datetime.now(UTC)
        return context_for(
            self._ca.issue_cert(*LOOPBACK_NAMES, not_before=now - timedelta(days=30), not_after=now - timedelta(days=1))
        )

    def not_yet_valid(self) -> ssl.SSLContext:
        """A server whose certificate begins tomorrow."""
        now = datetime.now(UTC)
        return context_for(
            self._ca.issue_cert(*LOOPBACK_NAMES, not_before=now + timedelta(days=1), not_after=now + timedelta(days=30))
        )

    def wrong_host(self) -> ssl.SSLContext:
        """A server with a valid certificate for somebody else's name (RFC 6125)."""
        return context_for(self._ca.issue_cert("mail.elsewhere.test"))

    def unknown_authority(self) -> ssl.SSLContext:
        """A server whose certificate comes from an authority the client has never heard of."""
        return context_for(trustme.CA().issue_cert(*LOOPBACK_NAMES))


def context_for(leaf: trustme.LeafCert) -> ssl.SSLContext:
    """A server context (TLS 1.2 or newer) that shows the given certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    leaf.configure_cert(context)
    return context

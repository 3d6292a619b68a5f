"""Making a connection: addresses of a host, a socket to the quickest of them, and what TLS trusts."""

import ipaddress
import itertools
import re
import selectors
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from desktop.domain.errors import Misconfigured, SourceError, Stopped, Transient
from desktop.domain.mailbox import Security
from desktop.providers import errors
from desktop.providers.channel import Breaker, Channel, Timeouts
from desktop.providers.errors import Peer

SPEAKS_WITHIN_S = 3.0
"""How long a mail server may take for its greeting where it is only wanted to know whether there is one."""

HEAD_START_S = 0.25
"""How long an address may try alone before the next one is tried beside it (RFC 8305)."""


def context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Return what a TLS connection must satisfy: 1.2 or newer, a certificate for the host from a trusted authority.

    *ca_file* adds authorities to those the operating system trusts.
    """
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        try:
            made.load_verify_locations(cafile=ca_file)
        except (OSError, ValueError) as error:
            raise errors.bad_ca_file(type(error).__name__) from error
    return made


def dial(peer: Peer, security: Security, timeouts: Timeouts, breaker: Breaker) -> Channel:
    """Connect to *peer*, not yet encrypted; with ``Security.NONE`` only if it is this computer itself."""
    try:
        sock = _quickest(_addresses(peer, security), timeouts.connect_s, breaker)
    except (OSError, UnicodeError) as error:
        raise errors.network_error(error, peer) from error
    return Channel(sock, peer, timeouts, breaker)


_Address = tuple[int, tuple[str | int | bytes, ...]]


def _addresses(peer: Peer, security: Security) -> list[_Address]:
    """Look *peer* up, families taking turns. Without encryption, only this computer itself may be meant."""
    if not peer.host or len(peer.host) > 253 or any(ch.isspace() or ord(ch) < 33 for ch in peer.host):
        raise errors.bad_host(peer.host)
    found = socket.getaddrinfo(peer.host, peer.port, type=socket.SOCK_STREAM)
    if security is Security.NONE and not all(_is_loopback(str(sockaddr[0])) for *_, sockaddr in found):
        raise errors.plain_not_allowed(peer)
    families: dict[int, list[_Address]] = {}
    sockaddr: tuple[str | int | bytes, ...]
    for family, _, _, _, sockaddr in found:
        families.setdefault(family, []).append((family, sockaddr))
    turns = itertools.chain.from_iterable(itertools.zip_longest(*families.values()))
    return [address for address in turns if address is not None]


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _quickest(addresses: list[_Address], limit_s: float, breaker: Breaker) -> socket.socket:
    """Return a socket connected to the address that answers first; raises the last failure when none does."""
    deadline = time.monotonic() + limit_s
    failure: OSError = TimeoutError("timed out")
    waiting = iter(addresses)
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        upcoming = next(waiting, None)
        while upcoming is not None or selector.get_map():
            if upcoming is not None:
                try:
                    selector.register(stack.enter_context(_begin(upcoming)), selectors.EVENT_WRITE)
                except OSError as error:
                    failure = error
                upcoming = next(waiting, None)
            events = (
                selector.select(min(HEAD_START_S, max(0.0, deadline - time.monotonic()))) if selector.get_map() else []
            )
            for key, _ in events:
                sock = key.fileobj
                assert isinstance(sock, socket.socket)  # noqa: S101 - only sockets are registered
                number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if number == 0:
                    return _keep(sock)
                selector.unregister(sock)
                failure = OSError(number, "cannot connect")
            if breaker.tripped:
                raise Stopped
            if time.monotonic() >= deadline:
                raise TimeoutError("timed out")
    raise failure


def _begin(address: _Address) -> socket.socket:
    family, sockaddr = address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        with suppress(BlockingIOError):
            sock.connect(sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


def _keep(sock: socket.socket) -> socket.socket:
    """Return the winner under a new handle, so that the race can close everything it opened."""
    kept = sock.dup()
    kept.setblocking(True)
    kept.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return kept


def greeted(greet: Callable[[], None], peer: Peer, timeouts: Timeouts, breaker: Breaker) -> None:
    """Read the greeting in the clear; where none comes, find out whether that is because the port speaks TLS."""
    try:
        greet()
    except Transient as error:
        silent = isinstance(error.__cause__, (TimeoutError, EOFError, ConnectionError))
        if silent and answers(peer, timeouts, breaker):
            raise errors.speaks_tls(peer) from error
        raise


def encrypted(encrypt: Callable[[], None], peer: Peer, timeouts: Timeouts, breaker: Breaker) -> None:
    """Have a conversation begin with TLS; where it is answered in the clear, find out whether by a mail server at all.

    A mail server speaks first; what answers a handshake in the clear and has nothing to say by itself is the web page
    of a network that wants one to sign in.
    """
    try:
        encrypt()
    except Misconfigured as error:
        if error.detail.startswith(errors.NO_TLS) and not speaks_first(peer, timeouts, breaker):
            raise errors.web_page(peer, error.detail) from error
        raise


def speaks_first(peer: Peer, timeouts: Timeouts, breaker: Breaker) -> bool:
    """Tell whether *peer* says something of its own accord that is no web page; nothing is sent to it."""
    try:
        channel = dial(peer, Security.STARTTLS, timeouts, breaker)
    except (SourceError, OSError):
        return False
    try:
        channel.wait_at_most(min(SPEAKS_WITHIN_S, timeouts.silence_s))
        return re.match(rb"\s*(HTTP/|<)", channel.readline(), re.IGNORECASE) is None
    except SourceError:
        return False
    finally:
        channel.close()


def answers(peer: Peer, timeouts: Timeouts, breaker: Breaker) -> bool:
    """Tell whether *peer* expects TLS from the first byte; nothing is sent but the beginning of a handshake."""
    untrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    untrusting.check_hostname = False
    untrusting.verify_mode = ssl.CERT_NONE
    try:
        channel = dial(peer, Security.STARTTLS, timeouts, breaker)
    except (SourceError, OSError):
        return False
    try:
        channel.start_tls(untrusting)
    except SourceError:
        return False
    finally:
        channel.close()
    return True

"""The one door to authorization servers: every library's HTTP goes through it, whichever library it is.

What holds for all: https only, TLS as for mail servers and nothing in the environment overrides it; the system's
proxies; no redirects; answers bounded in bytes and in time; a breaker that ends a request from
another thread; and whatever goes wrong is a SourceError before a library can log it, retry it or guess at it.
"""

import http.client
import io
import logging
import socket
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from desktop.domain.errors import Misconfigured, SourceError, Stopped
from desktop.domain.reasons import ReasonCode
from desktop.providers import tls
from desktop.providers.channel import Breaker
from desktop.providers.errors import Peer, network_error
from desktop.providers.oauth.reach import Answer, Judge, Reach, unencrypted, unreachable

for _name in ("requests_oauthlib", "oauthlib", "msal", "google"):  # they log what they send: codes, tokens, secrets
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

ANSWER_CAP = 1 << 20
"""Bytes of an answer, decompressed; a discovery document has a few thousand."""

_PIECE = 1 << 16
_BY_THEMSELVES = {ReasonCode.OFFLINE, ReasonCode.TLS_UNTRUSTED, ReasonCode.TLS_REFUSED}


def furnish(session: requests.Session, reach: Reach, judge: Judge) -> None:
    """Make *session* go through the door, whatever it was set to before."""
    session.trust_env = False
    session.proxies = {}
    door = Door(reach, judge)
    session.adapters.clear()
    session.mount("https://", door)
    session.mount("http://", door)


def session_for(reach: Reach, judge: Judge) -> requests.Session:
    """Return a new session that goes through the door."""
    made = requests.Session()
    furnish(made, reach, judge)
    return made


class Door(HTTPAdapter):
    """Sends requests as this module's words say. Used by one thread at a time."""

    def __init__(self, reach: Reach, judge: Judge) -> None:
        self._reach = reach
        self._judge = judge
        self._line = _Line(reach.breaker)
        self._context = tls.context(reach.ca_file)
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool: Any) -> None:
        """Make connections that trust what we trust and that the breaker can end."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **pool)
        self.poolmanager.pool_classes_by_scheme = _pools(self._line)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Make the same connections through a proxy."""
        manager = super().proxy_manager_for(
            proxy, ssl_context=self._context, proxy_ssl_context=self._context, **proxy_kwargs
        )
        manager.pool_classes_by_scheme = _pools(self._line)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        """Leave trust to our own context: certificates are always checked, whatever a library asks for."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = None
        conn.ca_cert_dir = None

    def build_connection_pool_key_attributes(self, request: Any, verify: object, cert: Any = None) -> Any:
        """Return where to connect to; the same for every *verify*."""
        return super().build_connection_pool_key_attributes(request, True, None)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: object = True,
        cert: object = None,
        proxies: object = None,
    ) -> requests.Response:
        """Send one request; raises SourceError for everything that goes wrong. What a library wishes is not heard."""
        peer = _peer_of(request.url or "")
        if self._reach.breaker.tripped:
            raise Stopped
        if self._reach.on_host is not None:
            self._reach.on_host(peer.host)
        request.headers["Connection"] = "close"  # one connection a request: the line holds one handle
        try:
            with self._line.held(self._reach.limit_s):
                response = super().send(
                    request,
                    stream=True,
                    timeout=(self._reach.timeouts.connect_s, self._reach.timeouts.silence_s),
                    proxies=_proxies_for(peer.host),
                )
                body = _whole(response, peer)
            if self._line.ran_out or self._reach.breaker.tripped:  # a head cut short would pass for a whole one
                raise EOFError
        except (OSError, EOFError, urllib3.exceptions.HTTPError, http.client.HTTPException, ValueError) as error:
            raise self._failure(error, peer) from None
        finally:
            self.close()  # nothing is left open between requests, which may be an hour apart
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._judge(Answer(peer.host, response.status_code, headers, body))
        response.raw = io.BytesIO(body)
        return response

    def _failure(self, error: Exception, peer: Peer) -> SourceError:
        if self._reach.breaker.tripped:
            return Stopped()
        if self._line.ran_out:
            return unreachable(peer.host, f"{peer.host} does not answer in time.", "time limit")
        if isinstance(error, requests.exceptions.InvalidSchema):
            return _no_such_proxy()
        if _is_about_a_proxy(error):
            return unreachable(peer.host, "The proxy that this computer is set to cannot be used.", "proxy")
        found = network_error(_root_of(error), peer)
        if found.code in _BY_THEMSELVES:
            return found
        return unreachable(peer.host, found.what, found.detail)


# --- one request ------------------------------------------------------------------------------------------------------


def _peer_of(url: str) -> Peer:
    """Return whom *url* is at; raises Misconfigured unless it may be asked."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if not host or parts.username is not None:
        raise Misconfigured(
            ReasonCode.SETTINGS_INVALID,
            "The address of the authorization server is not a web address.",
            action="Check the OAuth client's file or settings.",
            detail="not a URL",
            field="client_id",
        )
    if parts.scheme != "https":
        raise unencrypted(host)
    return Peer(host, port or 443, "HTTPS")


def _proxies_for(host: str) -> dict[str, str]:
    """Return the system's proxies, none where the system says *host* is reached without."""
    if urllib.request.proxy_bypass(host):
        return {}
    return {scheme: url for scheme, url in urllib.request.getproxies().items() if scheme in {"http", "https", "all"}}


def _whole(response: requests.Response, peer: Peer) -> bytes:
    with response:
        body = b""
        while piece := response.raw.read(_PIECE, decode_content=True):
            body += piece
            if len(body) > ANSWER_CAP:
                raise unreachable(peer.host, f"{peer.host} sent more than can be right.", "answer over the limit")
        return body


def _root_of(error: BaseException) -> Exception:
    """Return what the socket, TLS or the name service raised, out of the wrappings of two libraries."""
    waiting: list[object] = [error]
    seen: list[object] = []
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or any(one is other for other in seen):
            continue
        seen.append(one)
        if isinstance(one, (ssl.SSLError, socket.gaierror, TimeoutError, ConnectionError)) or type(one) is OSError:
            return one
        if isinstance(one, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
            return TimeoutError()
        waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return EOFError("connection closed")


def _is_about_a_proxy(error: BaseException) -> bool:
    return isinstance(error, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL)


def _no_such_proxy() -> Misconfigured:
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        "The proxy that this computer is set to is of a kind that cannot be used.",
        meaning="Sign-in goes through HTTP proxies only; this one is probably a SOCKS proxy.",
        action="Set an HTTP proxy in the system's network settings, or none.",
        detail="proxy scheme",
    )


# --- connections that can be ended ------------------------------------------------------------------------------------


class _Line:
    """Holds the handle of the one socket in use, for the breaker and for the time limit.

    The handle is a duplicate: to shut it down ends the connection in whatever state TLS is.
    """

    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker
        self._turn = threading.Lock()
        self._handle: socket.socket | None = None
        self.ran_out = False

    @contextmanager
    def held(self, limit_s: float) -> Iterator[None]:
        """Let one request take *limit_s* seconds at most."""
        self.ran_out = False
        timer = threading.Timer(limit_s, self._run_out)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.drop()

    def take(self, sock: socket.socket) -> None:
        """Take charge of a new connection."""
        handle = sock.dup()
        with self._turn:
            old, self._handle = self._handle, handle
        if old is not None:
            old.close()
        self._breaker.guard(handle)
        if self.ran_out:
            self._run_out()

    def drop(self) -> None:
        """Forget the connection, which is closed."""
        with self._turn:
            old, self._handle = self._handle, None
        if old is not None:
            self._breaker.guard(None)
            old.close()

    def _run_out(self) -> None:
        with self._turn:
            self.ran_out = True
            if self._handle is not None:
                with suppress(OSError):
                    self._handle.shutdown(socket.SHUT_RDWR)


def _pools(line: _Line) -> dict[str, type[HTTPConnectionPool]]:
    """Return pools whose connections *line* holds; none is used twice."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _taken(line, super()._new_conn())

        def close(self) -> None:
            line.drop()
            super().close()

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _taken(line, super()._new_conn())

        def close(self) -> None:
            line.drop()
            super().close()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def _taken(line: _Line, sock: socket.socket) -> socket.socket:
    try:
        line.take(sock)
    except BaseException:
        sock.close()
        raise
    return sock

"""The one border where what sockets, TLS, DNS and servers say becomes an error a person can be told about.

Each error has up to three parts - what happened, what it means, what to do - and names the setting it belongs beside.
A server's own words are shown shortened and without control characters; ``detail`` (for the log) has neither
addresses nor server text that could hold one.
"""

import errno
import re
import socket
import ssl
import unicodedata
from dataclasses import dataclass

from desktop.domain.errors import Misbehaving, Misconfigured, SourceError, Transient
from desktop.domain.reasons import ReasonCode

SHOWN_TEXT = 200
_ADDRESS = re.compile(r"[^\s<>\"'(),;:@]+@[^\s<>\"'(),;:@]+")


@dataclass(frozen=True, slots=True)
class Peer:
    """The server a conversation is with. ``service`` is ``IMAP`` or ``SMTP``."""

    host: str
    port: int
    service: str = "IMAP"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def shown(text: bytes | str) -> str:
    """Return a server's words fit for a person: one line, no control characters, at most 200 characters."""
    if isinstance(text, bytes):
        text = text[: 4 * SHOWN_TEXT].decode("utf-8", "replace")
    kept = (" " if ch.isspace() or unicodedata.category(ch) in {"Cc", "Cf", "Co", "Cs"} else ch for ch in text)
    line = " ".join("".join(kept).split())
    return line if len(line) <= SHOWN_TEXT else line[: SHOWN_TEXT - 1].rstrip() + "…"


def for_log(text: bytes | str) -> str:
    """Return a server's words fit for the log: as shown, addresses taken out."""
    return _ADDRESS.sub("<address>", shown(text))


def says(text: bytes | str) -> str:
    """Return ``The server says: "..."``, or nothing when it said nothing."""
    line = shown(text)
    return f'The server says: "{line}"' if line else ""


# --- the connection -------------------------------------------------------------------------------------------------

_OFFLINE = {errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
_PLAIN_ANSWER = {
    "WRONG_VERSION_NUMBER",
    "UNKNOWN_PROTOCOL",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
    "HTTP_REQUEST",
}
NO_TLS = "answered unencrypted:"
"""How the detail of the error begins for a server that answers a TLS handshake in the clear."""

_TOO_OLD = {
    "UNSUPPORTED_PROTOCOL",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "VERSION_TOO_LOW",
    "NO_PROTOCOLS_AVAILABLE",
    "DH_KEY_TOO_SMALL",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "NO_SHARED_CIPHER",
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
}


def network_error(error: Exception, peer: Peer) -> SourceError:
    """Translate whatever a socket, TLS or the name service raised."""
    detail = f"{type(error).__name__} {getattr(error, 'errno', None) or ''}".strip()
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_error(error, peer)
    if isinstance(error, socket.gaierror):
        return _name_error(error, peer)
    if isinstance(error, (EOFError, ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionResetError, BrokenPipeError)):
        return closed(peer, detail)
    if isinstance(error, ssl.SSLError):
        return _tls_error(error, peer)
    if isinstance(error, TimeoutError):
        return Transient(
            ReasonCode.SERVER_UNREACHABLE,
            f"{peer} does not answer.",
            meaning="The network or the server is slow or down, or host or port is not right.",
            action="It is tried again by itself; if it never worked, check host and port.",
            detail=detail,
            field="host",
        )
    if isinstance(error, UnicodeError):
        return bad_host(peer.host)
    return _os_error(error, peer, detail)


def _os_error(error: Exception, peer: Peer, detail: str) -> SourceError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ECONNREFUSED:
        return Transient(
            ReasonCode.SERVER_UNREACHABLE,
            f"{peer.host} refuses connections on port {peer.port}.",
            meaning=f"No {peer.service} server listens there just now.",
            action="Check the port; 993 is usual for IMAP with TLS, 465 for SMTP with TLS.",
            detail=detail,
            field="port",
        )
    if number in _OFFLINE:
        return Transient(
            ReasonCode.OFFLINE,
            "This computer is offline.",
            meaning=f"There is no way from here to {peer.host}.",
            action="It is tried again by itself as soon as there is a network.",
            detail=detail,
        )
    return Transient(
        ReasonCode.SERVER_UNREACHABLE,
        f"{peer} cannot be reached.",
        meaning="The network between here and the server fails.",
        action="It is tried again by itself; if it never worked, check host and port.",
        detail=detail,
        field="host",
    )


def _name_error(error: socket.gaierror, peer: Peer) -> SourceError:
    if error.errno == socket.EAI_AGAIN:
        return Transient(
            ReasonCode.OFFLINE,
            f"The address of {peer.host} cannot be looked up just now.",
            meaning="This computer is offline or its name service does not answer.",
            action="It is tried again by itself as soon as there is a network.",
            detail=f"gaierror {error.errno}",
            field="host",
        )
    return Transient(
        ReasonCode.SERVER_UNREACHABLE,
        f"There is no server called {peer.host}.",
        meaning="The name is not known, or this computer is offline.",
        action="Check the spelling of the host.",
        detail=f"gaierror {error.errno}",
        field="host",
    )


def _tls_error(error: ssl.SSLError, peer: Peer) -> SourceError:
    reason = error.reason or ""
    if reason in _PLAIN_ANSWER:
        return Misconfigured(
            ReasonCode.SETTINGS_INVALID,
            f"Port {peer.port} of {peer.host} does not speak TLS.",
            meaning="The connection there begins unencrypted.",
            action="Choose STARTTLS, or the port for TLS (993 for IMAP, 465 for SMTP).",
            detail=f"{NO_TLS} {reason}",
            field="security",
        )
    if reason in _TOO_OLD:
        return Misconfigured(
            ReasonCode.TLS_REFUSED,
            f"{peer.host} offers only encryption that is no longer safe.",
            meaning="TLS 1.2 or newer is needed; nothing was sent.",
            action="Ask whoever runs the server to switch TLS 1.2 or 1.3 on.",
            detail=f"ssl {reason}",
            field="security",
        )
    return Transient(
        ReasonCode.SERVER_UNREACHABLE,
        f"The encrypted connection to {peer} broke.",
        meaning="The network or the server failed in the middle of TLS.",
        action="It is tried again by itself.",
        detail=f"ssl {reason}",
        field="security",
    )


# verify codes of OpenSSL (x509_vfy.h)
_EXPIRED, _NOT_YET, _SELF_SIGNED, _SELF_IN_CHAIN, _NO_ISSUER, _NO_FIRST, _REVOKED = 10, 9, 18, 19, 20, 21, 23
_WRONG_HOST, _WRONG_ADDRESS = 62, 64
_WEAK = {66, 67, 68}
_OWN_AUTHORITY = "If you know the server, give its authority's certificate as CA file."
_CERTIFICATE = {
    _EXPIRED: (
        "The certificate of {host} has expired.",
        "Whoever runs the server must renew it; check this computer's date too.",
    ),
    _NOT_YET: ("The certificate of {host} is not valid yet.", "Check this computer's date and time."),
    _SELF_SIGNED: ("{host} shows a certificate that it signed itself.", _OWN_AUTHORITY),
    _SELF_IN_CHAIN: (
        "The certificate of {host} comes from an authority this computer does not know.",
        _OWN_AUTHORITY,
    ),
    _REVOKED: (
        "The certificate of {host} was revoked.",
        "Do not use this server before its operator has explained it.",
    ),
}


def certificate_error(error: ssl.SSLCertVerificationError, peer: Peer) -> SourceError:
    """Translate a certificate that cannot be trusted (RFC 5280, RFC 6125)."""
    code = error.verify_code
    field = "security"
    if code in {_NO_ISSUER, _NO_FIRST}:
        code = _SELF_IN_CHAIN
    what, action = _CERTIFICATE.get(
        code, ("The certificate of {host} cannot be trusted.", "Ask whoever runs the server.")
    )
    if code in {_WRONG_HOST, _WRONG_ADDRESS}:
        what, action = (
            "The certificate shown is not for {host}.",
            "Check the host: it must be the name the certificate was made for.",
        )
        field = "host"
    elif code in _WEAK:
        what = "The certificate of {host} is too weak to be trusted."
    return Misconfigured(
        ReasonCode.TLS_UNTRUSTED,
        what.format(host=peer.host),
        meaning="It could be someone else's server, or the page on which a network (hotel, train) wants one to sign in"
        " first. Nothing that signs in was sent.",
        action=action,
        detail=f"verify code {error.verify_code}",
        field=field,
    )


def closed(peer: Peer, detail: str) -> Transient:
    """Return the error for a connection that ended in the middle."""
    return Transient(
        ReasonCode.SERVER_UNREACHABLE,
        f"{peer.host} closed the connection.",
        meaning="The server or something on the way ended it early; nothing was taken in half.",
        action="It is tried again by itself.",
        detail=detail,
        field="host",
    )


def said_goodbye(peer: Peer, text: bytes) -> Transient:
    """Return the error for a server that ended the conversation in words (BYE, SMTP 421)."""
    return Transient(
        ReasonCode.SERVER_UNREACHABLE,
        f"{peer.host} ended the connection.",
        meaning=says(text),
        action="It is tried again by itself.",
        detail=f"bye: {for_log(text)}",
    )


# --- settings -------------------------------------------------------------------------------------------------------


def bad_host(host: str) -> Misconfigured:
    """Return the error for text that cannot be a host name."""
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f'"{shown(host)}" cannot be the name of a server.',
        action="Give a name such as imap.example.org.",
        field="host",
    )


def plain_not_allowed(peer: Peer) -> Misconfigured:
    """Return the error for an unencrypted connection to another computer."""
    return Misconfigured(
        ReasonCode.TLS_REFUSED,
        f"An unencrypted connection to {peer.host} is not made.",
        meaning="Anyone on the way could read it and sign in too; only this computer itself may be reached that way.",
        action="Choose TLS or STARTTLS.",
        field="security",
    )


def bad_ca_file(detail: str) -> Misconfigured:
    """Return the error for a file of extra authorities that cannot be used."""
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        "The CA file cannot be read.",
        meaning="It must be a file with one or more certificates in PEM form.",
        action="Give another file, or none.",
        detail=detail,
        field="ca_file",
    )


def starttls_missing(peer: Peer, detail: str) -> Misconfigured:
    """Return the error for a server that does not go over to TLS."""
    return Misconfigured(
        ReasonCode.TLS_REFUSED,
        f"{peer} does not offer STARTTLS.",
        meaning="Either it cannot, or someone on the way took the offer out; nothing that signs in was sent.",
        action="Choose TLS with its own port (993 for IMAP, 465 for SMTP).",
        detail=detail,
        field="security",
    )


def preauth_refused(peer: Peer) -> Misconfigured:
    """Return the error for a server that claims a log-in before there was encryption."""
    return Misconfigured(
        ReasonCode.TLS_REFUSED,
        f"{peer} claims that we are logged in before the connection is encrypted.",
        meaning="That is a known way to trick programs out of encryption; nothing was sent.",
        action="Choose TLS with its own port (993).",
        detail="PREAUTH before STARTTLS",
        field="security",
    )


def injected_before_tls(peer: Peer) -> Misbehaving:
    """Return the error for plain text that came after STARTTLS was agreed."""
    return Misbehaving(
        ReasonCode.TLS_REFUSED,
        f"{peer.host} went on unencrypted after encryption was agreed.",
        meaning="That can be an attempt to slip something in; the connection was dropped before anyone signed in.",
        action="If it happens again, choose TLS with its own port.",
        detail="plain text after STARTTLS",
        field="security",
    )


def speaks_tls(peer: Peer) -> Misconfigured:
    """Return the error for a port that waits for TLS while we wait for a greeting."""
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f"Port {peer.port} of {peer.host} speaks TLS.",
        meaning="It expects encryption from the first byte.",
        action="Choose TLS.",
        detail="TLS on a port set as plain",
        field="security",
    )


# --- a server that breaks the rules ---------------------------------------------------------------------------------


def misbehaves(peer: Peer, detail: str) -> Misbehaving:
    """Return the error for an answer that cannot be right. *detail* is ours, never the server's text."""
    return Misbehaving(
        ReasonCode.SERVER_MISBEHAVES,
        f"{peer.host} gave an answer that cannot be right.",
        meaning="The connection was dropped; nothing was taken in half.",
        action="It is tried again by itself.",
        detail=detail,
    )


def too_much(peer: Peer, detail: str) -> Misbehaving:
    """Return the error for an answer beyond every limit."""
    return Misbehaving(
        ReasonCode.SERVER_MISBEHAVES,
        f"{peer.host} sent more than can be right.",
        meaning="The connection was dropped to protect this computer's memory.",
        action="It is tried again by itself.",
        detail=detail,
    )


def too_slow(peer: Peer) -> Misbehaving:
    """Return the error for a server that feeds us a byte at a time."""
    return Misbehaving(
        ReasonCode.SERVER_MISBEHAVES,
        f"{peer.host} is too slow to go on.",
        meaning="It sent less than one kilobyte in a minute in the middle of an answer.",
        action="It is tried again by itself.",
        detail="below the least pace",
    )


_OTHER_PROTOCOLS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"HTTP/|<(!doctype|html|\?xml)|GET ", re.IGNORECASE), "a web server"),
    (re.compile(rb"SSH-"), "an SSH server"),
    (re.compile(rb"\+OK"), "a POP3 server"),
    (re.compile(rb"220[ -]"), "an SMTP or FTP server"),
    (re.compile(rb"\* (OK|PREAUTH|BYE)", re.IGNORECASE), "an IMAP server"),
)


def web_page(peer: Peer, detail: str) -> Transient:
    """Return the error for a network that answers in a server's place until one has signed in to it: a captive portal.

    It is this computer that is offline: nothing is the matter with the mailbox.
    """
    return Transient(
        ReasonCode.OFFLINE,
        f"A web page answers in place of {peer}.",
        meaning="A network that wants a sign-in first (hotel, train) does that, and so does a wrong port. Nothing was"
        " sent there.",
        action="Open a browser and sign in to the network, or check the port. It is tried again by itself.",
        detail=detail,
        field="port",
    )


def wrong_protocol(peer: Peer, greeting: bytes) -> SourceError:
    """Return the error for a greeting of another kind of server."""
    if re.match(rb"[\x14-\x17]\x03[\x00-\x04]", greeting):
        return speaks_tls(peer)
    kind = next((name for pattern, name in _OTHER_PROTOCOLS if pattern.match(greeting)), "")
    if kind == "a web server":
        return web_page(peer, "greeting of a web server")
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f"{peer} is {kind}, not an {peer.service} server." if kind else f"{peer} is not an {peer.service} server.",
        meaning="Host or port belongs to another service.",
        action="Check host and port; 993 is usual for IMAP with TLS, 465 for SMTP with TLS.",
        detail=f"greeting of {kind or 'an unknown protocol'}",
        field="port",
    )


def renumbered(peer: Peer) -> Transient:
    """Return the error for a folder whose UIDVALIDITY changed while it was open (RFC 3501 section 2.3.1.1)."""
    return Transient(
        ReasonCode.SERVER_MISBEHAVES,
        f"{peer.host} gave the open folder's messages new numbers.",
        meaning="What was listed before no longer holds; nothing was taken in under the old numbers.",
        action="It is tried again by itself.",
        detail="UIDVALIDITY changed in mid-session",
        field="folder",
    )

"""Logging in with a token, as Gmail, Exchange and Dovecot let one in or refuse (XOAUTH2, OAUTHBEARER of RFC 7628)."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from enum import StrEnum

TOKEN_MECHANISMS = (b"XOAUTH2", b"OAUTHBEARER")
_XOAUTH2 = re.compile(r"user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01")
_OAUTHBEARER = re.compile(r"n,(?:a=([^,]*))?,\x01(?:[a-z]+=[^\x01]*\x01)*auth=Bearer ([^\x01]*)\x01\x01")


class House(StrEnum):
    """Whose ways the server has: how it says no to a token, and whether a session outlives its token."""

    GMAIL = "gmail"
    EXCHANGE = "exchange"
    DOVECOT = "dovecot"

    def challenge(self, mechanism: bytes) -> bytes | None:
        """What is said before NO, in base64, for the client to acknowledge; None where it is NO at once."""
        if self is House.EXCHANGE:
            return None
        status = "invalid_token" if mechanism == b"OAUTHBEARER" else "400" if self is House.GMAIL else "401"
        scope = "https://mail.google.com/" if self is House.GMAIL else "mail"
        told = {"status": status, "schemes": "Bearer", "scope": scope}
        return base64.b64encode(json.dumps(told).encode())

    @property
    def refusal(self) -> str:
        """The NO to a token."""
        return {
            House.GMAIL: "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
            House.EXCHANGE: "NO AUTHENTICATE failed.",
            House.DOVECOT: "NO [AUTHENTICATIONFAILED] Authentication failed.",
        }[self]

    @property
    def farewell(self) -> bytes | None:
        """What ends a session whose token has ended; None where it goes on."""
        return {
            House.GMAIL: b"* BYE Session expired, please login again.\r\n",
            House.EXCHANGE: b"* BYE Session invalidated - AccessTokenExpired\r\n",
            House.DOVECOT: None,
        }[self]


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways to log in that a server offers, apart from LOGIN."""

    mechanisms: tuple[str, ...] = ("PLAIN",)
    sasl_ir: bool = True
    house: House = House.DOVECOT

    def capabilities(self) -> tuple[str, ...]:
        """What CAPABILITY says of them."""
        return (*(("SASL-IR",) if self.sasl_ir else ()), *(f"AUTH={mechanism}" for mechanism in self.mechanisms))


def user_and_token(mechanism: bytes, response: bytes) -> tuple[str, str] | None:
    """The user and the token of an initial response, or None when it is not one."""
    try:
        text = base64.b64decode(response, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    if mechanism == b"XOAUTH2":
        found = _XOAUTH2.fullmatch(text)
        return (found[1], found[2]) if found else None
    found = _OAUTHBEARER.fullmatch(text)
    return ((found[1] or "").replace("=2C", ",").replace("=3D", "="), found[2]) if found else None

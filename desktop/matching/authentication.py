"""MA11: whether the mailbox's own server found that a sender is forged (RFC 7489, RFC 8601). Pure.

Only the topmost Authentication-Results count, and only when they name a server of the mailbox: whatever stands below
may have come with the mail. A pass proves nothing here that a rule would build on; a failure asks a person.
"""

import re

from desktop.domain.mail import Address, ParsedMail
from desktop.domain.shared_providers import domain_of
from desktop.matching.asked import Ours
from desktop.matching.domains import site_of

_COMMENT = re.compile(r"\([^()]*\)")
_FAILS = frozenset({"fail", "reject", "quarantine"})


def unproven(mail: ParsedMail, sender: Address, ours: Ours) -> str:
    """Return a warning in a sentence when the sender's domain is not proven to have sent *mail*; else ``""``."""
    found = mail.flags.get("authentication-results", "")
    if not found:
        return ""
    results = _trusted(found, ours)
    domain = domain_of(sender.address)
    for result in results:
        method, _, rest = result.strip().partition("=")
        if method.strip() != "dmarc":
            continue
        verdict = (rest.split() or [""])[0].strip()
        about = _property(rest, "header.from")
        if verdict in _FAILS:
            return f"The mail server found that it was not sent by {domain} (DMARC {verdict})."
        if verdict == "pass" and about and _organisation(about) != _organisation(domain):
            return f"The mail server vouches for {about} as its sender, and not for {domain}."
    return ""


def _trusted(found: str, ours: Ours) -> list[str]:
    """Return the single results, if whoever wrote them is believed."""
    parts = _without_comments(found).lower().split(";")
    server = parts[0].split("/")[0].split()
    if server and "=" in server[0]:  # Microsoft's servers do not name themselves
        return parts if "" in ours.vouchers else []
    name = server[0] if server else ""
    return parts[1:] if name and (name in ours.vouchers or _organisation(name) in ours.vouchers) else []


def _without_comments(text: str) -> str:
    """Take comments out, one within another too: each round takes the innermost, and there are few."""
    for _ in range(5):
        text, taken = _COMMENT.subn(" ", text)
        if not taken:
            break
    return text


def _property(text: str, name: str) -> str:
    found = re.search(rf"\b{re.escape(name)}\s*=\s*\"?([^\s;\"]+)", text)
    return found[1].rpartition("@")[2].strip(".") if found else ""


def _organisation(domain: str) -> str:
    return site_of(domain).name or domain


_HOSTS = {
    "gmail.com": ("google.com",),
    "googlemail.com": ("google.com",),
    "google.com": ("google.com",),
    "office365.com": ("", "outlook.com", "microsoft.com"),
    "outlook.com": ("", "outlook.com", "microsoft.com"),
    "yahoo.com": ("yahoo.com", "yahoodns.net"),
    "me.com": ("icloud.com", "apple.com", "me.com"),
    "fastmail.com": ("messagingengine.com", "fastmail.com"),
    "gmx.net": ("gmx.net", "kundenserver.de"),
    "zoho.com": ("zoho.com",),
}
"""Providers whose servers sign with another name than people connect to."""


def vouchers_of(imap_host: str, address: str) -> frozenset[str]:
    """Return whose Authentication-Results are believed in the mailbox *address* on *imap_host*."""
    host, own = _organisation(imap_host.lower()), domain_of(address)
    theirs = set(_HOSTS.get(host, (host,)))
    by_address = set(_HOSTS.get(own, (_organisation(own),))) - {""}  # only the host tells whether servers have no name
    return frozenset(theirs | by_address)

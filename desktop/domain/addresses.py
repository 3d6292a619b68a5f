"""Mail addresses in the one form in which they are compared."""

import idna


def normalise_domain(domain: str) -> str:
    """Return *domain* as lower-case A-labels (RFC 5891), or lower-cased as it stands if it is no valid IDN."""
    domain = domain.strip().strip(".").lower()
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain


def normalise_address(address: str) -> str:
    """Return *address* in comparable form: trimmed, case-folded, domain in A-labels.

    RFC 5321 lets a server tell ``Ann@`` from ``ann@``; none that matters does, so people mean the same by both.
    Text without an ``@`` is returned case-folded, so that comparing never raises.
    """
    local, at, domain = address.strip().strip("<>").rpartition("@")
    if not at:
        return domain.casefold()
    return f"{local.casefold()}@{normalise_domain(domain)}"


def looks_like_address(text: str) -> bool:
    """Tell whether *text* can be an address: one ``@``, both sides filled, nothing a header would choke on."""
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or len(text) > 254:
        return False
    if any(ch.isspace() or ord(ch) < 32 or ch in '<>,;:"()[]\\' for ch in text) or "@" in local:
        return False
    return "." in domain.strip(".") and ".." not in domain and not domain.startswith((".", "-"))

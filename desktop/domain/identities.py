"""Whether the account that signed in is the one a mailbox wants (OpenID Connect Core 1.0, section 2)."""

from desktop.domain.addresses import normalise_address
from desktop.domain.errors import NeedsSignIn
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Identity

_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def same_account(one: str, other: str) -> bool:
    """Tell whether two addresses are one account: Gmail has two domains and does not look at dots."""
    return _account(one) == _account(other)


def check_identity(
    held: Identity | None, got: Identity, address: str, *, is_shared: bool = False, may_be_shared: bool = False
) -> None:
    """Raise NeedsSignIn (ACCOUNT_WRONG_IDENTITY) unless *got* may stand for the mailbox *address*.

    Once somebody has signed in (*held*), only that very account will do: issuer and subject, whatever its address is by
    now; the address only where the provider tells no subject. Before that the address decides, and with *is_shared*
    another person's will do as well. With *may_be_shared* the error says that it could be such a mailbox.
    """
    if held is not None:
        if not _is_same(held, got):
            raise _another_than_before(held, got)
    elif not is_shared and not (got.address and same_account(got.address, address)):
        raise _another_than_wanted(got, address, may_be_shared=may_be_shared)


def _is_same(held: Identity, got: Identity) -> bool:
    if held.subject:
        return (held.issuer, held.subject) == (got.issuer, got.subject)
    return held.issuer == got.issuer and bool(held.address) and same_account(held.address, got.address)


def _account(address: str) -> str:
    local, at, domain = normalise_address(address).rpartition("@")
    return f"{local.replace('.', '')}@gmail.com" if domain in _GMAIL else f"{local}{at}{domain}"


def _another_than_before(held: Identity, got: Identity) -> NeedsSignIn:
    expected = held.address or "the account that signed in before"
    if held.address and same_account(held.address, got.address):
        what = f"{got.address} signed in, but it is not the account of that name that signed in before."
    else:
        what = f"Expected {expected}, got {_shown(got)}."
    return _wrong(
        what,
        f"Sign in as {expected}. To go on with another account, disconnect the mailbox and connect it anew.",
    )


def _another_than_wanted(got: Identity, address: str, *, may_be_shared: bool) -> NeedsSignIn:
    shared = " If it is a mailbox shared with the account that signed in, say so and sign in again."
    return _wrong(
        f"Expected {address}, got {_shown(got)}.",
        f"Choose {address} on the sign-in page.{shared if may_be_shared else ''}",
    )


def _shown(got: Identity) -> str:
    return got.address or got.name or "an account whose address the provider does not tell"


def _wrong(what: str, action: str) -> NeedsSignIn:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_WRONG_IDENTITY,
        what,
        meaning="Nothing was stored; the mail and the history that are here stay as they are.",
        action=action,
        field="address",
    )

"""What was granted is kept, renewed in silence, and ended without forgetting who it was."""

from dataclasses import replace
from datetime import timedelta

from desktop.domain.changes import Changed
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxDetails, MailboxPurpose, OAuthProvider
from desktop.domain.signing_in import Grant, Identity
from desktop.security.secrets import Secret
from desktop.security.tokens import AccessToken, TokenSet
from desktop.services.grants import note_grant, note_renewal
from desktop.services.mailboxes import add_mailbox, change_mailbox, disconnect_mailbox, find_mailbox
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock, mailbox, place_in

ADDRESS = "support@shop.example"
ANN = Identity("https://id.shop.example", "7f3a", ADDRESS, "Ann")
GRANT = Grant(OAuthProvider.CUSTOM, ANN, ("openid", "mail"), NOON, NOON, NOON + timedelta(hours=1))
DETAILS = MailboxDetails(MailboxPurpose.SUPPORT, "Jo", "it@shop.example", "Shop Support", "help@shop.example")


def granted(store: Store) -> MailboxId:
    clock = FixedClock()
    with store.write() as uow:
        made = replace(mailbox(), oauth=OAuthProvider.CUSTOM, details=DETAILS)
        number, _ = add_mailbox(uow, made, clock)
        change = note_grant(uow, number, GRANT, clock)
    assert change.changed == Changed.MAILBOXES | Changed.LOG
    return number


def held(store: Store, number: MailboxId) -> tuple[Grant | None, Identity | None]:
    with store.read() as read:
        return read.grants.of(number), read.grants.identity_of(number)


def entries(store: Store) -> list[str]:
    with store.read() as read:
        return [row.what for row in read.activity.page()]


def test_a_mailbox_comes_back_with_its_provider_and_its_owner(store: Store) -> None:
    number = granted(store)
    with store.read() as read:
        box = read.mailboxes.by_address(ADDRESS)
        assert box is not None
        assert (box.oauth, box.details) == (OAuthProvider.CUSTOM, DETAILS)
        assert read.grants.every() == {number: GRANT}
    assert held(store, number) == (GRANT, ANN)
    assert f"Signed in as {ADDRESS}." in entries(store)


def test_nothing_is_granted_for_a_mailbox_with_a_password(store: Store) -> None:
    number = place_in(store).mailbox_id
    assert held(store, number) == (None, None)
    with store.write() as uow:
        uow.grants.forget(number)
    assert held(store, number) == (None, None)


def test_a_renewal_is_kept_and_nobody_is_told(store: Store) -> None:
    number, before = granted(store), entries(store)
    later = FixedClock(NOON + timedelta(minutes=50))
    ends, until = NOON + timedelta(minutes=110), NOON + timedelta(days=90)
    tokens = TokenSet(AccessToken("a"), ends, ("openid", "mail", "more"), Secret("r"), renewable_until=until)
    with store.write() as uow:
        note_renewal(uow, number, tokens, later)
    kept, _ = held(store, number)
    assert kept == replace(
        GRANT, scopes=tokens.scopes, renewed_at=later.now(), expires_at=ends, renewable_until=until, can_renew=True
    )
    with store.write() as uow:
        note_renewal(uow, number, replace(tokens, refresh=None, renewable_until=None), later)
    kept, _ = held(store, number)
    assert kept is not None
    assert (kept.can_renew, kept.renewable_until) == (False, None)
    assert entries(store) == before


def test_a_disconnected_mailbox_still_knows_who_had_signed_in(store: Store) -> None:
    number = granted(store)
    with store.write() as uow:
        disconnect_mailbox(uow, find_mailbox(uow, ADDRESS), FixedClock())
        tokens = TokenSet(AccessToken("late"), NOON, ("openid",))
        note_renewal(uow, number, tokens, FixedClock())
    assert held(store, number) == (None, ANN)
    with store.read() as read:
        assert read.grants.every() == {}
    with store.write() as uow:
        again, _ = add_mailbox(uow, replace(mailbox(), oauth=OAuthProvider.CUSTOM), FixedClock())
        note_grant(uow, again, GRANT, FixedClock())
        woken = find_mailbox(uow, ADDRESS)
    assert (again, woken.details) == (number, DETAILS)
    assert held(store, number) == (GRANT, ANN)


def test_a_mailbox_that_goes_over_to_a_password_has_no_grant_left(store: Store) -> None:
    number = granted(store)
    with store.write() as uow:
        change_mailbox(uow, replace(find_mailbox(uow, ADDRESS), oauth=None), FixedClock())
    assert held(store, number)[0] is None

"""Tokens that are rotated: whatever stops the program in between, a set that works is found."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.errors import AppError, KeyUnavailable, StoreError
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.security.secrets import Secret
from desktop.security.token_slots import TokenSlots
from desktop.security.tokens import AccessToken, TokenSet
from tools.pytest_house import ExpectedLogs

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class CrashError(Exception):
    """The program ends here."""


class Shelf:
    """A vault in memory that can stop the program before or after its n-th change, or be locked."""

    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}
        self.changes_left: int | None = None
        self.is_locked = False

    def store(self, name: str, secret: Secret) -> None:
        self._count()
        self.kept[name] = secret

    def fetch(self, name: str) -> Secret | None:
        if self.is_locked:
            raise KeyUnavailable(ReasonCode.KEYRING_MISSING, "The keyring is locked.")
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        self._count()
        self.kept.pop(name, None)

    def _count(self) -> None:
        if self.changes_left is not None:
            if self.changes_left == 0:
                raise CrashError
            self.changes_left -= 1


def tokens(number: int) -> TokenSet:
    return TokenSet(
        AccessToken(f"access-{number}"),
        NOW + timedelta(hours=number),
        ("mail", "openid"),
        Secret(f"refresh-{number}"),
        NOW + timedelta(days=7),
    )


def test_what_is_kept_is_found_whole() -> None:
    slots = TokenSlots(Shelf(), MailboxId(3))
    slots.replace(tokens(1))
    assert slots.load() == tokens(1)
    slots.replace(tokens(2))
    assert slots.load() == tokens(2)


def test_one_set_is_left_and_none_after_forgetting() -> None:
    shelf = Shelf()
    slots = TokenSlots(shelf, MailboxId(3))
    for number in range(1, 6):
        slots.replace(tokens(number))
        assert len(shelf.kept) == 1
    slots.forget()
    assert (shelf.kept, slots.load()) == ({}, None)


@pytest.mark.parametrize("changes", [0, 1])
def test_a_crash_in_the_middle_of_a_rotation_leaves_a_set_that_works(changes: int) -> None:
    """Before the new set is kept the old one is found; from then on the new one, which is all the provider takes."""
    shelf = Shelf()
    TokenSlots(shelf, MailboxId(3)).replace(tokens(1))
    shelf.changes_left = changes
    with pytest.raises(CrashError):
        TokenSlots(shelf, MailboxId(3)).replace(tokens(2))
    shelf.changes_left = None
    after = TokenSlots(shelf, MailboxId(3))
    assert after.load() == tokens(1 + changes)
    after.replace(tokens(3))
    assert after.load() == tokens(3)
    assert len(shelf.kept) == 1


def test_a_locked_keyring_is_not_taken_for_an_empty_one() -> None:
    shelf = Shelf()
    slots = TokenSlots(shelf, MailboxId(3))
    slots.replace(tokens(1))
    shelf.is_locked = True
    for ask in (slots.load, lambda: slots.replace(tokens(2))):
        with pytest.raises(KeyUnavailable):
            ask()
    shelf.is_locked = False
    assert slots.load() == tokens(1)


def test_what_was_tampered_with_is_said_and_can_be_replaced() -> None:
    shelf = Shelf()
    slots = TokenSlots(shelf, MailboxId(3))
    slots.replace(tokens(1))
    shelf.kept = dict.fromkeys(shelf.kept, Secret("not json"))
    with pytest.raises(StoreError) as caught:
        slots.load()
    assert "Reconnect" in str(caught.value)
    slots.replace(tokens(2))
    assert slots.load() == tokens(2)


def test_a_set_that_cannot_be_dropped_does_not_count(expected_logs: ExpectedLogs) -> None:
    class Stubborn(Shelf):
        def forget(self, name: str) -> None:
            raise AppError(ReasonCode.KEYRING_MISSING, "Not now.")

    shelf = Stubborn()
    slots = TokenSlots(shelf, MailboxId(3))
    expected_logs("desktop.security", "could not be dropped")
    for number in (1, 2, 3):
        slots.replace(tokens(number))
        assert slots.load() == tokens(number)


def test_two_mailboxes_have_tokens_of_their_own_and_names_tell_no_address() -> None:
    shelf = Shelf()
    TokenSlots(shelf, MailboxId(1)).replace(tokens(1))
    TokenSlots(shelf, MailboxId(2)).replace(tokens(2))
    assert TokenSlots(shelf, MailboxId(1)).load() == tokens(1)
    assert not any("@" in name for name in shelf.kept)


def test_nothing_of_a_token_is_ever_shown() -> None:
    shown = repr(tokens(1)) + str(tokens(1).access) + repr(tokens(1).sealed_text())
    assert "access-1" not in shown
    assert "refresh-1" not in shown

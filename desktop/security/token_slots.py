"""A mailbox's tokens in the vault, in two slots: the new set is kept before the old one is dropped.

A provider that rotates refresh tokens (RFC 6749 section 6, RFC 9700 section 4.14.2) ends the grant when it sees a used
one again. So whatever stops the program in the middle, the newest set that was received is the one that is found.
"""

import logging

import msgspec

from desktop.domain.errors import AppError, KeyUnavailable, StoreError
from desktop.domain.ids import MailboxId
from desktop.security.secrets import Secret
from desktop.security.tokens import TokenSet
from desktop.security.vault import SecretVault

log = logging.getLogger(__name__)

_SLOTS = ("a", "b")


class TokenSlots:
    """The tokens of one mailbox. Used by one thread at a time."""

    def __init__(self, vault: SecretVault, mailbox_id: MailboxId) -> None:
        self._vault = vault
        self._names = tuple(f"mailbox:{mailbox_id}:tokens:{slot}" for slot in _SLOTS)

    def load(self) -> TokenSet | None:
        """Return the newest set that is kept, or None. Raises StoreError when what is kept cannot be read."""
        held = self._held()
        return held[0][2] if held else None

    def replace(self, tokens: TokenSet) -> None:
        """Keep *tokens*; when this returns they are kept, and the set before them is gone or no longer counts."""
        held = self._held(tolerant=True)
        generation = held[0][0] + 1 if held else 1
        current = held[0][1] if held else None
        target = next(name for name in self._names if name != current)
        kept = _Slot(generation, tokens.sealed_text().reveal())
        self._vault.store(target, Secret(msgspec.json.encode(kept).decode("utf-8")))
        for name in self._names:
            if name != target:
                self._drop(name)

    def forget(self) -> None:
        """Drop everything that is kept."""
        for name in self._names:
            self._vault.forget(name)

    def _drop(self, name: str) -> None:
        try:
            self._vault.forget(name)
        except AppError as error:  # it is older than what was just kept, so it is never taken
            log.warning("a token that was replaced could not be dropped yet: %s", error.code)

    def _held(self, *, tolerant: bool = False) -> list[tuple[int, str, TokenSet]]:
        """Return what the slots hold, newest first; one that cannot be read counts only when nothing else is there."""
        found: list[tuple[int, str, TokenSet]] = []
        trouble: StoreError | None = None
        for name in self._names:
            try:
                text = self._vault.fetch(name)
                if text is not None:
                    slot = _read(text)
                    found.append((slot.generation, name, TokenSet.from_sealed_text(Secret(slot.tokens))))
            except KeyUnavailable:  # a locked keyring is no reason to think that a slot is empty
                raise
            except StoreError as error:
                trouble = error
        if trouble is not None and not found and not tolerant:
            raise trouble
        return sorted(found, key=lambda one: one[0], reverse=True)


class _Slot(msgspec.Struct):
    generation: int
    tokens: str


def _read(text: Secret) -> _Slot:
    try:
        return msgspec.json.decode(text.reveal().encode("utf-8"), type=_Slot)
    except msgspec.MsgspecError:
        return _Slot(0, "")  # an empty text is no token set: reading it says so

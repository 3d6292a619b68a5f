"""A mailbox's tokens in the vault, in two slots: the new set is kept before the old one is dropped.

    renewed ──▶ ahead: sealed in a row of the encrypted store ──▶ the free slot ──▶ the other slot, then the row, go

A provider that rotates refresh tokens (RFC 6749 section 6, RFC 9700 section 4.14.2) ends the grant when it sees a used
one again. So whatever stops the program in the middle, the newest set that was received is the one that is found; and
a keyring that fails at just that moment has it waiting in the store until it takes it.
"""

import logging
from dataclasses import dataclass

import msgspec

from desktop.domain.errors import AppError, KeyUnavailable, StoreError
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.security.secrets import Secret
from desktop.security.tokens import TokenSet
from desktop.security.vault import SecretVault

log = logging.getLogger(__name__)

_SLOTS = ("a", "b")


@dataclass(frozen=True, slots=True)
class _Held:
    generation: int
    name: str
    tokens: TokenSet


class TokenSlots:
    """The tokens of one mailbox. Used by one thread at a time.

    *ahead* is where a renewed set waits for the vault: one that needs no keyring. Without it there is no waiting.
    """

    def __init__(self, vault: SecretVault, mailbox_id: MailboxId, ahead: SecretVault | None = None) -> None:
        self._vault = vault
        self._ahead = ahead
        self._names = tuple(f"mailbox:{mailbox_id}:tokens:{slot}" for slot in _SLOTS)
        self._waiting_name = f"mailbox:{mailbox_id}:tokens:ahead"
        self._generation = 0

    def load(self) -> TokenSet | None:
        """Return the newest set that is kept, or None. Raises StoreError when what is kept cannot be read.

        A set that waits is handed out also while the vault does not answer.
        """
        newest = self._newest()
        return None if newest is None else newest.tokens

    def replace(self, tokens: TokenSet) -> None:
        """Keep *tokens*; when this returns they are kept, and the set before them is gone or no longer counts."""
        held = self._in_vault(tolerant=True)
        self._generation = max(self._generation, *(one.generation for one in held), self._waiting_generation()) + 1
        current = held[0].name if held else None
        target = next(name for name in self._names if name != current)
        self._vault.store(target, _sealed(self._generation, tokens))
        for name in self._names:
            if name != target:
                self._drop(self._vault, name)
        if self._ahead is not None:
            self._drop(self._ahead, self._waiting_name)

    def renew(self, tokens: TokenSet) -> None:
        """Keep *tokens*, which follow those that :meth:`load` returned: in the vault, or waiting for it to take them.

        Raises what the vault says only when they could not be kept in either place.
        """
        waits = self._wait(tokens)
        try:
            self.replace(tokens)
        except AppError as error:
            if not waits:
                raise
            log.warning("renewed tokens wait in the store, for they could not be kept in their place: %s", error.code)

    def settle(self) -> None:
        """Have the vault take what waits for it, if it does by now."""
        waiting = self._waiting()
        if not waiting:
            return
        try:
            newest = self._newest()
            if newest is not None:
                self.replace(newest.tokens)
        except KeyUnavailable as error:
            log.info("tokens go on waiting for the keyring: %s", error.code)

    def forget(self) -> None:
        """Drop everything that is kept."""
        if self._ahead is not None:
            self._ahead.forget(self._waiting_name)
        for name in self._names:
            self._vault.forget(name)

    def _drop(self, vault: SecretVault, name: str) -> None:
        try:
            vault.forget(name)
        except AppError as error:  # it is older than what was just kept, so it is never taken
            log.warning("a token that was replaced could not be dropped yet: %s", error.code)

    def _wait(self, tokens: TokenSet) -> bool:
        if self._ahead is None:
            return False
        try:
            self._ahead.store(self._waiting_name, _sealed(self._generation + 1, tokens))
        except AppError as error:
            log.warning("renewed tokens could not be kept ahead of the keyring: %s", error.code)
            return False
        return True

    def _newest(self) -> _Held | None:
        """Return what counts: of the sets that are kept and the one that waits, the one that came last."""
        waiting = self._waiting()
        try:
            held = self._in_vault()
        except AppError:  # a vault that cannot be read keeps nothing from going on with what waits for it
            if not waiting:
                raise
            held = []
        newest = max((*held, *waiting), key=lambda one: one.generation, default=None)
        self._generation = newest.generation if newest is not None else 0
        return newest

    def _waiting(self) -> list[_Held]:
        """Return the set that waits for the vault, if one does and can be read: else what the vault has counts."""
        if self._ahead is None:
            return []
        try:
            text = self._ahead.fetch(self._waiting_name)
            return [] if text is None else [_held(text, self._waiting_name)]
        except StoreError as error:
            if error.code is not ReasonCode.STORE_DAMAGED:  # it may be there: an older set could end the grant
                raise
            log.warning("tokens that waited for the keyring cannot be read any more")
            return []

    def _waiting_generation(self) -> int:
        """Return that of the set that waits; a store that fails keeps nothing from being kept in the vault."""
        try:
            return max((one.generation for one in self._waiting()), default=0)
        except StoreError:
            return 0

    def _in_vault(self, *, tolerant: bool = False) -> list[_Held]:
        """Return what the slots hold, newest first; one that cannot be read counts only when nothing else is there."""
        found: list[_Held] = []
        trouble: StoreError | None = None
        for name in self._names:
            try:
                text = self._vault.fetch(name)
                if text is not None:
                    found.append(_held(text, name))
            except KeyUnavailable:  # a locked keyring is no reason to think that a slot is empty
                raise
            except StoreError as error:
                trouble = error
        if trouble is not None and not found and not tolerant:
            raise trouble
        return sorted(found, key=lambda one: one.generation, reverse=True)


class _Slot(msgspec.Struct):
    generation: int
    tokens: str


def _sealed(generation: int, tokens: TokenSet) -> Secret:
    kept = _Slot(generation, tokens.sealed_text().reveal())
    return Secret(msgspec.json.encode(kept).decode("utf-8"))


def _held(text: Secret, name: str) -> _Held:
    slot = _read(text)
    return _Held(slot.generation, name, TokenSet.from_sealed_text(Secret(slot.tokens)))


def _read(text: Secret) -> _Slot:
    try:
        return msgspec.json.decode(text.reveal().encode("utf-8"), type=_Slot)
    except msgspec.MsgspecError:
        return _Slot(0, "")  # an empty text is no token set: reading it says so

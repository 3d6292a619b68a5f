"""A keyring, a disk or a program that fails at any step of a token's rotation: the grant outlives it.

The issuer ends the grant when it sees a refresh token twice, so that a set that was received and lost shows at once.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from desktop.domain.errors import AppError, KeyUnavailable, StoreError
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.providers.channel import Breaker
from desktop.security.keychain import Keychain
from desktop.security.secrets import Secret, new_key
from desktop.security.token_slots import TokenSlots
from desktop.security.vault import KeyringVault, SealedVault, SecretVault
from desktop.workspace.clock import FrozenClock
from desktop.workspace.signing_in import connect_signed_in
from desktop.workspace.tokens import TokenKeeper
from desktop.workspace.turns import Turns
from desktop.workspace.workspace import Workspace
from tests.unit.security.support import MemoryKeyring, MemoryRows
from tests.unit.workspace.issuer import Issuer, signed_in, wanted
from tests.unit.workspace.support import open_workspace
from tools.pytest_house import ExpectedLogs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = new_key()

LOCKED = KeyUnavailable(ReasonCode.KEYRING_MISSING, "The keyring is locked.")
FULL = StoreError(ReasonCode.STORE_FULL, "The disk is full.")


class PowerCutError(BaseException):
    """The program ends here."""


@dataclass
class Fault:
    """What happens to one place at its call number *at*, before or after it is done; or to all from there on."""

    place: str
    error: BaseException
    at: int
    is_before: bool
    for_good: bool
    calls: int = 0
    is_over: bool = False

    def strike(self, place: str, *, is_before: bool) -> None:
        if self.is_over or place != self.place:
            return
        number = self.calls
        self.calls += not is_before
        if is_before == self.is_before and (number == self.at or (self.for_good and number > self.at)):
            raise self.error

    @property
    def was_met(self) -> bool:
        """Whether there were as many calls."""
        return self.calls > self.at or (self.is_before and self.calls == self.at)


class Faulty:
    """A vault with a fault."""

    def __init__(self, inner: SecretVault, place: str, fault: Fault) -> None:
        self._inner, self._place, self._fault = inner, place, fault
        self.stored = 0

    def store(self, name: str, secret: Secret) -> None:
        self._fault.strike(self._place, is_before=True)
        self._inner.store(name, secret)
        self.stored += 1
        self._fault.strike(self._place, is_before=False)

    def fetch(self, name: str) -> Secret | None:
        self._fault.strike(self._place, is_before=True)
        found = self._inner.fetch(name)
        self._fault.strike(self._place, is_before=False)
        return found

    def forget(self, name: str) -> None:
        self._fault.strike(self._place, is_before=True)
        self._inner.forget(name)
        self._fault.strike(self._place, is_before=False)


class Desk:
    """A mailbox of a profile that is opened with the keyring, signed in at noon; its tokens are due now."""

    def __init__(self, workspace: Workspace, mailbox: Mailbox, clock: FrozenClock, fault: Fault) -> None:
        self.fault, self.keyring, self.rows = fault, MemoryKeyring(), MemoryRows()
        self.issuer = Issuer(clock)
        self._workspace, self._mailbox, self._clock = workspace, mailbox, clock
        clock.set(NOON)
        self.start()
        fault.is_over = True
        TokenSlots(self.vault, mailbox.id, self.ahead).replace(self.issuer.issued())
        fault.is_over, fault.calls = False, 0
        self.vault.stored = self.ahead.stored = 0
        clock.set(NOON + timedelta(hours=2))

    def start(self) -> None:
        """The program is started: nothing of before is left in memory."""
        self.vault = Faulty(KeyringVault("id", Keychain(self.keyring), self.rows), "keyring", self.fault)
        self.ahead = Faulty(SealedVault(KEY, self.rows), "store", self.fault)
        tokens = self._workspace.tokens
        self.keeper: TokenKeeper = replace(
            tokens, vault=self.vault, ahead=self.ahead, turns=Turns(), authority=lambda _provider, _breaker: self.issuer
        )

    def token(self) -> str:
        return self.keeper.access(self._mailbox, Breaker()).reveal()

    def goes_on(self) -> None:
        """All is well again: for hours, no set is asked for twice, and in the end one is kept."""
        self.fault.is_over = True
        for number in (2, 3, 4):
            assert self.token() == f"access-{number}", self.fault
            self._clock.set(self._clock.now() + timedelta(hours=2))
        assert not self.issuer.is_ended
        assert len(self.keyring.items) + len(self.rows.rows) == 1, "what waited is tidied up"


MakeDesk = Callable[[Fault], Desk]


@pytest.fixture
def desk(tmp_path: Path, expected_logs: ExpectedLogs) -> Iterator[MakeDesk]:
    expected_logs.allow("desktop.security", "")
    expected_logs.allow("desktop.workspace", "")
    clock = FrozenClock(NOON)
    with open_workspace(tmp_path, clock=clock) as workspace:
        stored, _ = connect_signed_in(workspace, wanted(), signed_in(Issuer(clock)))
        yield lambda fault: Desk(workspace, stored, clock, fault)


FAULTS = [
    pytest.param(place, error, for_good, id=f"{place}-{'stays' if for_good else 'once'}")
    for place, error in (("keyring", LOCKED), ("store", FULL))
    for for_good in (False, True)
]


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize(("place", "error", "for_good"), FAULTS)
def test_a_place_that_fails_at_any_step_of_a_rotation_costs_no_grant(
    desk: MakeDesk, place: str, error: AppError, *, for_good: bool, is_restarted: bool
) -> None:
    for at in count():
        for is_before in (True, False):
            case = desk(Fault(place, error, at, is_before, for_good))
            with suppress(AppError):
                case.token()
            was_met = case.fault.was_met
            if is_restarted:
                case.start()
            case.goes_on()
        if not was_met:
            break
    assert at > 3


@pytest.mark.parametrize("place", ["keyring", "store"])
def test_a_program_that_ends_at_any_step_finds_what_it_received(desk: MakeDesk, place: str) -> None:
    """Ended between the provider's answer and the first byte written down, nobody could: that one moment is left."""
    lost = 0
    for at in count():
        for is_before in (True, False):
            case = desk(Fault(place, PowerCutError(), at, is_before, for_good=True))
            with suppress(PowerCutError):
                case.token()
            was_met = case.fault.was_met
            if case.issuer.number == 2 and not case.vault.stored and not case.ahead.stored:
                lost += 1
                continue
            case.start()
            case.goes_on()
        if not was_met:
            break
    assert lost == (place == "store")


def test_while_the_keyring_is_locked_the_mailbox_is_synced_with_what_waits(desk: MakeDesk) -> None:
    case = desk(Fault("keyring", LOCKED, at=2, is_before=True, for_good=True))
    assert case.token() == "access-2"
    assert case.token() == "access-2"
    case.start()
    assert case.token() == "access-2", "also by a program that was started meanwhile"
    case.goes_on()


def test_what_nothing_takes_is_kept_in_mind_and_written_down_later(desk: MakeDesk) -> None:
    case = desk(Fault("keyring", LOCKED, at=10_000, is_before=True, for_good=True))

    def refuses(call: str) -> None:
        if call in {"set", "put"}:
            raise FULL

    case.keyring.before = case.rows.before = refuses
    assert case.token() == "access-2"
    assert case.token() == "access-2"
    case.keyring.before = case.rows.before = lambda _call: None
    case.goes_on()


def test_a_set_that_waits_is_sealed_and_an_older_one_from_a_backup_does_not_count(desk: MakeDesk) -> None:
    case = desk(Fault("keyring", LOCKED, at=2, is_before=True, for_good=True))
    assert case.token() == "access-2"
    backup = dict(case.rows.rows)
    assert len(backup) == 1
    for sealed in backup.values():
        assert b"access-2" not in sealed
        assert b"refresh-2" not in sealed
    case.goes_on()
    case.rows.rows = backup
    assert case.token() == "access-5"
    assert not case.issuer.is_ended


def test_signing_in_again_takes_the_place_of_what_waits(desk: MakeDesk) -> None:
    case = desk(Fault("keyring", LOCKED, at=2, is_before=True, for_good=True))
    assert case.token() == "access-2"
    case.fault.is_over = True
    case.issuer.number = 9
    TokenSlots(case.vault, case._mailbox.id, case.ahead).replace(case.issuer.issued())
    assert case.token() == "access-9"
    assert not case.rows.rows

"""The machine with large mail: files that follow in pieces, and what happens meanwhile, among all the rest."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from desktop.domain.attachments import ALL, ON_DEMAND, AttachmentPolicy, AttachmentReceipt, StretchState
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId
from desktop.domain.mailbox import MailboxState
from desktop.services import attachments, mailboxes
from tests.model import files, invariants, plans
from tests.model.backfill_machine import BackfillMachine, one_box, ranges, troubles
from tests.model.invariants import require
from tests.model.letters import LARGER_FILE, SMALLER_FILE
from tests.model.plans import Arrival, Disturbance, boxes, numbers
from tests.model.server import Faults, Temper
from tests.model.stored import Stored

policies = st.sampled_from([ALL, ALL, AttachmentPolicy((SMALLER_FILE + LARGER_FILE) // 2), ON_DEMAND])
how_many = st.integers(0, 7)
deaths = st.tuples(st.sampled_from([files.HALF, files.WRITTEN, "before commit", "after commit"]), st.integers(1, 9))
parts = st.sampled_from([None, ["2"], ["3"]])
meanwhile = st.sampled_from(["undo", "undo and sync", "sync", "policy", "take back", "pause", "read again"])


class LargeMachine(BackfillMachine):
    """Everything that the other machines do, and files."""

    def __init__(self) -> None:
        super().__init__()
        self.inspection = files.Inspection(self.letters)

    def check(self, before: Stored, *, known: set[int] | None = None) -> None:
        super().check(before, known=known)
        require(files.forward(before, self.now))
        self.check_files()

    def after_people(self) -> None:
        super().after_people()
        self.check_files()

    def check_files(self) -> None:
        require(self.inspection.of(self.now, self.w.store, self.w.profile))

    @rule(mail=plans.large, box=boxes)
    def large_mail_arrives(self, mail: list[Arrival], box: int) -> None:
        self.arrive(mail)
        self.sync(box, Faults())

    # --- fetching -----------------------------------------------------------------------------------------------------

    @rule(box=boxes, what=troubles, pieces=how_many, hours=st.sampled_from([0, 0, 1]))
    def fetch(self, box: int, what: Disturbance, pieces: int, hours: int) -> None:
        """Fetch what is wanted while something goes wrong, or until somebody stops it."""
        self.w.clock.time += timedelta(hours=hours)
        self.fetched(box, self.faults(what), pieces=pieces)

    @rule(box=boxes, death=deaths)
    def fetch_until_death(self, box: int, death: tuple[str, int]) -> None:
        self.w.points.die_at(*death)
        self.fetched(box, Faults())

    @rule(box=boxes, at=st.integers(1, 6))
    def fetch_onto_a_full_disk(self, box: int, at: int) -> None:
        self.fetched(box, Faults(), full_at=at)

    @rule(mail=plans.large, box=one_box, at=st.integers(1, 9), happens=meanwhile, policy=policies)
    def fetch_beside_others(
        self, mail: list[Arrival], box: int, at: int, happens: str, policy: AttachmentPolicy
    ) -> None:
        """In the middle of fetching a sync runs, or somebody does something that concerns it."""
        doing: dict[str, Callable[[], Any]] = {
            "undo": lambda: self.undo_here(box),
            "undo and sync": lambda: self.undo_and_sync(box, mail),
            "sync": lambda: (self.arrive(mail), self.w.sync(box, Faults())),
            "policy": lambda: self.choose_here(box, policy),
            "take back": self.want_nothing,
            "pause": lambda: self.turn_to(box, MailboxState.PAUSED),
            "read again": lambda: self.w.read_again(everything=True),
        }
        self.w.points.act_before_write(at, doing[happens])
        receipts = self.w.fetch(box, Faults())
        self.turn_to(box, MailboxState.ACTIVE)
        require(mistakes(receipts))
        self.after_people()

    @rule(box=one_box, days=ranges, mail=plans.large_older, others=plans.large, at=st.integers(1, 9))
    def backfill_taken_back_while_files_come(
        self, box: int, days: int, mail: list[Arrival], others: list[Arrival], at: int
    ) -> None:
        """And other mail comes, to which nothing of the files must be put."""
        one = self.opened(box) or self.begun_backfill(box, days, mail)
        if one is None:
            return
        self.work_on(one, Faults())
        self.w.points.act_before_write(at, lambda: self.undo_and_sync(box, others))
        require(mistakes(self.w.fetch(box, Faults())))
        self.after_people()
        self.look_after_files()

    @rule(
        box=one_box,
        days=ranges,
        mail=plans.large_older,
        whats=st.lists(st.tuples(troubles, how_many), min_size=1, max_size=2),
        death=st.none() | deaths,
    )
    def backfill_files_and_take_back(
        self,
        box: int,
        days: int,
        mail: list[Arrival],
        whats: list[tuple[Disturbance, int]],
        death: tuple[str, int] | None,
    ) -> None:
        """Old mail and its files come, wholly or in part, and go again: nothing of them is left on the disk."""
        one = self.opened(box) or self.begun_backfill(box, days, mail)
        if one is None:
            return
        for what, pieces in whats:
            self.work_on(one, self.faults(what), stop_after=what.stop_after)
            self.fetched(box, Faults(), pieces=pieces)
        if death is not None:
            self.w.points.die_at(*death)
            self.fetched(box, Faults())
        self.take_back(one)
        self.look_after_files()

    # --- what people want ---------------------------------------------------------------------------------------------

    @rule(box=st.integers(0, 1), policy=policies)
    def choose_policy(self, box: int, policy: AttachmentPolicy) -> None:
        self.choose_here(box, policy)
        self.after_people()

    @precondition(lambda self: self.world and self.now.stretches)
    @rule(number=numbers, part=parts, wants=st.sampled_from([True, True, False]))
    def ask(self, number: int, part: list[str] | None, wants: bool) -> None:
        """Somebody wants a file of a mail now, or does no longer."""
        found = self.with_files()
        self.ask_here(found[number % len(found)], part, wants=wants)
        self.after_people()

    @rule()
    def look_after_files(self) -> None:
        """What the program does when it begins, and whenever a person changed something: what is left over goes."""
        before = self.look()
        self.w.store.sweep()
        self.check(before)
        require(files.left_over(self.now, self.w.profile))

    # --- peace --------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.steps_since_quiet > 1)
    @rule()
    def quiet(self) -> None:
        """Then everything is wanted, and all files of what is on the server come."""
        super().quiet()
        for box in (0, 1):
            self.choose_here(box, ALL)
        complaints = [""]
        for turn in range(4):
            self.ask_for_the_failed()
            self.w.clock.time += timedelta(hours=1)
            self.fetched(-1, Faults())
            hurt = {slot.letter.serial for one in self.w.server.folders() for slot in one.slots.values()
                    if slot.temper is not Temper.GOOD}  # fmt: skip
            complaints = list(files.not_come(self.now, self.letters, apart_from=hurt))
            if turn and not complaints:
                break
        require(complaints)
        self.look_after_files()

    # --- in one step --------------------------------------------------------------------------------------------------

    def fetched(self, box: int, faults: Faults, *, pieces: int = 0, full_at: int = 0) -> None:
        before = self.look()
        receipts = self.w.fetch(box, faults, pieces=pieces, full_at=full_at)
        require(mistakes(receipts))
        self.check(before)
        require(files.unwanted(before, self.now))

    def undo_and_sync(self, box: int, mail: list[Arrival]) -> None:
        """A backfill is taken back, and other mail comes in its stead."""
        self.undo_here(box)
        self.arrive(mail)
        self.w.sync(box, Faults())

    def want_nothing(self) -> None:
        """Whatever was asked for is not any more."""
        for number in self.with_files():
            self.ask_here(number, None, wants=False)

    def with_files(self) -> list[int]:
        """The emails of which something is not in the database, the newest first."""
        return sorted({row["email_id"] for row in self.look().stretches}, reverse=True)

    def ask_here(self, number: int, part: list[str] | None, *, wants: bool) -> None:
        try:
            with self.w.store.write() as uow:
                if wants:
                    attachments.ask(uow, EmailId(number), part, self.w.clock)
                else:
                    attachments.take_back(uow, EmailId(number), part)
        except CommandRefused:
            return

    def ask_for_the_failed(self) -> None:
        failed = {row["email_id"] for row in self.look().stretches if row["state"] == StretchState.FAILED.value}
        for number in failed:
            self.ask_here(number, None, wants=True)

    def choose_here(self, box: int, policy: AttachmentPolicy) -> None:
        with self.w.store.write() as uow:
            attachments.set_policy(uow, self.w.mailboxes[box], policy, self.w.clock)

    def turn_to(self, box: int, state: MailboxState) -> None:
        with self.w.store.write() as uow:
            mailboxes.set_state(uow, self.w.mailboxes[box].id, state, self.w.clock)


def mistakes(receipts: list[AttachmentReceipt]) -> Iterator[str]:
    """Say where fetching was ended by a mistake of the program."""
    errors = [receipt.error for receipt in receipts if receipt.error is not None]
    return (f"no error of its own: {one.detail}" for one in errors if one.code is invariants.OUR_MISTAKE)

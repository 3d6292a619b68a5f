"""The machine with older mail: backfills that are begun, broken off, held, ended and taken back among all the rest."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from desktop.domain.backfill import Backfill, BackfillState
from desktop.domain.errors import CommandRefused
from desktop.services import backfills
from tests.model import invariants, plans
from tests.model.invariants import require
from tests.model.letters import delivered_again
from tests.model.machine import Machine
from tests.model.plans import Arrival, Disturbance
from tests.model.server import Faults

ranges = st.sampled_from([14 + 4, 14 + 9, 14 + 30])
"""How far back, in days: some of the old letters, or all of them."""

one_box = st.sampled_from([0, 0, 0, 1])
troubles = st.one_of(st.just(Disturbance()), plans.cuts, plans.lies, plans.changes)


class BackfillMachine(Machine):
    """Everything that the machine does, and backfills."""

    @rule(box=one_box, days=ranges, mail=plans.older, what=troubles)
    def backfill(self, box: int, days: int, mail: list[Arrival], what: Disturbance) -> None:
        """Work on the open backfill of a mailbox, or on a new one, while something goes wrong."""
        one = self.opened(box) or self.begun_backfill(box, days, mail)
        if one is not None:
            self.work_on(one, self.faults(what), stop_after=what.stop_after)

    @rule(box=one_box, days=ranges, mail=plans.older, death=plans.deaths)
    def backfill_until_death(self, box: int, days: int, mail: list[Arrival], death: tuple[str, int]) -> None:
        one = self.opened(box) or self.begun_backfill(box, days, mail)
        if one is not None:
            self.w.points.die_at(*death)
            self.work_on(one, Faults())

    @rule(box=one_box, change=st.sampled_from([backfills.pause, backfills.resume, backfills.cancel]))
    def steer_backfill(self, box: int, change: Callable[..., object]) -> None:
        """Hold, resume or end the open one."""
        one = self.opened(box)
        if one is not None:
            with self.w.store.write() as uow:
                change(uow, one, self.w.clock)
            self.after_people()

    @rule(box=one_box)
    def undo_backfill(self, box: int) -> None:
        """Take the last one back, wherever it is."""
        one = self.standing(box)
        if one is not None:
            self.take_back(one)

    @rule(
        box=one_box,
        days=ranges,
        mail=plans.older,
        whats=st.lists(troubles, max_size=2),
        death=st.none() | plans.deaths,
        ends=st.booleans(),
    )
    def backfill_and_take_back(
        self,
        box: int,
        days: int,
        mail: list[Arrival],
        whats: list[Disturbance],
        death: tuple[str, int] | None,
        ends: bool,
    ) -> None:
        """Nothing else happens between its begin and its undo: then every table is as it was, to the last byte."""
        if self.opened(box) is not None or (one := self.begun_backfill(box, days, mail)) is None:
            return
        before = self.peephole.fingerprint()
        for what in whats:
            self.work_on(one, self.faults(what), stop_after=what.stop_after)
        if death is not None:
            self.w.points.die_at(*death)
            self.work_on(one, Faults())
        if ends:
            self.work_on(one, Faults())
        self.take_back(one)
        after = self.peephole.fingerprint()
        changed = {name for name in before if before[name] != after[name]} - {"health"}  # a refused sign-in stays true
        require(f"undo restores the state: {name} differs" for name in sorted(changed))

    @rule(
        box=one_box,
        days=ranges,
        mail=plans.older,
        at=st.integers(1, 4),
        happens=st.sampled_from(["backfill", "undo", "cancel"]),
    )
    def sync_beside_a_backfill(self, box: int, days: int, mail: list[Arrival], at: int, happens: str) -> None:
        """In the middle of a plain sync, which meets more old mail, a backfill goes its way, or is taken back."""
        half = len(mail) // 2
        if self.opened(box) is None:
            self.begun_backfill(box, days, mail[:half])
        self.arrive(mail[half:])
        doing = {"backfill": self.go_on, "undo": self.undo_here, "cancel": self.cancel_here}[happens]
        self.w.points.act_before_write(at, lambda: doing(box))
        for receipt in self.w.sync(box, Faults()):
            require(invariants.receipt(receipt))
        self.after_people()

    @rule(
        box=one_box,
        days=ranges,
        mail=plans.older,
        at=st.integers(1, 6),
        happens=st.sampled_from(["sync", "pause", "cancel", "undo", "import"]),
    )
    def backfill_beside_others(self, box: int, days: int, mail: list[Arrival], at: int, happens: str) -> None:
        """In the middle of a backfill a plain sync runs, or somebody holds it, ends it, or adds a customer."""
        one = self.opened(box) or self.begun_backfill(box, days, mail)
        if one is None:
            return
        doing: dict[str, Callable[[], Any]] = {
            "sync": lambda: self.w.sync(box, Faults()),
            "pause": lambda: self.turn_here(one, backfills.pause),
            "cancel": lambda: self.turn_here(one, backfills.cancel),
            "undo": lambda: self.undo_here(box),
            "import": lambda: self.people.add_customers(self.w.store, [[plans.ADDRESSES[0]]]),
        }
        self.w.points.act_before_write(at, doing[happens])
        self.w.work_on(one.id, Faults())
        self.after_people()

    # --- in one step --------------------------------------------------------------------------------------------------

    def opened(self, box: int) -> Backfill | None:
        """The backfill of a mailbox that is not at an end."""
        one = self.standing(box)
        return one if one is not None and one.is_open else None

    def standing(self, box: int) -> Backfill | None:
        """The last backfill of a mailbox that was not taken back."""
        with self.w.store.read() as read:
            every = read.backfills.of(self.w.mailboxes[box].id)
        return next((one for one in every if one.state is not BackfillState.UNDONE), None)

    def begun_backfill(self, box: int, days: int, mail: list[Arrival]) -> Backfill | None:
        """A new one, for mail that a plain sync has seen; None where it is refused, which changes nothing.

        Of every third mail there is another delivery, which is not old.
        """
        first = len(self.letters) + 1
        self.arrive(mail)
        if len(mail) % 3 == 0:
            folder = self.folder((mail[0].place + 1) % 3)
            folder.add(delivered_again(self.letters[first], folder.next_uid, self.received()))
        self.sync(box, Faults())
        before = self.peephole.dump()
        try:
            return self.w.begin_backfill(box, days)
        except CommandRefused:
            require(f"a refusal changes nothing: {name}" for name, rows in self.peephole.dump().items()
                    if before[name] != rows)  # fmt: skip
            return None

    def work_on(self, one: Backfill, faults: Faults, *, stop_after: int = 0) -> None:
        before = self.look()
        receipt = self.w.work_on(one.id, faults, stop_after=stop_after)
        error = receipt.error if receipt else None
        if error is not None and error.code is invariants.OUR_MISTAKE:
            require([f"no error of its own: {error.detail}"])
        self.check(before)

    def take_back(self, one: Backfill) -> None:
        before = self.look()
        self.undo_here(self.box_of(one))
        self.after_people()
        require(invariants.taken_back(before, self.now, one.id))

    def box_of(self, one: Backfill) -> int:
        return [mailbox.id for mailbox in self.w.mailboxes].index(one.mailbox_id)

    def undo_here(self, box: int) -> None:
        one = self.standing(box)
        if one is None:
            return
        before = self.look()
        self.w.undo_backfill(one)
        after = self.look()
        gone = before.emails.keys() - after.emails.keys()
        self.people.forget(gone, {number for number in after.emails if after.emails[number] != before.emails[number]})

    def cancel_here(self, box: int) -> None:
        if (one := self.opened(box)) is not None:
            self.turn_here(one, backfills.cancel)

    def turn_here(self, one: Backfill, change: Callable[..., object]) -> None:
        with self.w.store.write() as uow:
            held = uow.read.backfills.one(one.id)
            if held is not None and held.is_open:
                change(uow, held, self.w.clock)

    def go_on(self, box: int) -> None:
        if (one := self.opened(box)) is not None:
            self.w.work_on(one.id, Faults())

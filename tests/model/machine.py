"""The machine: histories of mail, faults, crashes and people, drawn by Hypothesis, on the real engine and database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.domain.errors import Misconfigured, NeedsSignIn, SourceError, Transient
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from tests.model import invariants, plans
from tests.model.invariants import require
from tests.model.letters import Kind, Letter, delivered_again, write_letter
from tests.model.people import People
from tests.model.plans import Arrival, Disturbance, boxes, numbers, places, senders, tempers
from tests.model.server import Faults, Folder, Slot, Temper
from tests.model.stored import Peephole, Stored
from tests.model.world import KEY, LIMITS, SYNCED_FROM, World


class Machine(RuleBasedStateMachine):
    """A server, a profile, and what a person does. ``now`` is what the database held after the last step."""

    begun: ClassVar[int] = 0
    """How many histories there were, in all machines of this process."""

    def __init__(self) -> None:
        super().__init__()
        Machine.begun += 1
        self.world: World | None = None
        self.letters: dict[int, Letter] = {}
        self.steps_since_quiet = 0

    @invariant()
    def count_steps(self) -> None:
        self.steps_since_quiet += 1

    @initialize(
        condstore=st.booleans(),
        resyncs=st.booleans(),
        says_next=st.sampled_from([True, True, False]),
        mail=plans.arrivals,
    )
    def begin(self, *, condstore: bool, says_next: bool, mail: list[Arrival], resyncs: bool = False) -> None:
        self.world = World(condstore=condstore, says_next=says_next, resyncs=resyncs)
        self.peephole = Peephole(self.world.profile, KEY)
        self.peeping_at = self.world.profile
        self.people = People(self.world.clock, self.look, self.letters)
        self.now = self.look()
        self.arrive(mail)

    def teardown(self) -> None:
        if self.world is not None:
            self.peephole.close()
            self.world.close()

    @property
    def w(self) -> World:
        assert self.world is not None
        return self.world

    def look(self) -> Stored:
        if self.peeping_at != self.w.profile:
            self.peephole.close()
            self.peephole, self.peeping_at = Peephole(self.w.profile, KEY), self.w.profile
        return self.peephole.look()

    def folder(self, place: int) -> Folder:
        return list(self.w.server.folders())[place]

    def uid(self, folder: Folder, number: int) -> int:
        """Return a number in use, counted from the newest: what happens often to few messages meets more."""
        return sorted(folder.slots, reverse=True)[number % len(folder.slots)]

    # --- mail comes, moves and goes -----------------------------------------------------------------------------------

    def new_letter(self, sender: str, kind: Kind, *, like: Letter | None = None) -> Letter:
        serial = len(self.letters) + 1
        received_at = self.received()
        if kind in {Kind.OLD, Kind.LARGE_OLD, Kind.ON_THE_DOT}:
            received_at = SYNCED_FROM - timedelta(days=0 if kind is Kind.ON_THE_DOT else 2 + serial % 4 * 6)
        letter = write_letter(serial, sender, like.message_id if like else f"m{serial}", received_at, kind)
        self.letters[serial] = letter
        return letter

    def received(self) -> datetime:
        return self.w.clock.now() - timedelta(minutes=5)

    @rule(mail=plans.arrivals)
    def arrive(self, mail: list[Arrival]) -> None:
        for one in mail:
            letter = self.new_letter(one.sender, one.kind)
            self.folder(one.place).add(letter, temper=one.temper, visible=not one.unseen)

    @precondition(lambda self: self.letters)
    @rule(place=places, number=numbers, how=st.sampled_from(["same bytes", "another delivery", "equal headers"]))
    def arrive_again(self, place: int, number: int, how: str) -> None:
        letter = self.letters[len(self.letters) - number % len(self.letters)]
        folder = self.folder(place)
        if how == "equal headers":
            letter = self.new_letter(letter.sender or plans.ADDRESSES[0], Kind.PLAIN, like=letter)
        elif how == "another delivery":
            letter = delivered_again(letter, folder.next_uid, self.received())
        folder.add(letter)

    @rule(place=places, number=numbers, to_other=st.booleans(), keeps=st.booleans())
    def copy_or_move(self, place: int, number: int, to_other: bool, keeps: bool) -> None:
        folder = self.folder(place)
        if folder.slots:
            uid = self.uid(folder, number)
            self.folder(1 - place if to_other and place < 2 else place).add(folder.slots[uid].letter)
            if not keeps:
                folder.expunge(uid)

    @rule(place=places, number=numbers)
    def expunge(self, place: int, number: int) -> None:
        folder = self.folder(place)
        if folder.slots:
            folder.expunge(self.uid(folder, number))

    @rule(place=places, backwards=st.booleans(), to_old=st.booleans())
    def renumber(self, place: int, backwards: bool, to_old: bool) -> None:
        """Another UIDVALIDITY; also an earlier one, but never the one the profile knows: that nobody could notice."""
        folder = self.folder(place)
        highest = max([int(epoch) for epoch, _ in folder.ever] + [folder.epoch])
        known = self.known_epoch(place)
        older = [epoch for epoch in range(1, highest) if str(epoch) != known and epoch != folder.epoch]
        epoch = older[-1] if to_old and older else highest + 1
        folder.renumber(epoch, backwards=backwards)

    def known_epoch(self, place: int) -> str:
        return str(list(self.look().folders.values())[place]["epoch"])

    @rule(place=places, number=numbers)
    def change_visibility(self, place: int, number: int) -> None:
        folder = self.folder(place)
        if folder.slots:
            self.hide_or_show(folder, folder.slots[self.uid(folder, number)])

    def hide_or_show(self, folder: Folder, slot: Slot) -> None:
        slot.visible = not slot.visible
        slot.was_away = True
        folder.shrunk = self.w.server.has_lied = self.w.server.hides_flags = True

    @rule(place=places, number=numbers, changed=st.lists(tempers, min_size=1, max_size=3))
    def change_tempers(self, place: int, number: int, changed: list[Temper]) -> None:
        """Change neighbours: several that cannot be had, each in its way, are met in one pass."""
        folder = self.folder(place)
        for at, temper in enumerate(changed if folder.slots else []):
            folder.slots[self.uid(folder, number + at)].temper = temper
            self.w.server.has_lied = True

    @rule(place=places, number=numbers, flags=st.sampled_from(["", "\\Seen", "\\Answered \\Seen", "$Later"]))
    def change_flags(self, place: int, number: int, flags: str) -> None:
        folder = self.folder(place)
        if folder.slots:
            folder.set_flags(self.uid(folder, number), flags)
            self.w.server.hides_flags |= not self.w.server.condstore

    @rule(place=places, by=st.integers(1, 4))
    def count_from_further_back(self, place: int, by: int) -> None:
        """The server was restored: changes get numbers that were given before."""
        self.folder(place).set_back(by)
        self.w.server.has_lied = self.w.server.hides_flags = True

    @rule(hours=st.sampled_from([1, 25, 49, -1]))
    def time_passes(self, hours: int) -> None:
        self.w.clock.time += timedelta(hours=hours)

    # --- syncing ------------------------------------------------------------------------------------------------------

    def sync(self, box: int, faults: Faults, *, stop_after: int = 0) -> None:
        before = self.now
        receipts = self.w.sync(box, faults, stop_after=stop_after)
        for receipt in receipts:
            require(invariants.receipt(receipt))
        self.check(before)

    def check(self, before: Stored, *, known: set[int] | None = None) -> None:
        """Everything that must hold after the program did something by itself."""
        self.now = after = self.look()
        require(invariants.always(after, self.w.server))
        require(invariants.automation(before, after))
        learned = self.w.parser.has_learned
        require(invariants.nothing_is_guessed(before, after, self.letters, learned=learned, known=known or ()))

    @rule(box=boxes, mail=plans.arrivals)
    def sync_undisturbed(self, box: int, mail: list[Arrival]) -> None:
        self.arrive(mail)
        self.sync(box, Faults())

    @rule(box=boxes, mail=plans.arrivals, what=plans.cuts)
    def sync_with_cuts(self, box: int, mail: list[Arrival], what: Disturbance) -> None:
        self.disturbed(box, mail, what)

    @rule(box=boxes, mail=plans.arrivals, what=plans.lies)
    def sync_with_lies(self, box: int, mail: list[Arrival], what: Disturbance) -> None:
        self.disturbed(box, mail, what)

    @rule(box=boxes, mail=plans.arrivals, what=plans.changes)
    def sync_while_folders_change(self, box: int, mail: list[Arrival], what: Disturbance) -> None:
        self.disturbed(box, mail, what)

    @rule(box=boxes, mail=plans.arrivals, what=plans.storms)
    def sync_in_a_storm(self, box: int, mail: list[Arrival], what: Disturbance) -> None:
        self.disturbed(box, mail, what)

    @rule(place=places, number=numbers)
    def sync_while_one_that_cannot_be_had_is_away(self, place: int, number: int) -> None:
        """It was asked for in vain, is gone, and is there again."""
        folder = self.folder(place)
        hurt = [slot for slot in folder.visible().values() if slot.temper is not Temper.GOOD]
        if hurt:
            slot = hurt[number % len(hurt)]
            for _ in range(2):
                self.sync(-1, Faults())
                self.hide_or_show(folder, slot)

    @rule(place=places, number=numbers, is_removed=st.booleans(), what=plans.slips)
    def sync_with_one_slip(self, place: int, number: int, is_removed: bool, what: Disturbance) -> None:
        """All was well, and is again with the next syncs: nothing else can hide what one slip over one change hides."""
        self.quiet()
        if is_removed:
            self.expunge(place, number)
        else:
            self.change_flags(place, number, "\\Flagged")
        self.disturbed(-1, [], what)
        self.quiet()

    @rule(box=boxes, mail=plans.arrivals, death=plans.deaths)
    def sync_until_death(self, box: int, mail: list[Arrival], death: tuple[str, int]) -> None:
        self.arrive(mail)
        self.w.points.die_at(*death)
        self.sync(box, Faults())

    def disturbed(self, box: int, mail: list[Arrival], what: Disturbance) -> None:
        self.arrive(mail)
        if what.refusal == "folder":  # refused too often, it is left alone for hours
            self.w.server.has_lied = self.w.server.hides_flags = True
        self.sync(box, self.faults(what), stop_after=what.stop_after)

    def faults(self, what: Disturbance) -> Faults:
        return Faults(
            cut_at=what.cut_at,
            asks_to_wait=what.asks_to_wait,
            cut_fetch=what.cut_fetch,
            cut_after=what.cut_after,
            omit=what.omit,
            mute=what.mute,
            short_by=what.short_by,
            untold=what.untold,
            cut_changes=what.cut_changes,
            stray=what.stray,
            missing="INBOX" if what.refusal == "folder" else "",
            refuse=REFUSALS[what.refusal]() if what.refusal in REFUSALS else None,
            at_call=what.at_call,
            event=self.event(what) if what.change else None,
        )

    def event(self, what: Disturbance) -> Callable[[], None]:
        folder = self.folder(what.place)
        letter = self.new_letter(plans.ADDRESSES[0], Kind.PLAIN) if what.change == "deliver" else None
        fresh = max([int(epoch) for epoch, _ in folder.ever] + [folder.epoch]) + 1

        def happen() -> None:
            if letter is not None:
                folder.add(letter)
            elif what.change == "renumber":
                folder.renumber(fresh, backwards=True)
            elif folder.slots:
                folder.expunge(self.uid(folder, what.number))

        return happen

    @rule(box=boxes, mail=plans.arrivals, at=st.integers(2, 5), address=senders)
    def sync_while_customers_change(self, box: int, mail: list[Arrival], at: int, address: str) -> None:
        self.arrive(mail)
        before, known = self.now, set[int]()

        def somebody_imports() -> None:
            known.update(self.look().emails)
            self.people.add_customers(self.w.store, [[address]])

        self.w.points.act_before_write(at, somebody_imports)
        self.w.sync(box, Faults())
        self.check(before, known=known)

    @rule(learns=st.booleans(), everything=st.booleans())
    def read_again(self, learns: bool, everything: bool) -> None:
        before = self.now
        self.w.parser.has_learned |= learns
        self.w.read_again(everything=everything)
        self.check(before)

    @rule(box=st.integers(0, 1), direction=st.sampled_from([Direction.MANUAL, Direction.MANUAL, Direction.INBOUND]))
    def turn(self, box: int, direction: Direction) -> None:
        """A mailbox brings in only what is picked, or everything again."""
        self.w.turn(box, direction)

    @rule(place=places, number=numbers, count=st.integers(1, 3))
    def pick(self, place: int, number: int, count: int) -> None:
        """Somebody brings in some of the newest messages of a folder, whatever the mailbox itself brings in."""
        folder, box = self.folder(place), 0 if place < 2 else 1
        uids = {self.uid(folder, number + more) for more in range(count if folder.slots else 0)}
        chosen = sorted(uid for uid in uids if folder.slots[uid].letter.received_at >= SYNCED_FROM)
        if chosen:
            before = self.now
            require(invariants.receipt(self.w.pick(box, folder.name, chosen)))
            self.check(before)

    # --- people -------------------------------------------------------------------------------------------------------

    @rule(groups=st.lists(st.lists(senders, min_size=1, max_size=2), min_size=1, max_size=2))
    def import_customers(self, groups: list[list[str]]) -> None:
        self.people.add_customers(self.w.store, groups)
        self.after_people()

    @precondition(lambda self: self.world and self.now.emails)
    @rule(number=numbers, count=st.integers(1, 3), customer=numbers, remember=st.booleans())
    def assign(self, number: int, count: int, customer: int, remember: bool) -> None:
        """File some of the newest emails by hand."""
        if not self.now.customers:
            self.import_customers([[plans.ADDRESSES[customer % 3]]])
        emails = sorted(self.now.emails, reverse=True)
        chosen = sorted({emails[(number + more) % len(emails)] for more in range(count)})
        customers = [row["id"] for row in self.now.customers]
        remember = remember and not any(self.is_doubtful_and_decided(number) for number in chosen)
        self.people.assign(self.w.store, chosen, customers[customer % len(customers)], remember=remember)
        self.after_people()

    def is_doubtful_and_decided(self, number: int) -> bool:
        """A second assignment learns the address of a doubtful sender too: known, and left out until it is mended."""
        decided = self.now.emails[number]["decided_by"] == "person"
        return decided and self.letters[self.now.serials[number]].sender is None

    @precondition(lambda self: self.world and self.people.has_done)
    @rule(count=st.integers(1, 2))
    def undo(self, count: int) -> None:
        for _ in range(count):
            self.people.undo(self.w.store)
        self.after_people()

    @precondition(lambda self: self.world and self.people.has_undone)
    @rule()
    def redo(self) -> None:
        self.people.redo(self.w.store)
        self.after_people()

    def after_people(self) -> None:
        self.now = self.look()
        require(invariants.always(self.now, self.w.server))

    # --- peace --------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.steps_since_quiet > 1)
    @rule()
    def quiet(self) -> None:
        """No faults and no changes: after at most two syncs all is well, and one more changes nothing."""
        self.steps_since_quiet = 0
        for box in (0, 1):
            self.w.turn(box, Direction.INBOUND)
        complaints = self.settle()
        require(words for words in complaints if not self.may_take_a_day(words))
        if complaints:
            self.w.clock.time += timedelta(hours=25)
            require(self.settle())
        self.w.server.has_lied = self.w.server.hides_flags = False
        for folder in self.w.server.folders():
            folder.shrunk = False
        self.check_idle()
        require(f"sound: {words}" for words in self.w.verify())

    def may_take_a_day(self, complaint: str) -> bool:
        """Tell what is for the daily listing: what no count could show, and what had its tries."""
        if complaint.startswith(invariants.OF_FLAGS):
            return self.w.server.hides_flags
        return self.w.server.has_lied or invariants.given_up(self.now) > 0

    def settle(self) -> list[str]:
        """Sync until all is well: twice, and more only for messages that break the connection each time."""
        trouble = sum(slot.temper is not Temper.GOOD for one in self.w.server.folders() for slot in one.slots.values())
        complaints: list[str] = []
        for turn in range(2 + LIMITS.tries * trouble):
            self.sync(-1, Faults())
            complaints = list(invariants.quiet(self.now, self.w.server))
            if turn > 0 and not complaints and not self.is_open():
                break
        return complaints

    def is_open(self) -> bool:
        """Tell whether a message is still asked for at every sync."""
        return any(row["code"] == invariants.OPEN and row["attempts"] < LIMITS.tries for row in self.now.ledger)

    def check_idle(self) -> None:
        before = self.peephole.dump()
        receipts = self.w.sync(-1, Faults())
        after = self.peephole.dump()
        changed = [name for name in before if before[name] != after[name]]
        require(f"idempotent: an idle sync changed {name}" for name in changed)
        counts = self.w.server.commands.items()
        require(f"few commands: {count} for {place}" for place, count in counts if count > 3)
        errors = [str(receipt.error) for receipt in receipts if receipt.error is not None]
        require(f"healthy: {error}" for error in errors)


def _wait() -> SourceError:
    return Transient(ReasonCode.ACCOUNT_THROTTLED, "Too many connections.").after(300)


REFUSALS: dict[str, Callable[[], SourceError]] = {
    "sign in": lambda: NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused."),
    "setting": lambda: Misconfigured(ReasonCode.SETTINGS_INVALID, "There is no such server."),
    "wait": _wait,
}

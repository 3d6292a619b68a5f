"""What the failpoint sweep plays: a scenario is a preparation and the steps that are interrupted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.domain.errors import Transient
from desktop.domain.reasons import ReasonCode
from desktop.services import backfills
from tests.model.letters import Kind
from tests.model.server import Faults, Temper
from tests.programmes.stage import Act, Stage

Do = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """*before* is done undisturbed. ``moving``: the server changes while it is read, so that what is seen differs."""

    name: str
    steps: Sequence[Act]
    before: Sequence[Do] = ()
    moving: bool = False
    condstore: bool = False
    resyncs: bool = False
    says_next: bool = True


def sync(stage: Stage) -> None:
    """Sync all."""
    stage.sync()


def mail(stage: Stage) -> None:
    """Mail in every folder: several batches each."""
    for place, count in ((0, 7), (1, 4), (2, 5)):
        stage.deliver(place, count)


def disturbed(faults: Callable[[Stage], Faults], world: Do = mail) -> list[Act]:
    """Something happens on the server, and the sync that follows meets faults."""

    def happen(stage: Stage) -> None:
        world(stage)
        stage.faults = faults(stage)

    return [Act(sync, happen)]


def after(*changes: Do) -> list[Act]:
    """Changes on the server, then a sync."""

    def happen(stage: Stage) -> None:
        for change in changes:
            change(stage)

    return [Act(sync, happen)]


def command(program: Do) -> Act:
    """What a person commands."""
    return Act(program, once=True)


def customers(stage: Stage) -> None:
    """Two customers; the address of the third sender is nobody's."""
    stage.add_customers("Ann", "Bob")


def by_hand(stage: Stage) -> None:
    """Somebody files three mails."""
    stage.assign(1, 2, 6)


def stopped(stage: Stage) -> None:
    """Mail comes, and the sync is asked to stop after its second report."""
    mail(stage)
    stage.stop_after = 2


def busy(stage: Stage) -> Faults:
    """A server that asks to wait."""
    return Faults(refuse=Transient(ReasonCode.ACCOUNT_THROTTLED, "Too many connections.").after(300))


def somebody_imports(stage: Stage) -> None:
    """Mail comes, and in the middle of its sync customers are imported."""
    mail(stage)
    stage.witness.act_before_write(5, lambda: stage.add_customers("Ann", "Bob"))


def hidden(stage: Stage) -> None:
    """A message that has its number and shows up later."""
    stage.folder(0).add(stage.letter(), visible=False)
    stage.deliver(0, 2)


def turned_back(stage: Stage) -> None:
    """The clock is set back while an audit asks."""
    stage.faults = Faults(at_call=4, event=lambda: stage.turn_clock(hours=-30))


def shown(stage: Stage) -> None:
    """Whatever was hidden shows up."""
    for slot in stage.folder(0).slots.values():
        stage.world.server.has_lied |= not slot.visible
        slot.visible = True


def marked(stage: Stage) -> None:
    """Another program marks messages, and takes some away."""
    for place, uid, flags in ((0, 1, "\\Seen"), (0, 4, "\\Flagged \\Seen"), (1, 3, "$Later")):
        stage.folder(place).set_flags(uid, flags)
    stage.expunge(0, 6)


def equal_headers(stage: Stage) -> None:
    """Different mails whose headers are the same."""
    for _ in range(3):
        stage.folder(1).add(stage.letter(like=stage.letters[1]))


def mended(stage: Stage) -> None:
    """Every message can be had again."""
    for folder in stage.world.server.folders():
        for slot in folder.slots.values():
            slot.temper = Temper.GOOD


def in_mid_run(event: Do) -> list[Act]:
    """Mail comes, and something happens on the server in the middle of the sync."""
    return disturbed(lambda stage: Faults(at_call=6, event=lambda: event(stage)))


def older(stage: Stage) -> None:
    """Mail from before the first day, of several days in two folders, and some of after it."""
    stage.deliver_old(0, 0.5, 1.5, 1.6, 1.7, 1.8, 9, 30)
    stage.deliver_old(1, 1.5, 4, 30)
    stage.deliver(0, 2)


def stuck(stage: Stage) -> None:
    """Old mail among which one cannot be had, and one is not even described."""
    older(stage)
    stage.deliver_old(0, 3, temper=Temper.NOT_FETCHED)
    stage.deliver_old(1, 3, temper=Temper.NOT_DESCRIBED)


def old_copies(stage: Stage) -> None:
    """Old mail that is also where the other mailbox brings it in."""
    older(stage)
    for serial in (1, 3, 8):
        stage.deliver_again(2, serial)


def begins(stage: Stage) -> None:
    """Somebody begins a backfill."""
    stage.begin_backfill()


def backfills_all(stage: Stage) -> None:
    """A backfill that is over."""
    stage.begin_backfill()
    stage.backfill()


def turns(change: Callable[..., object]) -> Do:
    """Somebody holds, resumes, ends or takes back the backfill."""
    return lambda stage: stage.turn_backfill(change)


work = Act(Stage.backfill)
"""Work on the backfill that is not at an end."""


def hurt_work(faults: Callable[[Stage], Faults], world: Do = lambda stage: None) -> list[Act]:
    """A backfill begins, something happens on the server, it meets faults, and is then gone on with.

    Where a clock is set, the first is left out and done before: the same days, asked for on another day, are others.
    """

    def happen(stage: Stage) -> None:
        world(stage)
        stage.faults = faults(stage)

    return [command(begins), Act(Stage.backfill, happen), work]


def of_kind(kind: Kind) -> Do:
    """Letters of that kind among plain ones."""

    def deliver(stage: Stage) -> None:
        stage.deliver(0, 2)
        stage.deliver(0, 2, kind)
        stage.deliver(1, 1, kind)

    return deliver


def of_temper(temper: Temper) -> Do:
    """One message that cannot be had, among plain ones."""

    def deliver(stage: Stage) -> None:
        stage.deliver(0, 3)
        stage.deliver(0, 1, temper=temper)
        stage.deliver(0, 3)

    return deliver


SCENARIOS = (
    Scenario("first sync", after(mail)),
    Scenario("first sync, with modification numbers", after(mail), condstore=True),
    Scenario("first sync of a server that does not say UIDNEXT", after(mail), says_next=False),
    Scenario("nothing new", after(), before=(mail, sync)),
    Scenario("more mail", after(mail), before=(mail, sync)),
    Scenario("mail and removals", after(lambda s: s.expunge(0, 2, 5), mail), before=(mail, sync)),
    Scenario("moved to another folder", after(lambda s: s.move(0, 3, 1), lambda s: s.move(1, 2, 0)), (mail, sync)),
    Scenario(
        "moved, and told so", after(lambda s: s.move(0, 3, 1), lambda s: s.move(1, 2, 0), marked), (mail, sync),
        resyncs=True,
    ),
    Scenario(
        "moved, and told only in part", disturbed(lambda s: Faults(untold=1), lambda s: s.expunge(0, 2, 5)),
        (mail, sync), resyncs=True,
    ),
    Scenario("marked", after(marked, mail), (mail, sync), condstore=True),
    Scenario("marked, and nobody tells", after(marked, mail), (mail, sync)),
    Scenario("counted from further back", after(marked, lambda s: s.folder(0).set_back(4)), (mail, sync), resyncs=True),
    Scenario("copies", after(*[lambda s, n=n: s.deliver_again(1, n) for n in (1, 2, 3, 4)]), (mail, sync)),
    Scenario("equal headers", after(equal_headers), before=(mail, sync)),
    Scenario("another UIDVALIDITY", after(lambda s: s.renumber(0)), before=(mail, sync)),
    Scenario("renumbered backwards, with mail", after(lambda s: s.renumber(0, backwards=True), mail), (mail, sync)),
    Scenario("renumbered in mid-run", in_mid_run(lambda s: s.renumber(0)), (mail, sync), moving=True),
    Scenario("removed in mid-run", in_mid_run(lambda s: s.expunge(0, 9, 10)), (mail, sync), moving=True),
    Scenario("delivered in mid-run", in_mid_run(lambda s: s.deliver(0, 3)), before=(mail, sync), moving=True),
    Scenario("the clock goes back in mid-run", in_mid_run(lambda s: s.turn_clock(hours=-30)), before=(mail, sync)),
    Scenario("the clock goes on in mid-run", in_mid_run(lambda s: s.turn_clock(hours=400)), before=(mail, sync)),
    Scenario("cut at a command", disturbed(lambda s: Faults(cut_at=7))),
    Scenario("cut in a fetch", disturbed(lambda s: Faults(cut_fetch=2, cut_after=1))),
    Scenario("one left out of the answer", disturbed(lambda s: Faults(omit=2))),
    Scenario("all left out from one on", disturbed(lambda s: Faults(omit=3, mute=True))),
    Scenario("a short listing", disturbed(lambda s: Faults(short_by=2)), before=(mail, sync)),
    Scenario("another's data in the answer", disturbed(lambda s: Faults(stray=True)), before=(mail, sync)),
    Scenario("asked to wait", disturbed(busy)),
    Scenario("asked to stop", [Act(sync, stopped)]),
    Scenario("breaks the connection when fetched", [*after(of_temper(Temper.BREAKS_FETCH)), *after(mended)]),
    Scenario("breaks the connection when described", [*after(of_temper(Temper.BREAKS_DESCRIBE)), *after(mended)]),
    Scenario("never fetched, then it is", [*after(of_temper(Temper.NOT_FETCHED)), *after(mended)]),
    Scenario("shows up late", [*after(mail, hidden), *after(shown)]),
    Scenario("unreadable mail, then read", [*after(of_kind(Kind.UNREADABLE)), Act(Stage.reread)]),
    Scenario("oversize mail", after(of_kind(Kind.OVERSIZE))),
    Scenario("mail from before the first day", after(of_kind(Kind.OLD), of_kind(Kind.ON_THE_DOT))),
    Scenario("mail with two senders", after(of_kind(Kind.TWO_SENDERS), mail), before=(customers,)),
    Scenario("mail of customers", after(mail), before=(customers,)),
    Scenario("customers imported, then mail", [command(customers), *after(mail)], before=(mail, sync)),
    Scenario("assigned by hand, then mail", [command(by_hand), *after(mail)], before=(mail, sync, customers)),
    Scenario(
        "assigned, undone, redone, and a sync between each",
        [command(by_hand), *after(mail), command(Stage.undo), *after(mail), command(Stage.redo)],
        before=(mail, sync, customers),
    ),
    Scenario("read again, with customers since", [command(customers), Act(Stage.reread)], before=(mail, sync)),
    Scenario(
        "repaired",
        [Act(Stage.repair, mended)],
        before=(of_temper(Temper.NOT_FETCHED), sync, sync),
    ),
    Scenario("shows up late, for an audit", [Act(Stage.repair, shown)], before=(mail, hidden, sync)),
    Scenario("a backfill", [command(begins), work], before=(older, sync)),
    Scenario("a backfill of customers, and mail meanwhile", [command(begins), *after(mail), work, *after(mail)],
             before=(older, customers, sync)),
    Scenario("a backfill that is cut", hurt_work(lambda s: Faults(cut_fetch=2, cut_after=1)), before=(older, sync)),
    Scenario("a backfill that is refused", hurt_work(lambda s: Faults(cut_at=9, asks_to_wait=True)), (older, sync)),
    Scenario("a backfill in which the clock goes back",
             hurt_work(lambda s: Faults(at_call=6, event=lambda: s.turn_clock(hours=-30)))[1:], (older, sync, begins)),
    Scenario("a backfill in which the clock goes on",
             hurt_work(lambda s: Faults(at_call=6, event=lambda: s.turn_clock(hours=400)))[1:], (older, sync, begins)),
    Scenario("repaired while the clock goes back", [Act(Stage.repair, turned_back)],
             before=(of_temper(Temper.NOT_FETCHED), sync, sync, mended)),
    Scenario("a backfill under a short listing", hurt_work(lambda s: Faults(short_by=2)), (older, sync), moving=True),
    Scenario("a backfill of a folder that is renumbered",
             [*hurt_work(lambda s: Faults(), lambda s: s.renumber(0)), Act(sync), work], before=(older, sync)),
    Scenario("a backfill of mail that cannot be had, then it can", [command(begins), work, *after(mended)],
             before=(stuck, sync)),
    Scenario("a backfill that is held, then goes on",
             [command(begins), command(turns(backfills.pause)), work, command(turns(backfills.resume)), work],
             before=(older, sync)),
    Scenario("a backfill that is taken back", [command(turns(backfills.undo)), *after(mail)],
             before=(older, mail, sync, backfills_all)),
    Scenario("a backfill with copies, filed by hand, taken back, and once more",
             [command(by_hand), command(turns(backfills.undo)), *after(), command(begins), work],
             before=(old_copies, customers, sync, backfills_all)),
    Scenario("a backfill that is ended", [command(begins), command(turns(backfills.cancel)), work, *after(mail)],
             before=(older, sync)),
)  # fmt: skip
"""Fifty-eight stories; each is played serially and with the mailboxes side by side."""

"""What the failpoint sweep plays with large mail: its text comes in a pass, its files after it, in pieces."""

from collections.abc import Sequence

from desktop.domain.attachments import ALL, ON_DEMAND, AttachmentPolicy
from desktop.domain.errors import CommandRefused
from desktop.services import backfills
from tests.model.letters import LARGER_FILE, SMALLER_FILE, Kind
from tests.model.server import Faults, Temper
from tests.programmes.scenarios import (
    Do,
    Scenario,
    after,
    begins,
    by_hand,
    command,
    customers,
    mended,
    sync,
    turns,
    work,
)
from tests.programmes.stage import Act, Stage

BETWEEN = AttachmentPolicy((SMALLER_FILE + LARGER_FILE) // 2)
"""Brings the smaller of the two files of each large letter."""

SMALLER, LARGER = "2", "3"
fetch = Act(Stage.fetch)


def large(stage: Stage) -> None:
    """Two large mails in one folder, one in another, and a plain one."""
    stage.deliver(0, 2, Kind.LARGE)
    stage.deliver(1, 1, Kind.LARGE)
    stage.deliver(0, 1)


def one_large(stage: Stage) -> None:
    """One of them."""
    stage.deliver(0, 1, Kind.LARGE)


def large_older(stage: Stage) -> None:
    """Old mail, one of which is large, and some that is not old."""
    stage.deliver_old(0, 1.5, 9)
    stage.deliver(0, 1, Kind.LARGE_OLD)
    stage.deliver(0, 1)


def broken(stage: Stage) -> None:
    """A large mail whose pieces break the connection, and one whose pieces come."""
    stage.deliver(0, 1, Kind.LARGE)
    stage.deliver(1, 1, Kind.LARGE)


def breaks(stage: Stage) -> None:
    """Asking for any piece of the first one breaks the connection from now on."""
    stage.folder(0).slots[1].temper = Temper.BREAKS_FETCH


def hurt(faults: Faults) -> Act:
    """Fetch under these faults."""

    def happen(stage: Stage) -> None:
        stage.faults = faults

    return Act(Stage.fetch, happen)


def event(change: Do, *, at: int = 5) -> Act:
    """In the middle of fetching something happens on the server."""

    def happen(stage: Stage) -> None:
        stage.faults = Faults(at_call=at, event=lambda: change(stage))

    return Act(Stage.fetch, happen)


def beside(change: Do, *, at: int = 4) -> Act:
    """In the middle of fetching a person does something."""

    def happen(stage: Stage) -> None:
        stage.witness.act_before_write(at, lambda: change(stage))

    return Act(Stage.fetch, happen)


def stopped(pieces: int) -> Act:
    """Somebody stops it after so many pieces."""

    def happen(stage: Stage) -> None:
        stage.stop_after = pieces

    return Act(Stage.fetch, happen)


def onto_a_full_disk(at: int) -> Act:
    """Write number *at* of a piece finds the disk full."""

    def happen(stage: Stage) -> None:
        stage.full_at = at

    return Act(Stage.fetch, happen)


def policy(chosen: AttachmentPolicy) -> Do:
    """Somebody chooses which files come by themselves."""
    return lambda stage: stage.choose_files(chosen)


def asks(part: str, *, wants: bool = True) -> Do:
    """Somebody wants a file of the first mail, or does no longer."""
    return lambda stage: stage.want_files(1, part=part, wants=wants)


def taken_back(stage: Stage) -> None:
    """Take the backfill back if that was not done yet."""
    try:
        stage.turn_backfill(backfills.undo)
    except CommandRefused:
        return


def cut_in_the_text(stage: Stage) -> None:
    """A large mail, and the connection breaks over its text: only its headers come at first."""
    one_large(stage)
    stage.faults = Faults(cut_at=5)


LARGE_SCENARIOS: Sequence[Scenario] = (
    Scenario("large mail, and its files", [*after(large), fetch]),
    Scenario("files that are cut off while they come", [hurt(Faults(cut_at=6)), fetch], before=(large, sync)),
    Scenario("files that are stopped, then go on", [stopped(3), stopped(2), fetch], before=(large, sync)),
    Scenario("a disk too full for a piece, then it is not", [onto_a_full_disk(2), fetch], before=(large, sync)),
    Scenario("files up to a size, then all", [fetch, command(policy(ALL)), fetch],
             before=(policy(BETWEEN), large, sync)),
    Scenario("files that are asked for, and no longer",
             [command(asks(SMALLER)), fetch, command(asks(LARGER)), stopped(1), command(asks(LARGER, wants=False)),
              fetch, command(asks(LARGER)), fetch],
             before=(policy(ON_DEMAND), one_large, sync)),
    Scenario("removed on the server while its files come", [event(lambda s: s.expunge(0, 1)), Act(sync), fetch],
             before=(large, sync), moving=True),
    Scenario("moved while its files come", [event(lambda s: s.move(0, 2, 1)), Act(sync), fetch],
             before=(large, sync), moving=True),
    Scenario("renumbered while its files come",
             [event(lambda s: s.renumber(0, backwards=True)), Act(sync), fetch], before=(large, sync), moving=True),
    Scenario("the policy changes while files come", [beside(policy(ON_DEMAND)), command(policy(ALL)), fetch],
             before=(large, sync)),
    Scenario("a backfill of large mail, its files, and it is taken back",
             [command(begins), work, fetch, command(turns(backfills.undo)), *after(one_large), fetch],
             before=(large_older, sync)),
    Scenario("a backfill that is taken back while its files come",
             [beside(taken_back), Act(taken_back), *after(one_large), fetch],
             before=(large_older, sync, begins, Stage.backfill)),
    Scenario("only headers at first, then the text, then the files",
             [fetch, *after(one_large), fetch], before=(customers, cut_in_the_text, sync)),
    Scenario("filed by hand before its files are here", [command(by_hand), stopped(2), *after(one_large), fetch],
             before=(large, customers, sync)),
    Scenario("pieces that break the connection, then they come", [Act(Stage.fetch, breaks), Act(Stage.fetch, mended)],
             before=(broken, sync)),
)  # fmt: skip
"""Fifteen stories; each is played serially: files are fetched by one thread."""

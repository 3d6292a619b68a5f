"""``backfill``: older mail brought in on purpose, looked at before, and taken back if it was too much."""

import shutil
from argparse import Namespace
from typing import Any

from desktop.cli.arguments import Commands, flag_json, whole_number
from desktop.cli.output import EXIT_DONE, EXIT_FAILED, error_document, show, tell
from desktop.cli.progress import progress_for
from desktop.cli.workspace import opened, opened_for_servers
from desktop.domain.addresses import normalise_address
from desktop.domain.backfill import (
    CHECKLIST,
    CHOICES,
    Backfill,
    BackfillEstimate,
    BackfillState,
    SpotCheck,
    UndoPreview,
    as_it_stands,
)
from desktop.domain.backfill_days import easier_range
from desktop.domain.clock import iso
from desktop.domain.errors import CommandRefused
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.services import backfills
from desktop.services.mailboxes import no_such_mailbox
from desktop.store.profile_lock import is_written_to
from desktop.store.reading.reader import Reader
from desktop.sync.backfill import BackfillReceipt, Manners, NotNow, run_backfill, said
from desktop.sync.backfill_estimate import estimate_backfill
from desktop.sync.backfill_survey import survey_ranges
from desktop.sync.context import StopSignal
from desktop.workspace.signals import stopping_on_signals
from desktop.workspace.workspace import Workspace

_EPILOG = """\
Start with the smallest range that is of use, look at a few customers, then go further.
A backfill that was interrupted goes on with the same --days, or with --resume. While the window
is open, or 'postroom watch' runs, those that wait go on by themselves.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    made = commands.add("backfill", run, "Bring in mail from before the day a mailbox is synced from.", epilog=_EPILOG)
    made.add_argument("--mailbox", metavar="ADDRESS", required=True, help="the mailbox")
    made.add_argument("--days", type=whole_number, metavar="N", help="how far back: 7, 14, 30, 60 or any other")
    made.add_argument(
        "--preview",
        action="store_true",
        help="only say what it would bring, or what --undo would take; without --days, what each range has",
    )
    made.add_argument("--quiet-hours", action="store_true", help="run only in the quiet hours (see 'settings')")
    what = made.add_mutually_exclusive_group()
    what.add_argument("--resume", action="store_true", help="go on with the one that was interrupted or paused")
    what.add_argument("--pause", action="store_true", help="have the open one rest until it is resumed")
    what.add_argument("--cancel", action="store_true", help="end the open one; what it brought stays")
    what.add_argument("--undo", action="store_true", help="take back exactly what the last one brought")
    what.add_argument("--status", action="store_true", help="say how the last one is, and what to look at")
    flag_json(made)


def run(args: Namespace) -> int:
    """Do what was asked of one mailbox's backfill."""
    if args.undo:
        return _undo(args)
    if args.status:
        return _status(args)
    if args.cancel or args.pause:
        return _turn(args)
    if args.days is None and args.preview:
        return _survey(args)
    if args.days is None and not args.resume:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            "How far back is not said.",
            meaning="Nothing was begun.",
            action="Give --days N; 14 is a good first step.",
        )
    return _preview(args) if args.preview else _bring(args)


def _survey(args: Namespace) -> int:
    """Say about what each range that is offered has."""
    stop = StopSignal()
    with opened_for_servers(args) as workspace:
        mailbox = _mailbox(workspace, args.mailbox)
        with stopping_on_signals(stop.abandon), workspace.sync_context(progress_for()) as context:
            found = survey_ranges(mailbox, CHOICES, context, stop)
    rows = [{"days": one.days, "messages": one.messages, "minutes": round(one.seconds / 60, 2)} for one in found]
    lines = [f"  {one.days:>3} days: about {one.messages:,} older emails, {_minutes(one.seconds)}." for one in found]
    show(args, {"mailbox": mailbox.address, "ranges": rows}, [f"{mailbox.address}, on the server:", *lines])
    return EXIT_DONE


def _preview(args: Namespace) -> int:
    stop = StopSignal()
    with opened_for_servers(args) as workspace:
        mailbox = _mailbox(workspace, args.mailbox)
        with stopping_on_signals(stop.abandon), workspace.sync_context(progress_for()) as context:
            found = estimate_backfill(mailbox, args.days, context, stop)
    show(args, {"mailbox": mailbox.address, **_estimate_document(found)}, _estimate_lines(mailbox, found))
    return EXIT_DONE


def _bring(args: Namespace) -> int:
    stop = StopSignal()
    with opened(args, writing=True) as workspace:
        mailbox = _mailbox(workspace, args.mailbox)
        one = _begun(workspace, mailbox, args)
        manners = Manners(quiet_hours=workspace.quiet_hours)
        with stopping_on_signals(stop.abandon), workspace.sync_context(progress_for()) as context:
            receipt = run_backfill(one.id, context, stop, manners)
        with workspace.store.read() as read:
            spots = read.backfills.spot_check(one.id)
    return _shown(args, receipt, spots)


def _begun(workspace: Workspace, mailbox: Mailbox, args: Namespace) -> Backfill:
    """Return the backfill to work on: the open one if that is what was asked for, else a new one."""
    with workspace.store.write() as uow:
        held = backfills.open_one(uow.read, mailbox)
        if args.resume and held is None:
            raise _none(mailbox, "open")
        if held is None or not (args.resume or held.days == args.days):
            made, _ = backfills.begin(uow, mailbox, args.days, workspace.clock, quiet_hours=args.quiet_hours)
            return made
        backfills.check_may_run(uow.read, mailbox)
        backfills.resume(uow, held, workspace.clock)
        tell(f"Going on with the backfill of {held.days} days that was begun {iso(held.created_at)}.")
        return held


def _shown(args: Namespace, receipt: BackfillReceipt, spots: list[SpotCheck]) -> int:
    one, error = receipt.backfill, receipt.error
    document = _document(one, spots)
    failed = error is not None and not isinstance(error, NotNow)
    if error is not None and failed:
        smaller = easier_range(one.code, one.days)
        document |= error_document(error) | {"try_days": smaller}
        tell(f"{one.address}: {error}")
        if smaller is not None:
            tell(f"A smaller range may go through: 'backfill --cancel', then --days {smaller}.")
    show(args, document, _lines(one, spots))
    return EXIT_FAILED if failed else EXIT_DONE


def _turn(args: Namespace) -> int:
    with opened(args, writing=True) as workspace:
        mailbox = _mailbox(workspace, args.mailbox)
        with workspace.store.write() as uow:
            held = backfills.open_one(uow.read, mailbox)
            if held is None:
                raise _none(mailbox, "open")
            change = backfills.cancel if args.cancel else backfills.pause
            tell(change(uow, held, workspace.clock).words + ".")
    return _status(args)


def _status(args: Namespace) -> int:
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        one = _last(read, _mailbox(workspace, args.mailbox))
        spots = read.backfills.spot_check(one.id)
        free_bytes = shutil.disk_usage(workspace.profile).free
        one = as_it_stands(one, has_writer=is_written_to(workspace.profile), free_bytes=free_bytes)
    show(args, _document(one, spots), _lines(one, spots))
    return EXIT_DONE


def _undo(args: Namespace) -> int:
    with opened(args, writing=not args.preview) as workspace:
        mailbox = _mailbox(workspace, args.mailbox)
        with workspace.store.read() as read:
            one = next((held for held in read.backfills.of(mailbox.id) if held.state is not BackfillState.UNDONE), None)
            if one is None:
                raise _none(mailbox, "left to undo")
            taken = backfills.undo_preview(read, one)
        words = _undo_words(taken)
        if not args.preview:
            with workspace.store.write() as uow:
                words = f"{backfills.undo(uow, one, workspace.clock).words}. {words}"
    document = {"emails": taken.emails, "decided": taken.decided, "commands": taken.commands}
    show(args, {"mailbox": mailbox.address, "undone": not args.preview, **document}, [words])
    return EXIT_DONE


def _undo_words(taken: UndoPreview) -> str:
    return (
        f"{taken.emails:,} emails, of which people decided on {taken.decided:,}; "
        f"{taken.commands:,} commands on them cannot be undone any more."
    )


def _mailbox(workspace: Workspace, wanted: str) -> Mailbox:
    address = normalise_address(wanted)
    with workspace.store.read() as read:
        found = read.mailboxes.by_address(address)
    if found is None:
        raise no_such_mailbox(address)
    return found


def _last(read: Reader, mailbox: Mailbox) -> Backfill:
    found = next(iter(read.backfills.of(mailbox.id)), None)
    if found is None:
        raise _none(mailbox, "stored")
    return found


def _none(mailbox: Mailbox, words: str) -> CommandRefused:
    return CommandRefused(
        ReasonCode.NOT_FOUND,
        f"No backfill for {mailbox.address} is {words}.",
        meaning="Nothing was changed.",
        action="Begin one with --days N.",
    )


# --- what is shown ----------------------------------------------------------------------------------------------------


def _estimate_document(found: BackfillEstimate) -> dict[str, Any]:
    names = ("days", "messages", "matches", "review", "tickets", "left_out", "duplicates", "looked_at")
    figures: dict[str, Any] = {name: getattr(found, name) for name in names}
    figures |= {"since": iso(found.since), "until": iso(found.until), "minutes": round(found.seconds / 60, 2)}
    by_day = {day.isoformat(): count for day, count in sorted(found.by_day.items())}
    figures |= {"match_share": found.match_share, "by_day": by_day}
    return figures | {"size_bytes": found.size_bytes, "disk_bytes": found.disk_bytes}


def _estimate_lines(mailbox: Mailbox, found: BackfillEstimate) -> list[str]:
    if not found.messages:
        return [f"Nothing older than {iso(found.until)} is on the server for {mailbox.address} in these days."]
    about = "" if found.looked_at + found.left_out >= found.messages else "about "
    come_to = (
        f"  {about}{found.matches:,} would be filed ({found.match_share} %), {found.review:,} would need review, "
        f"{found.left_out:,} left out, {found.duplicates:,} here already, no tickets."
    )
    size = found.disk_bytes / 1024 / 1024
    return [
        f"{mailbox.address}, {found.days} days back: {found.messages:,} older emails on the server.",
        come_to,
        f"  It would take {_minutes(found.seconds)} and {size:,.1f} MB on disk. Nothing was brought in.",
    ]


def _minutes(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes:,} minutes"


def _document(one: Backfill, spots: list[SpotCheck]) -> dict[str, Any]:
    made = one.figures
    names = ("stored", "matched", "review", "unfiled", "skipped", "duplicates", "failed", "missing", "done")
    return {
        "id": str(one.id),
        "mailbox": one.address,
        "days": one.days,
        "since": iso(one.since),
        "until": iso(one.until),
        "reached": iso(one.reached),
        "state": one.state.value,
        "quiet_hours": one.quiet_hours,
        "code": one.code,
        "reason": one.reason,
        "total": one.total,
        **{name: getattr(made, name) for name in names},
        "tickets": 0,
        "created": iso(one.created_at),
        "ended": iso(one.ended_at),
        "spot_check": [
            {
                "customer_id": str(spot.customer_id),
                "customer": spot.name,
                "emails": spot.emails,
                "sent": spot.sent,
                "subjects": list(spot.subjects),
            }
            for spot in spots
        ],
        "checklist": list(CHECKLIST),
    }


def _lines(one: Backfill, spots: list[SpotCheck]) -> list[str]:
    lines = [f"{one.address}: {one.state.value}. {said(one)}"]
    if one.reason:
        lines.append(f"  {one.reason}")
    if spots:
        lines.append("Look at a few customers before going further:")
        lines += [f"  [ ] {spot.name}: {spot.emails:,} emails" for spot in spots]
        lines += [f"  - {words}" for words in CHECKLIST]
    return lines

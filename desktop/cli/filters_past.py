"""``filters apply-past``, ``filters bring-in`` and ``filters never-skip``: what filters do with mail that is here."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from desktop.cli.arguments import Commands, flag_json, number_of, whole_number
from desktop.cli.output import EXIT_DONE, EXIT_FAILED, show
from desktop.cli.progress import progress_for
from desktop.cli.workspace import opened, opened_for_servers
from desktop.domain.errors import CommandRefused
from desktop.domain.filters import SkippedMail
from desktop.domain.ids import EmailId, Epoch
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.services import filters
from desktop.services.filter_past import Past, apply_past, bring_back, preview_past
from desktop.services.filter_rehearsal import PastPlan
from desktop.services.mailboxes import no_such_mailbox
from desktop.store.reading.reader import Reader
from desktop.sync.context import StopSignal
from desktop.sync.picking import bring_in
from desktop.workspace.signals import stopping_on_signals

_SHOWN = 20


def register_past(group: Commands) -> None:
    """Add the commands."""
    applied = group.add("apply-past", run_apply_past, "Apply the filters as they stand to mail that is here already.")
    applied.add_argument("--days", type=whole_number, metavar="N", help="only mail of the last N days")
    applied.add_argument("--mailbox", metavar="A", help="only mail of this mailbox")
    applied.add_argument("--preview", action="store_true", help="only say what would change")
    flag_json(applied)
    brought = group.add("bring-in", run_bring_in, "Bring in what filters left out, by the ids of 'filters skipped'.")
    brought.add_argument("ids", nargs="+", metavar="ID")
    flag_json(brought)
    never = group.add("never-skip", run_never_skip, "Keep all mail of a sender, whatever the filters say.")
    never.add_argument("address", metavar="ADDRESS")
    flag_json(never)


def flag_past(made: ArgumentParser) -> None:
    """Add ``--past`` to a command that changes the filters."""
    made.add_argument("--past", action="store_true", help="also for mail that is here; one undo takes both back")


def past_of(args: Namespace) -> Past | None:
    """Return which mail that is here is meant, if any."""
    return Past() if getattr(args, "past", False) else None


def run_apply_past(args: Namespace) -> int:
    """Apply the filters to the past, or say what that would do."""
    with opened(args, writing=not args.preview) as workspace:
        with workspace.store.read() as read:
            box = mailbox_of(args, read)
            since = workspace.clock.now() - timedelta(days=args.days) if args.days is not None else None
            past = Past(since, box.id if box is not None else None)
            if args.preview:
                plan, _ = preview_past(read, filters.policy_for(read, None), past)
                document, lines = _plan(read, plan)
        if not args.preview:
            with workspace.store.write() as uow:
                told = apply_past(uow, filters.policy_for(uow.read, None), past, workspace.clock)
            document, lines = {"words": told.words}, [f"{told.words}."]
    show(args, document, lines)
    return EXIT_DONE


def run_bring_in(args: Namespace) -> int:
    """Bring in mail that was left out: what is here at once, the rest from its server."""
    numbers = [number_of(text, "mail that was left out") for text in args.ids]
    stop = StopSignal()
    receipts: list[MailboxReceipt] = []
    with opened_for_servers(args, writing=True) as workspace:
        with workspace.store.read() as read:
            found = read.filters.skipped_by_ids(numbers)
            boxes = {box.address: box for box in read.mailboxes.every()}
        _check_all_found(numbers, found)
        here = [one.email_id for one in found if one.email_id is not None]
        if here:
            with workspace.store.write() as uow:
                bring_back(uow, here, workspace.clock)
        away = _by_place([one for one in found if one.email_id is None])
        with stopping_on_signals(stop.abandon), workspace.sync_context(progress_for()) as context:
            for (address, folder, epoch), each in away.items():
                refs = [int(one.ref) for one in each]
                receipts.append(bring_in(boxes[address], folder, Epoch(epoch), refs, context, stop))
    came = len(here) + sum(one.stored + one.parked + one.duplicates for receipt in receipts for one in receipt.folders)
    missing = sum(one.missing for receipt in receipts for one in receipt.folders)
    lines = [f"Brought in: {came:,}."]
    lines += [f"No longer on the server: {missing:,}."] if missing else []
    lines += [f"{receipt.address}: {receipt.error}" for receipt in receipts if receipt.error is not None]
    show(args, {"brought_in": came, "missing": missing}, lines)
    return EXIT_DONE if came == len(numbers) else EXIT_FAILED


def run_never_skip(args: Namespace) -> int:
    """Keep all mail of a sender."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        told = filters.never_skip_sender(uow, args.address, workspace.clock)
    show(args, {"words": told.words}, [f"{told.words}."])
    return EXIT_DONE


def mailbox_of(args: Namespace, read: Reader) -> Mailbox | None:
    """Return the mailbox of ``--mailbox``; None when none is named."""
    if not args.mailbox:
        return None
    found = read.mailboxes.by_address(args.mailbox.strip().casefold())
    if found is None:
        raise no_such_mailbox(args.mailbox)
    return found


def _plan(read: Reader, plan: PastPlan) -> tuple[dict[str, Any], list[str]]:
    hidden = read.emails.by_ids(plan.customers[:_SHOWN])
    lines = [
        f"Would be left out: {len(plan.leaves):,}. Would be brought back: {len(plan.returns):,}.",
        *([f"Filed by hand, and stay: {len(plan.stay):,}."] if plan.stay else []),
        *([f"Left on the server, and asked for now: {len(plan.on_server):,}."] if plan.on_server else []),
    ]
    if plan.customers:
        lines.append(f"{len(plan.customers):,} of those left out are from known customers:")
        lines += [f"  {one.from_address}  {one.customer}  {one.subject}" for one in hidden.values()]
    document = {
        "left_out": _ids(plan.leaves),
        "brought_back": _ids(plan.returns),
        "stay": _ids(plan.stay),
        "customers_hidden": _ids(plan.customers),
        "on_server": [str(number) for number in plan.on_server],
    }
    return document, lines


def _ids(emails: Sequence[EmailId]) -> list[str]:
    return [str(number) for number in emails]


def _check_all_found(numbers: Sequence[int], found: Sequence[SkippedMail]) -> None:
    for number in numbers:
        if number not in {one.id for one in found}:
            raise CommandRefused(
                ReasonCode.NOT_FOUND,
                f"Filters have left out no mail {number}.",
                meaning="Nothing was brought in.",
                action="'postroom filters skipped' lists what they left out.",
            )


def _by_place(found: Sequence[SkippedMail]) -> dict[tuple[str, str, str], list[SkippedMail]]:
    places: dict[tuple[str, str, str], list[SkippedMail]] = {}
    for one in found:
        places.setdefault((one.mailbox, one.folder, one.epoch), []).append(one)
    return places

"""``log``: what happened, newest first, and what to do about it."""

import re
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby

from desktop.cli.arguments import Commands, flag_json, flag_limit, limit_of, whole_number
from desktop.cli.documents import event_document
from desktop.cli.mailbox_arguments import address_of
from desktop.cli.output import EXIT_DONE, show
from desktop.cli.workspace import opened
from desktop.domain.activity import ActivityFilter
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EventRow
from desktop.services.mailboxes import no_such_mailbox
from desktop.store.profile_lock import is_written_to
from desktop.store.reading.reader import Reader
from desktop.store.reading.records import LEVELS

_SPAN = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def register(commands: Commands) -> None:
    """Add the command."""
    log = commands.add("log", run_log, "Show the sync log, newest first: what happened, what it means, what to do.")
    log.add_argument("--level", choices=LEVELS, default="info", help="this level and graver (default info)")
    log.add_argument("--mailbox", metavar="ADDRESS", help="only this mailbox")
    log.add_argument("--search", metavar="WORDS", default="", help="every word is in the entry, or its code")
    log.add_argument("--code", metavar="CODE", type=_code, help="only this reason code")
    log.add_argument("--run", metavar="N", type=whole_number, help="only what the sync of this number told")
    words = "only since then: a day (2026-03-01), a time (2026-03-01T09:30), or a span (90m, 12h, 7d, 2w)"
    log.add_argument("--since", metavar="WHEN", type=_since, help=words)
    flag_limit(log, shown=50)
    flag_json(log)


def run_log(args: Namespace) -> int:
    """Show the log."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        since = workspace.clock.now() - args.since if isinstance(args.since, timedelta) else args.since
        mailbox_id = _mailbox(read, args.mailbox) if args.mailbox else None
        wanted = ActivityFilter(mailbox_id, since=since, search=args.search, code=args.code or "", run=args.run)
        shown = limit_of(args)
        told = read.records.events(wanted, level=args.level, limit=shown)
        has_writer = is_written_to(workspace.profile)
        begun = read.records.unended(wanted, level=args.level, has_writer=has_writer, limit=shown)
    rows = [*merge(told, begun, key=lambda row: row.at, reverse=True)][:shown]
    is_narrow = any((mailbox_id, since, args.search, args.code, args.run is not None, args.level != "info"))
    nothing = "No entry of the log fits." if is_narrow else "The log is empty."
    show(args, {"items": [event_document(row) for row in rows]}, [*entry_lines(rows)] or [nothing])
    return EXIT_DONE


def _mailbox(read: Reader, given: str) -> MailboxId:
    found = read.mailboxes.by_address(address_of(given))
    if found is None:
        raise no_such_mailbox(address_of(given))
    return found.id


def _code(text: str) -> str:
    if text.upper() not in set(ReasonCode):
        raise ArgumentTypeError(f"there is no reason code {text}")
    return text.upper()


def _since(text: str) -> timedelta | datetime:
    """Read a span, a day or a time; what names no zone is in this computer's."""
    span = _SPAN.fullmatch(text.strip().lower())
    if span is not None:
        return timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise ArgumentTypeError(f"{text} is neither a day, nor a time, nor a span such as 12h or 7d") from error


def entry_lines(rows: Iterable[EventRow]) -> Iterator[str]:
    """Return entries as a person reads them; the same again and again is told once, with how often and since when."""
    for _, group in groupby(rows, key=lambda row: (row.level, row.mailbox, row.code, row.what, row.meaning)):
        newest, *older = group
        what = newest.what
        if older:
            what = f"{what.removesuffix('.')}, {len(older) + 1:,} times since {older[-1].at:%Y-%m-%d %H:%M:%S}"
        run = f"  (sync {newest.run})" if newest.run is not None and not older else ""
        yield f"{newest.at:%Y-%m-%d %H:%M:%S}  {newest.level:<7}  {newest.mailbox or '-'}  {what}{run}"
        more = (("", newest.meaning), ("What to do: ", newest.action))
        yield from (f"    {label}{text}" for label, text in more if text)

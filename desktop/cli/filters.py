"""``filters``: which mail is brought in."""

from argparse import Namespace
from datetime import timedelta
from typing import Any

from desktop.cli.arguments import Commands, flag_json, flag_limit, limit_of, number_of, whole_number
from desktop.cli.filters_past import flag_past, mailbox_of, past_of, register_past
from desktop.cli.output import EXIT_DONE, show, table
from desktop.cli.workspace import opened
from desktop.domain.changes import ChangeSet
from desktop.domain.clock import iso
from desktop.domain.filters import Comparison, DomainRole, Effect, Facts, Field, FilterRow
from desktop.domain.ids import EmailId, FilterId
from desktop.filtering.comparing import comparable
from desktop.filtering.judging import Judge
from desktop.services import filters
from desktop.services.filter_rehearsal import FilterRehearsal
from desktop.store.reading.reader import Reader

_HELP = """\
Filters are read from the top. 'keep' and 'exclude' decide at once; with an 'include' only mail that fits one comes in.
  postroom filters add include to is support@shop.example
  postroom filters add exclude from starts-with noreply@ no-reply@
  postroom filters add exclude subject contains unsubscribe newsletter
  postroom filters add exclude kind is newsletter
Kinds: customer, newsletter, automatic, auto-reply, bounce, spam, internal.
A filter holds for mail that comes from now on, with --past for mail that is here too. What it leaves out is counted
and listed: 'postroom filters skipped'.
"""


def register(commands: Commands) -> None:
    """Add the commands."""
    group = commands.group("filters", "Filters: which mail is brought in.")
    flag_json(group.add("list", run_list, "List the filters in their order, with what each has left out."))
    for name, handler, words in (
        ("add", run_add, "Add a filter, last unless --at says where."),
        ("preview", run_preview, "Say what a filter would do to the mail that is here, and change nothing."),
    ):
        made = group.add(name, handler, words, epilog=_HELP)
        made.add_argument("effect", choices=list(Effect), metavar="EFFECT", help="keep, include or exclude")
        made.add_argument("field", choices=list(Field), metavar="FIELD", help="from, to, subject or kind")
        made.add_argument("comparison", choices=list(Comparison), metavar="HOW", help=", ".join(Comparison))
        made.add_argument("values", nargs="+", metavar="VALUE")
        made.add_argument("--mailbox", metavar="A", help="only for this mailbox")
        made.add_argument("--at", type=whole_number, metavar="N", help="its place, from 1")
        if name == "preview":
            made.add_argument(
                "--days", type=whole_number, default=30, metavar="N", help="look N days back (default 30)"
            )
        else:
            flag_past(made)
        flag_json(made)
    for name, handler, words in (
        ("remove", run_remove, "Remove a filter."),
        ("move", run_move, "Move a filter to another place."),
    ):
        made = group.add(name, handler, words)
        made.add_argument("id", metavar="ID")
        if name == "move":
            made.add_argument("at", type=whole_number, metavar="N", help="its new place, from 1")
        flag_json(made)
    tried = group.add("try", run_try, "Say what would become of a mail from an address, or with a subject.")
    tried.add_argument("--from", dest="sender", default="", metavar="ADDRESS")
    tried.add_argument("--to", action="append", default=[], metavar="ADDRESS")
    tried.add_argument("--subject", default="", metavar="TEXT")
    tried.add_argument("--mailbox", metavar="A")
    flag_json(tried)
    _register_domains(group)
    register_past(group)
    left = group.add("skipped", run_skipped, "List what filters left out, newest first.")
    left.add_argument("--row", metavar="ID", help="only what this filter left out")
    flag_limit(left, shown=50)
    flag_json(left)


def _register_domains(group: Commands) -> None:
    for name, handler, words in (
        ("block", run_block, "Leave out mail of a domain and all below it."),
        ("unblock", run_unblock, "Take a domain off the blocklist."),
        ("internal", run_internal, "Bring in mail among our own people of a domain, or leave it out again."),
    ):
        made = group.add(name, handler, words)
        made.add_argument("domain", metavar="DOMAIN")
        if name == "internal":
            made.add_argument("--leave-out", action="store_true", help="leave it out again, which is the default")
        flag_past(made)
        flag_json(made)


def run_list(args: Namespace) -> int:
    """List the filters."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        rows, hits = read.filters.rows(), read.filters.hits()
        addresses = {box.id: box.address for box in read.mailboxes.every()}
        blocked = sorted(read.filters.domains(DomainRole.BLOCKED))
        internal = sorted(read.filters.domains(DomainRole.INTERNAL))
    items = [
        {
            **_document(row),
            "mailbox": addresses.get(row.mailbox_id) if row.mailbox_id else None,
            "skipped": hits.get(row.id, 0),
        }
        for row in rows
    ]
    lines = [
        f"{at:>3}  id {row.id}  {row.sentence()}  Left out: {hits.get(row.id, 0):,}" for at, row in enumerate(rows, 1)
    ]
    lines += [f"Blocked domains: {', '.join(blocked)}"] if blocked else []
    lines += [f"Internal mail is brought in for: {', '.join(internal)}"] if internal else []
    show(args, {"items": items, "blocked": blocked, "internal": internal}, lines or ["There are no filters."])
    return EXIT_DONE


def run_add(args: Namespace) -> int:
    """Add a filter."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        number, told = filters.add_row(uow, _row(args, uow.read), workspace.clock, at=args.at, past=past_of(args))
    show(args, {"id": str(number), "words": told.words}, [f"{told.words} (id {number})."])
    return EXIT_DONE


def run_preview(args: Namespace) -> int:
    """Rehearse a filter."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        row = filters.checked_row(_row(args, read))
        mailbox = mailbox_of(args, read)
        before = filters.policy_for(read, mailbox)
        place = len(before.rows) if args.at is None else max(0, min(args.at - 1, len(before.rows)))
        after = filters.with_rows(before, (*before.rows[:place], row, *before.rows[place:]))
        since = workspace.clock.now() - timedelta(days=args.days)
        rehearsal = FilterRehearsal(read, since=since, mailbox_id=mailbox.id if mailbox else None)
        report = rehearsal.report(before, after, _nothing)
        hidden = [read.emails.get(EmailId(number)) for number in report.customers_hidden[:20] if number > 0]
    lines = [
        row.sentence(),
        f"Looked at {report.looked_at:,} emails of the last {args.days} days.",
        f"Kept: {report.kept:,}. Left out: {report.skipped:,}, {len(report.newly_skipped):,} more than now.",
    ]
    if report.customers_hidden:
        lines.append(f"{len(report.customers_hidden):,} of them are from known customers:")
        lines += [f"  {one.from_address}  {one.customer or ''}  {one.subject}" for one in hidden if one is not None]
    document = {
        "looked_at": report.looked_at,
        "kept": report.kept,
        "skipped": report.skipped,
        "newly_skipped": [str(number) for number in report.newly_skipped],
        "newly_kept": [str(number) for number in report.newly_kept],
        "customers_hidden": [str(number) for number in report.customers_hidden],
    }
    show(args, document, lines)
    return EXIT_DONE


def run_remove(args: Namespace) -> int:
    """Remove a filter."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        told = filters.remove_row(uow, _id(args), workspace.clock)
    return _said(args, told)


def run_move(args: Namespace) -> int:
    """Move a filter."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        told = filters.move_row(uow, _id(args), args.at, workspace.clock)
    return _said(args, told)


def run_try(args: Namespace) -> int:
    """Judge a mail that somebody thinks of."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        policy = filters.policy_for(read, mailbox_of(args, read))
    facts = Facts(args.sender.strip().casefold(), tuple(to.casefold() for to in args.to), comparable(args.subject))
    found = Judge(policy).verdict(facts)
    words = "It would be kept." if found.kept else "It would be left out."
    show(args, {"kept": found.kept, "code": found.code.value, "reason": found.reason}, [f"{words} {found.reason}"])
    return EXIT_DONE


def run_block(args: Namespace) -> int:
    """Block a domain."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        told = filters.block_domain(uow, args.domain, workspace.clock, past=past_of(args))
    return _said(args, told)


def run_unblock(args: Namespace) -> int:
    """Take a domain off the blocklist."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        told = filters.unblock_domain(uow, args.domain, workspace.clock, past=past_of(args))
    return _said(args, told)


def run_internal(args: Namespace) -> int:
    """Let internal mail in."""
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        allowed, past = not args.leave_out, past_of(args)
        told = filters.let_internal_in(uow, args.domain, workspace.clock, allowed=allowed, past=past)
    return _said(args, told)


def run_skipped(args: Namespace) -> int:
    """List what was left out."""
    row = FilterId(number_of(args.row, "filter")) if args.row else None
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        found = read.filters.skipped(row_id=row, limit=limit_of(args))
        counts = read.filters.counts()
    items = [
        {
            "id": str(one.id),
            "mailbox": one.mailbox,
            "folder": one.folder,
            "from": one.sender,
            "from_name": one.sender_name,
            "subject": one.subject,
            "received": iso(one.received_at) if one.received_at else None,
            "code": one.code.value,
            "reason": one.reason,
            "row": str(one.row) if one.row is not None else None,
            "email_id": str(one.email_id) if one.email_id is not None else None,
        }
        for one in found
    ]
    rows = [(str(one.id), one.sender, one.subject[:60], one.reason) for one in found]
    lines = table(("ID", "From", "Subject", "Why"), rows) if rows else ["Filters have left nothing out."]
    show(args, {"items": items, "counts": {code.value: number for code, number in counts.items()}}, lines)
    return EXIT_DONE


def _row(args: Namespace, read: Reader) -> FilterRow:
    mailbox = mailbox_of(args, read)
    return FilterRow(
        FilterId(0),
        Effect(args.effect),
        Field(args.field),
        Comparison(args.comparison),
        tuple(args.values),
        mailbox.id if mailbox is not None else None,
    )


def _id(args: Namespace) -> FilterId:
    return FilterId(number_of(args.id, "filter"))


def _document(row: FilterRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "effect": row.effect.value,
        "field": row.field.value,
        "comparison": row.comparison.value,
        "values": list(row.values),
        "enabled": row.enabled,
        "sentence": row.sentence(),
    }


def _said(args: Namespace, told: ChangeSet) -> int:
    show(args, {"words": told.words}, [f"{told.words}."])
    return EXIT_DONE


def _nothing() -> None:
    """Nobody gives up a command's own rehearsal."""

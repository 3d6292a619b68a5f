"""``emails`` and ``review``: find mail, see its trace, decide where it belongs."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from desktop.cli import attachments, review_ignoring
from desktop.cli.arguments import Commands, flag_json, flag_limit, limit_of, number_of
from desktop.cli.attachments import file_words
from desktop.cli.bounces import bounce_words
from desktop.cli.documents import (
    attachment_document,
    candidate_document,
    decision_document,
    email_document,
    email_id,
    place_document,
    whereabouts_document,
)
from desktop.cli.output import EXIT_DONE, show, table
from desktop.cli.workspace import opened
from desktop.domain.clock import iso
from desktop.domain.decision import Candidate
from desktop.domain.email_list import EmailFilter
from desktop.domain.email_search import KEYS, Surroundings, read_search
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EmailDetail, EmailRow
from desktop.domain.whereabouts import flags_told, whereabouts
from desktop.services.review import assign
from desktop.services.searching import unknown_names
from desktop.services.suggestions import suggestions_for
from desktop.services.tags import add_tag, remove_tag
from desktop.services.tracing import gates_of, said_then, would_say_now
from desktop.store.reading.reader import Reader


def register(commands: Commands) -> None:
    """Add the commands."""
    emails = commands.group("emails", "Find stored emails and see what happened to each.")
    listing = emails.add("list", run_list, "List emails, newest first.")
    listing.add_argument("--status", choices=["synced", "error", "pending"], help="only these")
    listing.add_argument("--code", metavar="CODE", help="only this reason code, for example NO_MATCH")
    listing.add_argument(
        "--search",
        metavar="WORDS",
        help="words in sender, recipients, subject, text, file names, and the operators of the window's search: "
        f"{', '.join(f'{key}:' for key in KEYS)}; -from:ann leaves out",
    )
    listing.add_argument("--customer", metavar="ID", help="only this customer's")
    flag_limit(listing, shown=100)
    flag_json(listing)
    one = emails.add("show", run_show, "Show one email.")
    one.add_argument("id", metavar="ID")
    one.add_argument("--trace", action="store_true", help="every place, verdict and decision, with reasons")
    flag_json(one)
    tagging = emails.add("tag", run_tag, "Give an email a tag, or take it. 'postroom undo' takes that back.")
    tagging.add_argument("id", metavar="ID")
    tagging.add_argument("tag", metavar="TAG")
    tagging.add_argument("--remove", action="store_true", help="take the tag from it")
    flag_json(tagging)
    tags = emails.add("tags", run_tags, "List the tags that emails have.")
    flag_json(tags)
    attachments.register(emails)
    review = commands.group("review", "The Needs Review queue: mail that waits for a person.")
    queue = review.add("list", run_review, "List what waits, newest first.")
    flag_limit(queue, shown=100)
    flag_json(queue)
    give = review.add("assign", run_assign, "File an email with a customer. 'postroom undo' takes it back.")
    give.add_argument("id", metavar="ID")
    give.add_argument("customer_id", metavar="CUSTOMER_ID")
    give.add_argument("--remember", action="store_true", help="the sender's address is the customer's from now on")
    flag_json(give)
    review_ignoring.register(review)


def run_list(args: Namespace) -> int:
    """List emails."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        today = workspace.clock.now().astimezone()
        around = Surroundings(today.tzinfo or UTC, today.date(), read.mailboxes.every())
        asked = read_search(args.search or "", around)
        wanted = replace(
            asked.wanted,
            status=args.status or asked.wanted.status,
            code=(args.code or "").upper(),
            customer_id=CustomerId(number_of(args.customer, "customer")) if args.customer else None,
        )
        rows = read.emails.page(wanted, limit=limit_of(args))
        notes = [*asked.notes, *unknown_names(read, asked.wanted)]
    told = [{"term": note.term, "words": note.words} for note in notes]
    lines = [f"Note: {note.words}" for note in notes]
    show(args, {"items": [email_document(row) for row in rows], "notes": told}, [*lines, *_lines(rows)])
    return EXIT_DONE


def run_show(args: Namespace) -> int:
    """Show one email, or the verdict on a message that is not kept (``seen:N``)."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        if args.id.startswith("seen:"):
            document, lines = _seen(read, args.id)
        else:
            number = EmailId(number_of(args.id, "email"))
            detail = read.emails.open(number)
            if detail is None:
                raise _no_email(args.id)
            document, lines = _opened(detail), _opened_lines(detail)
            bounced, told = bounce_words(read, number, detail.details)
            document |= bounced
            lines += told
            if args.trace:
                trace = _trace(read, number, detail)
                document["trace"] = trace
                lines += _trace_lines(trace)
    show(args, document, lines)
    return EXIT_DONE


def run_tag(args: Namespace) -> int:
    """Give or take a tag."""
    number, change = EmailId(number_of(args.id, "email")), remove_tag if args.remove else add_tag
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        made = change(uow, [number], args.tag, workspace.clock)
        row = uow.read.emails.get(number)
    show(args, {**(email_document(row) if row else {}), "words": made.words}, [f"{made.words.removesuffix('.')}."])
    return EXIT_DONE


def run_tags(args: Namespace) -> int:
    """List the tags."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        rows = read.tags.every()
    items = [{"tag": row.name, "emails": row.emails} for row in rows]
    lines = table(("Tag", "Emails"), [(row.name, str(row.emails)) for row in rows]) if rows else ["No tags."]
    show(args, {"items": items}, lines)
    return EXIT_DONE


def run_review(args: Namespace) -> int:
    """List the queue, each with its reason and suggestions."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        rows = read.emails.page(EmailFilter(needs_review=True), limit=limit_of(args))
        found = suggestions_for(read, [row.id for row in rows if row.id is not None])
        items = [{**email_document(row), "suggestions": _suggestions(row, found)} for row in rows]
    show(args, {"items": items}, _lines(rows) if rows else ["Nothing waits for review."])
    return EXIT_DONE


def run_assign(args: Namespace) -> int:
    """File an email by hand."""
    number = EmailId(number_of(args.id, "email"))
    customer_id = CustomerId(number_of(args.customer_id, "customer"))
    with opened(args, writing=True) as workspace, workspace.store.write() as uow:
        change = assign(uow, [number], customer_id, remember=args.remember, clock=workspace.clock)
        row = uow.read.emails.get(number)
    document = {**(email_document(row) if row else {}), "words": change.words}
    show(args, document, [f"{change.words}."])
    return EXIT_DONE


def _no_email(text: str) -> CommandRefused:
    return CommandRefused(
        ReasonCode.NOT_FOUND, f"There is no email {text}.", action="'postroom emails list' shows those there are."
    )


def _lines(rows: Sequence[EmailRow]) -> list[str]:
    if not rows:
        return ["No emails."]
    headings = ("ID", "From", "Subject", "Received", "Customer", "Status", "Why")
    return table(headings, [_cells(row) for row in rows])


def _cells(row: EmailRow) -> tuple[str, ...]:
    received = f"{row.received_at:%Y-%m-%d %H:%M}" if row.received_at else ""
    match = f"{row.customer} {row.confidence}%" if row.customer else "no match"
    return (email_id(row), row.from_address, row.subject, received, match, row.status, row.code)


def _suggestions(row: EmailRow, found: Mapping[EmailId, Sequence[Candidate]]) -> list[dict[str, Any]]:
    return [candidate_document(one) for one in found.get(row.id, ())] if row.id is not None else []


def _opened(detail: EmailDetail) -> dict[str, Any]:
    people = ("cc", "reply_to", "claimed_from", "recipients_total")
    notes = ("date_note", "defects", "sender_doubt", "why", "labels")
    more = {name: detail.details[name] for name in (*people, *notes) if name in detail.details}
    recipients = {"recipients": detail.details.get("to", [])}
    return {
        **email_document(detail.row),
        **recipients,
        **more,
        "size": detail.size_bytes,
        "whole": detail.whole,
        "complete": detail.is_complete,
        "text": detail.text,
        "files": [attachment_document(part) for part in detail.attachments],
    }


def _opened_lines(detail: EmailDetail) -> list[str]:
    row = detail.row
    lines = [
        f"From:     {row.from_name} <{row.from_address}>" if row.from_name else f"From:     {row.from_address}",
        f"To:       {row.to}",
        f"Subject:  {row.subject}",
        f"Received: {iso(row.received_at) or ''}",
        f"Status:   {row.status} ({row.code})",
        f"Why:      {row.reason}",
    ]
    if row.customer:
        lines.append(f"Customer: {row.customer} ({row.confidence} %, {row.decided_by})")
    lines += [
        f"Note:     {note}" for note in (detail.details.get("sender_doubt"), detail.details.get("date_note")) if note
    ]
    lines += [f"File:     {file_words(part)}" for part in detail.attachments]
    if not detail.rest.is_here:
        lines.append(f"Note:     Not all of its text is here. {detail.rest.words}")
    return [*lines, "", *detail.text.splitlines()]


def _trace(read: Reader, number: EmailId, detail: EmailDetail) -> dict[str, Any]:
    places, decisions = read.emails.places(number), read.emails.decisions(number)
    return {
        "server": whereabouts_document(whereabouts(places)),
        "places": [place_document(row) for row in places],
        "decisions": [decision_document(row) for row in decisions],
        "suggestions": detail.details.get("suggestions", []),
        "gates": _told(gates_of(places[0]) if places else []),
        "rules_then": _told(said_then(detail, decisions)),
        "rules_now": _told(would_say_now(read, number)),
        "defects": detail.details.get("defects", []),
    }


def _trace_lines(trace: dict[str, Any]) -> list[str]:
    lines = ["", "Trace", f"  {trace['server']['words']}"]
    if not trace["server"]["there"]:
        lines.append(f"  {trace['server']['code']} since {trace['server']['gone']}; everything stays here")
    for place in trace["places"]:
        marked = f", {flags_told(' '.join(place['flags'] or ()))}" if place["flags"] else ""
        gone = f", gone since {place['gone']}" if place["gone"] else marked
        lines.append(
            f"  seen {place['seen']} in {place['mailbox']} {place['folder']} as {place['epoch']}/{place['uid']}"
            f"{gone}: {place['code']} - {place['reason']}"
        )
    decided = [
        f"  decided {made['at']} by {made['by']}: {made['code']} - {made['reason']}" for made in trace["decisions"]
    ]
    for title, name in _PARTS:
        if trace[name]:
            decided += [f"  {title}", *(f"    {line['about']}: {line['words']}" for line in trace[name])]
    return lines + decided + [f"  note: {defect}" for defect in trace["defects"]]


_PARTS = (
    ("every gate, as recorded", "gates"),
    ("what each rule said, as recorded", "rules_then"),
    ("what the rules would say today (worked out now, not recorded)", "rules_now"),
)


def _told(lines: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"about": about, "words": words} for about, words in lines]


def _seen(read: Reader, text: str) -> tuple[dict[str, Any], list[str]]:
    row = read.emails.seen(number_of(text.removeprefix("seen:"), "email"))
    if row is None:
        raise _no_email(text)
    document = place_document(row)
    return {"id": text, **document}, [f"{name}: {value}" for name, value in document.items() if value is not None]

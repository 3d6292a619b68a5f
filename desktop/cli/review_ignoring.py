"""``review ignore``: an email is nobody's, or everything its sender writes is left out from now on."""

from argparse import Namespace
from typing import Any

from desktop.cli.arguments import Commands, flag_json, number_of
from desktop.cli.output import EXIT_DONE, show
from desktop.cli.workspace import opened
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.ignoring import SenderRule, ignore_emails, ignore_sender, preview_sender


def register(review: Commands) -> None:
    """Add the command to those of the queue."""
    ignore = review.add("ignore", run_ignore, "Take an email out of the queue: it is nobody's. 'undo' brings it back.")
    ignore.add_argument("id", metavar="ID")
    ignore.add_argument("--sender", action="store_true", help="leave out everything its sender writes from now on, too")
    ignore.add_argument("--preview", action="store_true", help="say what --sender would hide, and change nothing")
    flag_json(ignore)


def run_ignore(args: Namespace) -> int:
    """Ignore an email, or its sender, or say what that would hide."""
    number = EmailId(number_of(args.id, "email"))
    document: dict[str, Any] = {"id": str(number), "preview": args.preview}
    with opened(args, writing=not args.preview) as workspace:
        with workspace.store.read() as read:
            row = read.emails.get(number)
            if row is None:
                raise _no_email(args.id)
            rule = preview_sender(read, row.from_address) if args.sender or args.preview else None
        if rule is not None:
            document["sender"] = _rule_document(rule)
        if args.preview and rule is not None:
            lines = preview_lines(rule)
        else:
            with workspace.store.write() as uow:
                if rule is not None:
                    words = ignore_sender(uow, rule.address, workspace.clock).words
                else:
                    words = ignore_emails(uow, [number], workspace.clock).change.words
            document["words"], lines = words, [f"{words}."]
    show(args, document, lines)
    return EXIT_DONE


def preview_lines(rule: SenderRule) -> list[str]:
    """Return what ignoring a sender would do, in lines."""
    if rule.why_not:
        return [rule.why_not]
    waiting, mail = len(rule.mail.waiting), rule.mail
    lines = [
        f"Everything from {rule.address} would be left out from now on.",
        f"{waiting:,} waiting: would be ignored.",
    ]
    if mail.filed:
        lines.append(
            f"{mail.filed:,} filed with {', '.join(mail.filed_with)}: stay filed; more like them would be left out."
        )
    if rule.customers:
        lines.append(f"It is an address of {', '.join(rule.customers)}.")
    return lines


def _rule_document(rule: SenderRule) -> dict[str, Any]:
    return {
        "address": rule.address,
        "waiting": [str(one) for one in rule.mail.waiting],
        "filed": rule.mail.filed,
        "filed_with": list(rule.mail.filed_with),
        "rest": rule.mail.rest,
        "customers": list(rule.customers),
        "why_not": rule.why_not,
    }


def _no_email(text: str) -> CommandRefused:
    return CommandRefused(
        ReasonCode.NOT_FOUND, f"There is no email {text}.", action="'postroom review list' shows what waits."
    )

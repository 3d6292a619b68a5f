"""What a person types above the list of emails: words, and narrower questions like ``from:acme status:error``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, tzinfo

from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode

KEYS = ("from", "status", "has", "is", "code", "mailbox", "after", "before")
"""Every key there is. One that is not here, or a value it cannot have, is taken for plain words."""

_TERM = re.compile(r'(?P<key>[A-Za-z]+):(?:"(?P<phrase>[^"]*)"|(?P<value>\S+))|(?P<plain>"[^"]*"|\S+)')
_NO_MAILBOXES: Mapping[str, MailboxId] = {}


def parse_search(text: str, *, zone: tzinfo, mailboxes: Mapping[str, MailboxId] = _NO_MAILBOXES) -> EmailFilter:
    """Return the filter for *text*.

    ``after:`` and ``before:`` take days like 2026-03-01, which begin at midnight in *zone*; the day of ``after`` is
    included, that of ``before`` is not. ``mailbox:`` takes any part of one address in *mailboxes*.
    """
    wanted, words = EmailFilter(), []
    for term in _TERM.finditer(text):
        narrowed = None
        if term["key"]:
            value = term["phrase"] if term["phrase"] is not None else term["value"]
            narrowed = _narrowed(wanted, term["key"].casefold(), value.strip(), (zone, mailboxes))
        if narrowed is None:
            words.append(term.group())
        else:
            wanted = narrowed
    return replace(wanted, search=" ".join(words))


_Place = tuple[tzinfo, Mapping[str, MailboxId]]


def _narrowed(wanted: EmailFilter, key: str, value: str, place: _Place) -> EmailFilter | None:
    """Return *wanted* narrowed by one term, or None when it says nothing that is understood."""
    narrow = _NARROWING.get(key)
    return narrow(wanted, value, place) if narrow is not None and value else None


def _sender(wanted: EmailFilter, value: str, _place: _Place) -> EmailFilter | None:
    return replace(wanted, sender=value)


def _status(wanted: EmailFilter, value: str, _place: _Place) -> EmailFilter | None:
    known = {"synced": "synced", "error": "error", "errors": "error", "pending": "pending"}
    return replace(wanted, status=known[value.casefold()]) if value.casefold() in known else None


def _has(wanted: EmailFilter, value: str, _place: _Place) -> EmailFilter | None:
    is_known = value.casefold() in {"attachment", "attachments", "file", "files"}
    return replace(wanted, has_attachments=True) if is_known else None


def _is(wanted: EmailFilter, value: str, _place: _Place) -> EmailFilter | None:
    return replace(wanted, needs_review=True) if value.casefold() in {"waiting", "review"} else None


def _code(wanted: EmailFilter, value: str, _place: _Place) -> EmailFilter | None:
    code = value.upper().replace("-", "_")
    return replace(wanted, codes=wanted.codes | {code}) if code in set(ReasonCode) else None


def _mailbox(wanted: EmailFilter, value: str, place: _Place) -> EmailFilter | None:
    named = [number for address, number in place[1].items() if value.casefold() in address]
    return replace(wanted, mailbox_id=named[0]) if len(named) == 1 else None


def _after(wanted: EmailFilter, value: str, place: _Place) -> EmailFilter | None:
    begins = _day(value, place[0])
    return None if begins is None else replace(wanted, since=begins)


def _before(wanted: EmailFilter, value: str, place: _Place) -> EmailFilter | None:
    begins = _day(value, place[0])
    return None if begins is None else replace(wanted, until=begins)


def _day(value: str, zone: tzinfo) -> datetime | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return datetime.combine(day, time(), zone)


_NARROWING: dict[str, Callable[[EmailFilter, str, _Place], EmailFilter | None]] = dict(
    zip(KEYS, (_sender, _status, _has, _is, _code, _mailbox, _after, _before), strict=True)
)

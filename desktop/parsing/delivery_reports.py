"""Reports on deliveries: RFC 3464, and two older forms that servers still send (QSBMF of qmail, Exim's plain text).

A header of a single vendor is never enough: what is no multipart/report has to be written as the program writes it,
and has to hold the head of the mail that it is about.
"""

import re
from collections.abc import Iterator

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.delivery_report import DeliveryReport, Outcome, RecipientStatus
from desktop.parsing import clean, limits
from desktop.parsing.body import is_inside_message
from desktop.parsing.headers import Headers, split
from desktop.parsing.ids import message_id, read_ids
from desktop.parsing.structure import Part, Tree
from desktop.parsing.words import header_text

_STATUS_KINDS = frozenset(["message/delivery-status", "message/global-delivery-status"])
_RETURNED_KINDS = frozenset(
    ["message/rfc822", "message/global", "message/rfc822-headers", "text/rfc822-headers", "message/global-headers"]
)
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?![\d.])")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_QMAIL_OPENING = b"Hi. This is the "
_COPY_BEGINS = re.compile(rb"^---[^\n]*(?:copy of|Below this line)[^\n]*\n\s*", re.MULTILINE | re.IGNORECASE)
_QMAIL_WHO = re.compile(r"^<([^<>\s]{3,320})>:?\s*\n((?:[^\n]+\n?)*)", re.MULTILINE)
_EXIM_OPENING = b"This message was created automatically by mail delivery software"


def read_report(tree: Tree) -> DeliveryReport | None:
    """Return what a message reports of deliveries; None when it is no report."""
    top = tree.parts[0]
    if top.kind == "multipart/report":
        return _structured(tree)
    if top.kind == "text/plain" and top.leaf:
        return _plain(top)
    return None


def _structured(tree: Tree) -> DeliveryReport | None:
    status = _first(tree, _STATUS_KINDS)
    if status is None:
        return None
    groups = list(_groups(status.content(limits.REPORT_BYTES)[0]))
    if not groups:
        return None
    recipients = tuple(one for one in map(_recipient, groups[1:] or groups) if one is not None)
    if not recipients:
        return None
    returned = _first(tree, _RETURNED_KINDS)
    about = message_id(_head(returned.content(limits.REPORT_BYTES)[0]).first("message-id")) if returned else ""
    return DeliveryReport(recipients, about, _envelope_id(groups[0]))


def _first(tree: Tree, kinds: frozenset[str]) -> Part | None:
    """Return the first part of these kinds that is of this message, and not of one inside it."""
    return next((part for part in tree.parts if part.kind in kinds and not is_inside_message(tree.parts, part)), None)


def _groups(data: bytes) -> Iterator[Headers]:
    """Yield the groups of fields: the first is of the message, each further one of a recipient."""
    at = 0
    for _ in range(limits.REPORT_RECIPIENTS + 1):
        while data[at : at + 1] in {b"\r", b"\n"}:
            at += 1
        if at >= len(data):
            return
        group = split(data, at, len(data))
        if group.body <= at:
            return
        if group.fields:
            yield group
        at = group.body


def _recipient(group: Headers) -> RecipientStatus | None:
    address = _typed(group, "final-recipient")
    original = _typed(group, "original-recipient")
    if original and looks_like_address(normalise_address(original)):
        address = original  # whom we wrote to; the final one may be where that was sent on to
    address = normalise_address(address)
    action = _text(group, "action").partition(" ")[0].lower()
    if not looks_like_address(address) or action not in set(Outcome):
        return None
    said = clean.one_line(_typed(group, "diagnostic-code"), limits.SUBJECT_CHARS)
    status = _CODE.search(_text(group, "status"))
    return RecipientStatus(address, Outcome(action), _status(status[1] if status else "", said), said)


def _status(stated: str, said: str) -> str:
    """Return the status; what the server said is more exact where the field only gives the class (``5.0.0``)."""
    if stated and not stated.endswith(".0.0"):
        return stated
    found = _CODE.search(said)
    if found is not None:
        return found[1]
    reply = _REPLY.search(said)
    return stated or (f"{reply[1]}.0.0" if reply else "")


def _envelope_id(group: Headers) -> str:
    """Return the Original-Envelope-Id as an id, decoded (xtext, RFC 3461 section 4)."""
    raw = _text(group, "original-envelope-id")
    plain = _XTEXT.sub(lambda match: chr(int(match[1], 16)), raw)
    found = read_ids([plain.encode("utf-8", "replace")], 1, newest=False)
    return found[0] if found else ""


def _typed(group: Headers, name: str) -> str:
    """Return a field's value without its type: ``rfc822; ann@acme.example``."""
    kind, semicolon, value = _text(group, name).partition(";")
    return (value if semicolon else kind).strip().strip("<>")


def _text(group: Headers, name: str) -> str:
    value = group.first(name)
    return clean.one_line(header_text(value), limits.SUBJECT_CHARS) if value is not None else ""


def _head(data: bytes) -> Headers:
    return split(data.lstrip(b"\r\n"), 0, len(data.lstrip(b"\r\n")))


# --- older forms ----------------------------------------------------------------------------------------------------


def _plain(part: Part) -> DeliveryReport | None:
    """Return what a plain text reports that is written as qmail or Exim write it, with the returned mail below."""
    data = part.content(limits.REPORT_BYTES)[0].replace(b"\r\n", b"\n")
    start = data.lstrip()[: len(_EXIM_OPENING)]
    is_qmail, is_exim = start.startswith(_QMAIL_OPENING), start.startswith(_EXIM_OPENING)
    copy = _COPY_BEGINS.search(data) if is_qmail or is_exim else None
    if copy is None:
        return None
    head = _head(data[copy.end() :])
    about = message_id(head.first("message-id"))
    text = clean.lines(data[: copy.start()].decode("utf-8", "replace"))
    recipients = tuple(_of_qmail(text) if is_qmail else _of_exim(part, text))
    return DeliveryReport(recipients, about) if recipients and head.fields else None


def _of_qmail(text: str) -> Iterator[RecipientStatus]:
    """Yield what became of each recipient, by https://cr.yp.to/proto/qsbmf.txt."""
    for found in list(_QMAIL_WHO.finditer(text))[: limits.REPORT_RECIPIENTS]:
        address = normalise_address(found[1])
        if looks_like_address(address):
            said = clean.one_line(found[2], limits.SUBJECT_CHARS)
            yield RecipientStatus(address, Outcome.FAILED, _status("", said), said)


def _of_exim(part: Part, text: str) -> Iterator[RecipientStatus]:
    """Yield the recipients that X-Failed-Recipients names and the text gives a reason for."""
    named = part.headers.first("x-failed-recipients")
    folded = text.casefold()
    for one in header_text(named).split(",")[: limits.REPORT_RECIPIENTS] if named is not None else ():
        address = normalise_address(one)
        at = folded.find(address)
        if looks_like_address(address) and at >= 0:
            said = clean.one_line(text[at + len(address) :].partition("\n\n")[0], limits.SUBJECT_CHARS)
            yield RecipientStatus(address, Outcome.FAILED, _status("", said), said)

"""Recognises a large message that is here already, as an earlier version or another folder brought it: whole, or only
its headers.

A message of which stretches were left on the server has an identity in a space of its own, by what is here of it. What
is here whole of the same message is cut in the same places and compared. One of which only the headers could be had is
known by those and by the length of its body.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.attachments import Stretch, sign_of
from desktop.domain.ids import Ref
from desktop.domain.mail import RawMail
from desktop.parsing.headers import header_end
from desktop.parsing.identity import identity
from desktop.store.packing import PackedMail, unpack
from desktop.store.tables import email, email_body

HEADERS_MAY_DIFFER_BY = 256 << 10
"""How many bytes of delivery's own headers one copy may have more than another."""

_NEVER = datetime.fromtimestamp(0, UTC)


def known_otherwise(run: sa.Connection, mails: Sequence[PackedMail]) -> Iterator[tuple[str, int]]:
    """Yield (identity, email's id) of those of *mails* that are here, but not under their identity."""
    for mail in mails:
        found = None
        if mail.left:
            found = _headers_of(run, mail) or _whole_one_of(run, mail)
        elif not mail.email["whole"]:
            found = _one_with_the_headers_of(run, mail)
        if found is not None:
            yield mail.identity, found


def _headers_of(run: sa.Connection, mail: PackedMail) -> int | None:
    content = unpack(mail.body["raw"])
    headers = RawMail(Ref(mail.ref), mail.received_at, mail.email["size_bytes"], content[: _body(content)], whole=False)
    query = sa.select(email.c.id).where(email.c.identity == identity(headers))
    return run.execute(query).scalar()


def _one_with_the_headers_of(run: sa.Connection, mail: PackedMail) -> int | None:
    """Return an email with the headers of *mail*, of which no more is here, and a body that is as long."""
    size, wanted = mail.email["size_bytes"], _headers_alone(unpack(mail.body["raw"]), mail.email["size_bytes"])
    query = sa.select(email.c.id, email.c.size_bytes, email_body.c.raw)
    query = query.join(email_body, email_body.c.email_id == email.c.id)
    near = email.c.size_bytes.between(size - HEADERS_MAY_DIFFER_BY, size + HEADERS_MAY_DIFFER_BY)
    for number, length, raw in run.execute(query.where(email.c.message_id == mail.email["message_id"], near)):
        if _headers_alone(unpack(raw), length) == wanted:
            return int(number)
    return None


def _headers_alone(content: bytes, size_bytes: int) -> str:
    """Return what tells a message of *size_bytes* from others by its headers and the length of its body alone."""
    body = _body(content)
    return identity(RawMail(Ref(""), _NEVER, size_bytes - body, content[:body], whole=False))


def _whole_one_of(run: sa.Connection, mail: PackedMail) -> int | None:
    columns = mail.email
    if not columns["message_id"]:
        return None
    size = columns["size_bytes"]
    query = sa.select(email.c.id, email_body.c.raw).join(email_body, email_body.c.email_id == email.c.id)
    query = query.where(email.c.message_id == columns["message_id"], email.c.whole, ~email.c.identity.contains(":"))
    near = email.c.size_bytes.between(size - HEADERS_MAY_DIFFER_BY, size + HEADERS_MAY_DIFFER_BY)
    for number, raw in run.execute(query.where(near)):
        if identity(_cut_like(unpack(raw), mail)) == mail.identity:
            return int(number)
    return None


def _cut_like(content: bytes, mail: PackedMail) -> RawMail:
    """Return *content* with the stretches of its body left out that were left out of *mail*."""
    shift = _body(content) - _body(unpack(mail.body["raw"]))
    kept, left, at = bytearray(), list[Stretch](), 0
    for one in mail.left:
        begins = one["begins"] + shift
        kept += content[at:begins]
        held = content[begins : begins + one["length"]]
        left.append(Stretch(one["at"] + shift, begins, one["length"], sign=sign_of(held, held)))
        at = begins + one["length"]
    kept += content[at:]
    size: Any = mail.email["size_bytes"]
    return RawMail(Ref(mail.ref), mail.received_at, size, bytes(kept), left=tuple(left))


def _body(content: bytes) -> int:
    return header_end(content, 0, len(content))[1]

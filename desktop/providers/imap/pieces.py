"""A message piece by piece: what it is made of, and any stretch of its bytes, without marking it read."""

from desktop.domain.errors import Misbehaving, SourceError
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import Outline
from desktop.providers import refusals
from desktop.providers.imap import arguments
from desktop.providers.imap.client import Client, Items
from desktop.providers.imap.outline import outline_of
from desktop.providers.imap.wire import LITERAL_CAP, Limits
from desktop.providers.refusals import Refusal


class _Gone(Misbehaving):
    """The message was expunged (RFC 5530 EXPUNGEISSUED)."""


class _NotSaid(SourceError):
    """The server does not say."""


def _refused(refusal: Refusal) -> SourceError:
    if refusal.code == "EXPUNGEISSUED":
        return _Gone(ReasonCode.MISSING_ON_SERVER, "The message is gone from the server.")
    return refusals.refused(refusal)


def _not_told(refusal: Refusal) -> SourceError:
    """A server that cannot say what a message is made of is asked for it in another way."""
    if refusal.status == "BYE" or refusal.code:
        return _refused(refusal)
    return _NotSaid(ReasonCode.NOT_AVAILABLE, "Not said.")


class Pieces:
    """What of a source asks for one message piece by piece."""

    _client: Client

    def outline(self, ref: int) -> Outline | None:
        """Ask for the BODYSTRUCTURE of a message (RFC 3501 section 7.4.2); None where the server does not tell."""
        return _outline(self._client, ref)

    def read(self, ref: int, start: int, count: int) -> bytes | None:
        """Ask for *count* bytes of a message from *start* on (RFC 3501 section 6.4.5); nothing comes past its end.

        None when there is no such message. More than was asked for is no answer.
        """
        return _read(self._client, ref, start, count)


def _outline(client: Client, ref: int) -> Outline | None:
    told: list[Outline | None] = []

    def take(items: Items) -> None:
        if items.get(b"UID") == ref and b"BODYSTRUCTURE" in items:
            told.append(outline_of(items[b"BODYSTRUCTURE"]))

    try:
        client.fetch_each(_uid(ref), b"UID BODYSTRUCTURE", take, translate=_not_told)
    except (_NotSaid, _Gone):
        return None
    return told[-1] if told else None


def _read(client: Client, ref: int, start: int, count: int) -> bytes | None:
    told: list[bytes] = []

    def take(items: Items) -> None:
        if items.get(b"UID") != ref:
            return
        for name in (b"BODY[]<%d>" % start, b"BODY[]"):
            if name in items:
                told.append(_bytes(items[name]))
                return

    item = b"UID BODY.PEEK[]<%d.%d>" % (start, count)
    limits = Limits(literal=count, total=count + LITERAL_CAP)
    try:
        client.fetch_each(_uid(ref), item, take, limits=limits, translate=_refused)
    except _Gone:
        return None
    return told[-1] if told else None


def _bytes(value: object) -> bytes:
    if value is None:
        return b""
    if not isinstance(value, bytes):
        raise ValueError("no bytes")  # noqa: TRY004 - what was received is wrong, not a type of ours
    return value


def _uid(ref: int) -> bytes:
    (spelled,) = arguments.uid_sets(RefSet.of([ref]))
    return spelled

"""Suggestions that may be accepted together: the same address in another way of writing, nobody else in mind. Pure.

What counts is a difference that the mail system itself makes nothing of: a tag behind ``+`` (RFC 5233), dots or dashes,
another name of the same service, another host of the same registered domain. Of what matching suggests only this was
right in every case of the labelled corpus that holds cases against it (docs/matching.md); that several rules agree was
right in nine of ten, and at a domain that looks alike sits whoever registered it.
"""

from collections.abc import Collection, Sequence

from desktop.domain.decision import Band, Candidate
from desktop.matching.asked import Asked
from desktop.matching.likeness import how_alike
from desktop.matching.rules.similar_address import SimilarAddress

_SAME_MAILBOX = frozenset(
    {
        "only the tag behind + differs",
        "only dots or dashes differ",
        "the same mail service under its other name",
    }
)
_SAME_DOMAIN = "the same name at another part of "


def is_written_otherwise(asked: str, known: str) -> bool:
    """Tell whether two different addresses are one, written in two ways."""
    how = how_alike(asked, known)
    return how in _SAME_MAILBOX or how.startswith(_SAME_DOMAIN)


def may_be_surest(asked: Asked, candidates: Sequence[Candidate]) -> bool:
    """Tell whether a mail may be one of these, before the customer's addresses are looked at.

    Its sender is certain and wrote it, nothing says that it is forged, and every rule thinks of the same customer.
    """
    if asked.sender is None or asked.unproven or asked.is_handed_on or asked.direct is None:
        return False
    alike = any(one.rule == SimilarAddress.name and one.band is Band.STRONG for one in candidates)
    return alike and len({one.customer.id for one in candidates}) == 1


def is_surest(asked: Asked, addresses: Collection[str]) -> bool:
    """Tell whether the sender's address is one of the customer's *addresses*, written in another way."""
    return asked.sender is not None and any(is_written_otherwise(asked.sender.address, one) for one in addresses)

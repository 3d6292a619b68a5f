"""Whether a mailbox's message to itself has come in: by its verdict, since a moment, in this mailbox."""

from datetime import timedelta

from desktop.domain.ids import MailboxId, Ref
from desktop.domain.intake import LeftOut
from desktop.domain.reasons import ReasonCode
from desktop.store.store import Store
from tests.helpers.mails import NOON, packed, parsed, place_in


def test_only_our_own_message_counts_and_only_since_it_was_sent(store: Store) -> None:
    place = place_in(store)
    with store.read() as read:
        number = read.mailboxes.every()[0].id
    other = LeftOut(Ref("4"), ReasonCode.EXCLUDED_RULE, "Left out by a filter.", NOON)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, parsed("a"))], [other], NOON)
    with store.read() as read:
        assert read.arrivals.own_message(number, NOON) is None
    own = LeftOut(Ref("5"), ReasonCode.OWN_LOOP, "Postroom sent this.", NOON)
    with store.write() as uow:
        uow.intake.take_in(place, [], [own], NOON)
    with store.read() as read:
        assert read.arrivals.own_message(number, NOON) == "INBOX"
        assert read.arrivals.own_message(number, NOON + timedelta(seconds=1)) is None
        assert read.arrivals.own_message(MailboxId(number + 1), NOON) is None

"""The dashboard's figures: each counted from an index must be what the rows themselves say."""

from datetime import timedelta

from desktop.domain.email_list import Chip, EmailFilter
from desktop.domain.health import HealthState
from desktop.domain.rows import MailboxFigures
from desktop.store.store import Store
from tests.helpers.mails import NOON
from tests.unit.store.screens import IDLE, SALES, SUPPORT, TODAY, Office, busy_office, filed_with, letter


def test_no_mailbox_no_card(store: Store) -> None:
    with store.read() as read:
        board = read.dashboard.get(now=NOON, today=TODAY)
    assert (board.cards, board.queue, board.oldest_waiting_at, board.failed) == ((), 0, None, 0)
    assert (board.today.received, board.today.matched, board.today.to_review) == (0, 0, 0)


def test_cards_and_totals_are_what_the_rows_say(store: Store) -> None:
    busy_office(store)
    with store.read() as read:
        board = read.dashboard.get(now=NOON, today=TODAY)
        rows = list(read.email_list.rows(read.email_list.ids(EmailFilter())))
        errors = read.email_list.ids(EmailFilter(status="error"))
        chips = read.email_list.chip_counts(EmailFilter(), today=TODAY).chips
    cards = {card.mailbox.address: card for card in board.cards}
    assert [card.mailbox.address for card in board.cards] == [IDLE, SALES, SUPPORT]
    for address, card in cards.items():
        mine = [row for row in rows if row.mailbox == address]
        assert card.figures.synced == len(mine)
        assert card.figures.pending == sum(row.status == "pending" for row in mine)
        assert card.newest_at == max((row.received_at for row in mine if row.received_at), default=None)
        recent = [row for row in mine if row.received_at and row.received_at >= NOON - timedelta(hours=24)]
        assert (len(card.hourly), sum(card.hourly)) == (24, len(recent))
    assert sum(card.figures.errors for card in board.cards) == board.failed == len(errors) == chips[Chip.ERRORS]
    assert board.today.received == chips[Chip.TODAY]
    assert board.queue == sum(row.needs_review for row in rows)
    assert board.oldest_waiting_at == min(row.received_at for row in rows if row.needs_review and row.received_at)
    assert board.today.matched + board.today.to_review == board.today.received


def test_errors_of_today_are_those_met_today(store: Store) -> None:
    busy_office(store)
    with store.read() as read:
        cards = {card.mailbox.address: card for card in read.dashboard.get(now=NOON, today=TODAY).cards}
    assert {address: (card.figures.errors, card.errors_today) for address, card in cards.items()} == {
        IDLE: (0, 0),
        SUPPORT: (3, 2),  # one could not be read yesterday, two were not delivered today
        SALES: (1, 0),
    }


def test_hours_run_from_the_oldest_to_the_newest(store: Store) -> None:
    office = Office(store)
    who = office.customer("One", "one@x.example")
    for hours in (0.1, 0.5, 1.5, 23.5, 24.5, -0.2):  # the last came from a server whose clock is ahead
        mail = letter("One", "one@x.example", f"at {hours}")
        office.mail(mail, filed_with(who), at=NOON - timedelta(hours=hours))
    with store.read() as read:
        (card,) = read.dashboard.get(now=NOON, today=TODAY).cards
    assert card.hourly == (1, *[0] * 21, 1, 3)


def test_a_mailbox_that_never_saw_mail_has_a_card_of_zeros(store: Store) -> None:
    Office(store).place(IDLE)
    with store.read() as read:
        (card,) = read.dashboard.get(now=NOON, today=TODAY).cards
        assert read.mailboxes.figures(card.mailbox.id) == MailboxFigures(0, 0, 0)
    assert (card.figures, card.errors_today, card.newest_at) == (MailboxFigures(0, 0, 0), 0, None)
    assert card.health.state is HealthState.ATTENTION

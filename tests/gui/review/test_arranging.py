"""The queue arranged: groups, folding, order, chips, search; and what several chosen emails have in common."""

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.domain.ids import CustomerId, EmailId, MailboxId
from desktop.domain.review_item import Bucket, ReviewItem, WaitingMail
from desktop.views.review.choice import Choice, waits_because
from desktop.views.review.filing import Wish
from desktop.views.review.offers import OfferModel
from desktop.views.review.queue import (
    NO_DOMAIN,
    SKIPPED,
    GroupRow,
    Look,
    MailRow,
    Row,
    Trouble,
    arrange,
    bucket_counts,
    groups_in_view,
    ordered_groups,
)
from desktop.views.review.queue_model import QueueModel
from desktop.views.review.sitting import PAUSE_S, Filed, Kind, Sitting

NOW = datetime(2026, 11, 21, 10, 46, tzinfo=UTC)
ACME, OTHER = CustomerRef(CustomerId(1), "Acme Parts"), CustomerRef(CustomerId(2), "Other")


def item(number: int, address: str = "wei@acme.example", *whom: CustomerRef, **changes: object) -> ReviewItem:
    bands = (Band.STRONG, Band.HINT, Band.HINT)
    suggestions = tuple(Candidate(one, band, "Because.", "rule") for one, band in zip(whom, bands, strict=False))
    mail = WaitingMail(
        EmailId(number),
        MailboxId(1),
        "support@shop.example",
        address,
        str(changes.get("name", "")),
        f"Mail {number}",
        "",
        NOW - timedelta(minutes=number),
        str(changes.get("code", "NO_MATCH")),
        "No customer has it.",
        0,
    )
    bucket = changes.get("bucket", Bucket.SUGGESTED if whom else Bucket.NO_MATCH)
    assert isinstance(bucket, Bucket)
    return ReviewItem(mail, address.rpartition("@")[2], str(changes.get("one_by_one", "")), bucket, suggestions)


def shown(items: list[ReviewItem], look: Look) -> list[str]:
    rows = arrange(items, look, ordered_groups(groups_in_view(items, look), ()))
    return [
        f"{row.title} {row.count}{f' +{row.hidden}' if row.hidden else ''}"
        if isinstance(row, GroupRow)
        else row.item.mail.subject
        for row in rows
    ]


SIX = [item(one, ACME.name.replace(" Parts", "") + f"{one}@acme.example") for one in range(1, 7)]


def test_a_large_group_is_folded_to_four_newest_first() -> None:
    assert shown(SIX, Look()) == ["acme.example 6 +2", "Mail 1", "Mail 2", "Mail 3", "Mail 4"]
    assert shown(SIX, Look(unfolded=frozenset({"acme.example"})))[-1] == "Mail 6"
    assert shown(SIX, Look(closed=frozenset({"acme.example"}))) == ["acme.example 6"]


def test_without_groups_the_oldest_is_first() -> None:
    assert shown(SIX, Look(by_domain=False)) == [f"Mail {one}" for one in range(6, 0, -1)]


def test_skipped_emails_come_last_in_the_order_they_were_skipped() -> None:
    look = Look(skipped=(EmailId(4), EmailId(2)))
    assert shown(SIX, look)[-3:] == ["Skipped 2", "Mail 4", "Mail 2"]


def test_a_group_says_why_it_is_looked_at_one_by_one() -> None:
    items = [
        item(1, "a@free.example", one_by_one="Shared provider: one by one"),
        item(2, "b@two.example", ACME, OTHER, bucket=Bucket.SHARED),
        item(3, "", bucket=Bucket.FAILED),
    ]
    look = Look(skipped=())
    rows = arrange(items, look, ordered_groups(groups_in_view(items, look), ()))
    hints = {row.title: row.hint for row in rows if isinstance(row, GroupRow)}
    assert hints == {
        "free.example": "Shared provider: one by one",
        "two.example": "Address of several customers",
        "Sender unknown": "Could not be read",
    }
    assert NO_DOMAIN in groups_in_view(items, look)


def test_groups_keep_their_places_while_their_sizes_change() -> None:
    assert ordered_groups({"a": 2, "b": 9, SKIPPED: 20}, ()) == ["b", "a", SKIPPED]
    assert ordered_groups({"a": 8, "b": 3, "c": 5, SKIPPED: 1}, ["b", "a", SKIPPED]) == ["c", "b", "a", SKIPPED]
    assert ordered_groups({"a": 1}, ["b", "a"]) == ["a"]


def test_chips_count_what_the_search_leaves() -> None:
    items = [item(1, "a@x.example", ACME), item(2, "b@x.example"), item(3, "c@y.example", ACME)]
    counts = bucket_counts(items, "x.example")
    assert (counts[None], counts[Bucket.SUGGESTED], counts[Bucket.NO_MATCH], counts[Bucket.FAILED]) == (2, 1, 1, 0)
    assert bucket_counts(items, "acme parts")[None] == 2


# --- what is chosen -------------------------------------------------------------------------------------------------


def test_an_offer_must_fit_all_of_them_for_enter() -> None:
    both = Choice((item(1, "a@x.example", ACME, OTHER), item(2, "b@x.example", ACME)))
    assert both.first is not None
    assert both.first.customer == ACME
    assert [(offer.customer.name, offer.fits) for offer in both.offers] == [("Acme Parts", 2), ("Other", 1)]
    assert both.offers[1].reason == "Suggested for 1 of 2. Because."
    apart = Choice((item(1, "a@x.example", ACME), item(2, "b@x.example", OTHER)))
    assert apart.first is None
    assert Choice().first is None


def test_only_certain_senders_are_learned() -> None:
    doubt = item(2, "x@a.example", code="SENDER_AMBIGUOUS")
    assert Choice((item(1, "a@x.example"), doubt, item(3, "a@x.example"))).learnable == ["a@x.example"]


def test_a_summary_counts_senders_and_days() -> None:
    mails = [item(number, "a@x.example") for number in (1, 2)]
    yesterday = item(60 * 24, "b@x.example")
    choice = Choice((*mails, yesterday))
    assert [(sender.address, sender.count) for sender in choice.senders] == [("a@x.example", 2), ("b@x.example", 1)]
    assert choice.days(NOW) == "2 emails today and 1 yesterday"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (item(1, "a@x.example", ACME), ("Acme Parts", "80 %")),
        (item(1, "a@x.example"), ("No match", "")),
        (item(1, "a@x.example", ACME, OTHER, bucket=Bucket.SHARED), ("Shared address", "2 owners")),
        (item(1, "", bucket=Bucket.FAILED), ("Could not be read", "")),
    ],
)
def test_a_row_says_why_it_waits(one: ReviewItem, said: tuple[str, str]) -> None:
    assert waits_because(one) == said


# --- what was done --------------------------------------------------------------------------------------------------


def test_a_sitting_counts_work_and_not_pauses() -> None:
    sitting = Sitting()
    for number, moment in enumerate((100.0, 104.0, 5000.0)):
        sitting.add(Filed(Kind.ACCEPTED, (EmailId(number),), CustomerId(1), "Acme", "Wei", NOW), moment)
    assert sitting.seconds == pytest.approx(2 + 4 + PAUSE_S)
    assert sitting.emails() == 3
    assert sitting.customers(5) == [(sitting.filed[2], 3)]


def test_what_was_undone_is_forgotten() -> None:
    sitting = Sitting()
    first = Filed(Kind.DOMAIN, (EmailId(1), EmailId(2)), CustomerId(1), "Acme", "acme.example", NOW)
    sitting.add(first, 1.0)
    sitting.add(Filed(Kind.NEW, (EmailId(3),), CustomerId(2), "Wei", "Wei", NOW), 2.0)
    assert sitting.take_back({EmailId(3)}) == (EmailId(3),)
    assert sitting.filed == [first]
    assert (sitting.emails(Kind.DOMAIN), sitting.decisions(Kind.DOMAIN), sitting.emails(Kind.NEW)) == (2, 1, 0)
    assert sitting.take_back({EmailId(9)}) == ()


# --- models ---------------------------------------------------------------------------------------------------------


def rows_of(items: list[ReviewItem], look: Look) -> list[Row]:
    return arrange(items, look, ordered_groups(groups_in_view(items, look), ()))


def test_the_queue_model_is_sound(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    check = getattr(qtmodeltester, "check")  # noqa: B009 - it has no types
    model = QueueModel(lambda: NOW)
    check(model)
    model.show(rows_of(SIX, Look()))
    check(model)
    model.show(rows_of(SIX[2:], Look()))
    model.show(rows_of(SIX, Look(by_domain=False)))
    model.show([])
    check(model)


def test_rows_go_without_a_reset(qtbot: QtBot) -> None:
    model = QueueModel(lambda: NOW)
    model.show(rows_of(SIX, Look()))
    resets: list[bool] = []
    gone: list[tuple[int, int]] = []
    come: list[tuple[int, int]] = []
    model.modelReset.connect(lambda: resets.append(True))
    model.rowsRemoved.connect(lambda _parent, first, last: gone.append((first, last)))
    model.rowsInserted.connect(lambda _parent, first, last: come.append((first, last)))
    model.show(rows_of([SIX[0], *SIX[2:]], Look()))
    assert (resets, gone, come) == ([], [(2, 2)], [(5, 5)])
    assert [row.item.mail.subject for row in model.rows if isinstance(row, MailRow)][-1] == "Mail 5"


def test_a_screen_reader_hears_a_whole_row(qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt

    model = QueueModel(lambda: NOW)
    look = Look(troubles={EmailId(1): Trouble(CustomerId(1), "Acme Parts", "The disk is full.")})
    model.show(rows_of([item(1, "wei@acme.example", ACME, name="Wei Zhang")], look))
    said = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert said[0] == "acme.example, 1 email"
    assert said[1] == "Wei Zhang, Mail 1, Acme Parts 80 %, 1 m, not assigned to Acme Parts: The disk is full."


def test_the_model_of_suggestions_is_sound(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    check = getattr(qtmodeltester, "check")  # noqa: B009 - it has no types
    model = OfferModel(None)  # type: ignore[arg-type]
    model.show(Choice((item(1, "a@x.example", ACME, OTHER),)).offers, enters=True)
    check(model)


def test_a_wish_knows_its_emails() -> None:
    wish = Wish((item(4), item(2)), Kind.PICKED, "Wei", remember=False)
    assert wish.ids == (EmailId(4), EmailId(2))

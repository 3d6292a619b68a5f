"""Why a message is where it is: by what was recorded then, and apart from it by what the rules would say today."""

import pytest

from desktop.domain.ids import EmailId
from desktop.domain.reasons import BY_FILTERS, ReasonCode
from desktop.domain.rows import PlaceRow
from desktop.services.review import assign
from desktop.services.tracing import GATES, gates_of, said_then, would_say_now
from desktop.store.store import Store
from tests.gui.mailroom import Mailroom, letter
from tests.helpers.mails import NOON, FixedClock

CLOCK = FixedClock()


def place(code: str, reason: str = "Because.") -> PlaceRow:
    return PlaceRow("support@shop.example", "INBOX", "1", "7", code, reason, NOON, NOON, None)


def then(store: Store, email_id: EmailId) -> dict[str, str]:
    with store.read() as read:
        detail = read.emails.open(email_id)
        assert detail is not None
        return dict(said_then(detail, read.emails.decisions(email_id)))


def now(store: Store, email_id: EmailId) -> list[tuple[str, str]]:
    with store.read() as read:
        return would_say_now(read, email_id)


@pytest.mark.parametrize(
    ("code", "gate"),
    [
        ("BEFORE_START_DATE", "Start date"),
        ("FETCH_RETRYING", "Fetched"),
        ("UNPARSEABLE", "Read"),
        ("DUPLICATE_OF", "Own mail and duplicates"),
        *((code.value, "Filters") for code in sorted(BY_FILTERS)),
    ],
)
def test_every_gate_is_told_in_order_and_where_a_message_stopped(code: str, gate: str) -> None:
    told = gates_of(place(code))
    assert [name for name, _ in told] == list(GATES)
    at = GATES.index(gate)
    assert [words for _, words in told] == [
        *["Let through."] * at,
        "Stopped here: Because.",
        *["Not reached."] * (len(GATES) - at - 1),
    ]


def test_what_is_here_went_through_every_gate() -> None:
    told = dict(gates_of(place(ReasonCode.SYNCED.value, "The sender's address is theirs.")))
    assert told["Matching"] == "The sender's address is theirs."
    assert set(told.values()) == {"Let through.", "The sender's address is theirs."}


def test_each_rule_is_told_with_what_became_of_its_answer(store: Store) -> None:
    room = Mailroom(store)
    room.customer("Acme Parts", "ann@acme.example", "bo@acme.example")
    room.customer("Acme Retail", "cy@acme.example")
    exact = room.keep(letter("Ann <ann@acme.example>"))
    told = then(store, exact)
    assert told["Exact address: Acme Parts, 100 %"].endswith("This decided.")
    others = [words for title, words in told.items() if title.startswith("Company domain")]
    assert others
    assert all(words.endswith("A surer rule came before it.") for words in others)
    assert "Same thread" in told["Said nothing"]
    unsure = then(store, room.keep(letter("Dan <dan@acme.example>")))
    suggested = [words for title, words in unsure.items() if title.startswith("Company domain")]
    assert all("suggested to a person" in words for words in suggested)
    assert suggested


def test_two_certain_customers_say_why_neither_was_taken(store: Store) -> None:
    room = Mailroom(store)
    room.customer("One", "ann@acme.example")
    room.customer("Two", "ann@acme.example")
    told = then(store, room.keep(letter("Ann <ann@acme.example>")))
    assert "two of them make it a person's choice" in told["Exact address: One, 100 %"]


def test_what_was_recorded_stays_and_today_is_told_apart(store: Store) -> None:
    room = Mailroom(store)
    email_id = room.keep(letter("Ann <ann@acme.example>"))
    before = then(store, email_id)
    assert now(store, email_id)[0][1].startswith("It would wait for a person")
    number = room.customer("Acme Parts", "ann@acme.example")
    assert then(store, email_id) == before, "a customer who came later is no part of what was decided then"
    told = now(store, email_id)
    assert told[0][1].startswith("It would be filed with Acme Parts.")
    assert told[1][0] == "Exact address: Acme Parts, 100 %"
    with store.write() as uow:
        assign(uow, [email_id], number, remember=False, clock=CLOCK)
    assert then(store, email_id)["Afterwards"] == "A person decided, and that stays whatever rules say."


def test_what_could_not_be_read_has_no_rules(store: Store) -> None:
    assert now(store, EmailId(99)) == []

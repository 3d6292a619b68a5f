"""Which customer a mail is filed with: nothing is guessed, a person has the last word, and everything can be undone."""

from pathlib import Path

import pytest

from tests.e2e.letters import letter, letters, message_id
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, connect, email, emails, is_sound, sync
from tests.helpers.dovecot import Dovecot, User

pytestmark = pytest.mark.server


@pytest.fixture
def user(postroom: Postroom, dovecot: Dovecot) -> User:
    """A connected mailbox."""
    made = dovecot.new_user()
    connect(postroom, dovecot, made)
    return made


def verdict(postroom: Postroom, serial: str | int) -> tuple[str, str, str | None, bool]:
    """Code, status, customer and whether it waits for a person."""
    found = email(postroom, message_id(serial))
    return found["code"], found["status"], found["match"] and found["match"]["customer"], found["needs_review"]


def history(postroom: Postroom, serial: str | int) -> list[tuple[str, str | None]]:
    """Who decided and on whom, oldest first."""
    trace = postroom.ask("emails", "show", email(postroom, message_id(serial))["id"], "--trace")["trace"]
    return [(made["by"], made["customer"]) for made in trace["decisions"]]


# --- what is filed by itself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", ["ann@acme.example", "Ann <ANN@Acme.Example>", '"Lee, Ann" <ann@acme.example>'])
def test_an_exact_address_is_certain(postroom: Postroom, dovecot: Dovecot, user: User, sender: str) -> None:
    customer = add_customer(postroom, "Acme Parts", "ann@acme.example")
    dovecot.deliver(user, letter(1, sender))
    sync(postroom)
    assert email(postroom, message_id(1))["match"] == {
        "customer_id": customer["id"],
        "customer": "Acme Parts",
        "confidence": 100,
        "reason": "The sender's address ann@acme.example is one of Acme Parts's addresses.",
        "by": "rule:exact_address",
    }


@pytest.mark.parametrize(
    ("sender", "code", "suggested"),
    [
        ("ann.lee@acme.example", "NO_MATCH", 1),
        ("ann+shop@acme.example", "SIMILAR_MATCH", 1),
        ("ann@acme.example.com", "NO_MATCH", 0),
        ("ann@mail.acme.example", "SIMILAR_MATCH", 1),
        ("an@acme.example", "NO_MATCH", 1),
    ],
)
def test_a_similar_address_is_not_the_same(
    postroom: Postroom, dovecot: Dovecot, user: User, sender: str, code: str, suggested: int
) -> None:
    add_customer(postroom, "Acme Parts", "ann@acme.example")
    dovecot.deliver(user, letter(1, sender))
    sync(postroom)
    assert verdict(postroom, 1) == (code, "pending", None, True)
    (waiting,) = postroom.ask("review", "list")["items"]
    assert [(one["customer"], one["confidence"]) for one in waiting["suggestions"]] == [("Acme Parts", 80)] * suggested


def test_an_address_that_two_customers_share_goes_to_review(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    first = add_customer(postroom, "Ann Lee", "office@acme.example")
    add_customer(postroom, "Bob Ray", "office@acme.example")
    dovecot.deliver(user, letter(1, "office@acme.example"))
    sync(postroom)
    assert verdict(postroom, 1) == ("AMBIGUOUS_MATCH", "pending", None, True)
    (waiting,) = postroom.ask("review", "list")["items"]
    assert {one["customer"] for one in waiting["suggestions"]} == {"Ann Lee", "Bob Ray"}
    postroom.ask("review", "assign", waiting["id"], first["id"])
    assert verdict(postroom, 1) == ("SYNCED", "synced", "Ann Lee", False)
    dovecot.deliver(user, letter(2, "office@acme.example"))
    sync(postroom)
    assert verdict(postroom, 2)[0] == "AMBIGUOUS_MATCH", "one answer is no rule"


AMBIGUOUS = {
    "two addresses": ["From: ann@acme.example, eve@evil.example"],
    "two headers": ["From: ann@acme.example", "From: eve@evil.example"],
    "a comment that looks like a mailbox": ["From: ann@acme.example (x) <eve@evil.example>"],
    "two pairs of brackets": ["From: <ann@acme.example><eve@evil.example>"],
    "none": [],
    "an empty one": ["From: "],
    "a name that is an address": ['From: "ann@acme.example" <ann@acme.example>, eve@evil.example'],
}


@pytest.mark.parametrize("case", AMBIGUOUS)
def test_a_sender_in_doubt_is_never_filed(postroom: Postroom, dovecot: Dovecot, user: User, case: str) -> None:
    customer = add_customer(postroom, "Acme Parts", "ann@acme.example")
    plain = letter(1, "SENDER")
    dovecot.deliver(user, plain.replace(b"From: SENDER\r\n", "".join(f"{one}\r\n" for one in AMBIGUOUS[case]).encode()))
    sync(postroom)
    assert verdict(postroom, 1) == ("SENDER_AMBIGUOUS", "pending", None, True)
    (waiting,) = postroom.ask("review", "list")["items"]
    assert waiting["reason"]
    postroom.ask("review", "assign", waiting["id"], customer["id"], "--remember")
    assert postroom.ask("customers", "show", customer["id"])["emails"] == ["ann@acme.example"], "doubt teaches nothing"


# --- a person's word --------------------------------------------------------------------------------------------------


def test_assign_and_remember_files_the_next_one_by_itself(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    customer = add_customer(postroom, "Acme Parts")
    dovecot.deliver(user, letter(1, "new@acme.example"))
    sync(postroom)
    given = postroom.ask("review", "assign", email(postroom, message_id(1))["id"], customer["id"], "--remember")
    assert (given["match"]["by"], given["match"]["confidence"]) == ("person", 100)
    assert postroom.ask("review", "list")["items"] == []
    assert postroom.ask("customers", "show", customer["id"])["emails"] == ["new@acme.example"]
    dovecot.deliver(user, letter(2, "new@acme.example"))
    sync(postroom)
    assert verdict(postroom, 2) == ("SYNCED", "synced", "Acme Parts", False)
    assert history(postroom, 1) == [("rule:review", None), ("person", "Acme Parts")]


def test_without_remember_nothing_is_learned(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    customer = add_customer(postroom, "Acme Parts")
    dovecot.deliver_many(user, [(letter(number, "new@acme.example"), None) for number in (1, 2)])
    sync(postroom)
    postroom.ask("review", "assign", email(postroom, message_id(1))["id"], customer["id"])
    assert postroom.ask("customers", "show", customer["id"])["emails"] == []
    assert verdict(postroom, 2)[0] == "NO_MATCH"


def test_a_persons_decision_outlives_sync_import_and_reparse(
    postroom: Postroom, dovecot: Dovecot, user: User, tmp_path: Path
) -> None:
    mine = add_customer(postroom, "Mine")
    dovecot.deliver(user, letter(1, "ann@acme.example"))
    sync(postroom)
    number = email(postroom, message_id(1))["id"]
    postroom.ask("review", "assign", number, mine["id"])
    table = tmp_path / "c.csv"
    table.write_text("name,email\nTheirs,ann@acme.example\n")
    postroom.ask("customers", "import", str(table))
    dovecot.reset_uidvalidity(user)
    sync(postroom)
    postroom.ask("reparse", "--all")
    dovecot.copy(user, "INBOX", 1, "INBOX")
    sync(postroom)
    postroom.ask("audit", "--repair")
    assert email(postroom, message_id(1))["match"] == {
        "customer_id": mine["id"],
        "customer": "Mine",
        "confidence": 100,
        "reason": "Assigned to Mine by hand.",
        "by": "person",
    }
    assert history(postroom, 1) == [("rule:review", None), ("person", "Mine")]
    dovecot.deliver(user, letter(2, "ann@acme.example"))
    sync(postroom)
    assert verdict(postroom, 2)[2] == "Theirs", "new mail is filed by the new book"


# --- undo -------------------------------------------------------------------------------------------------------------


def picture(postroom: Postroom) -> list[object]:
    """Everything a person sees that commands change."""
    return [
        postroom.ask("customers", "list")["items"],
        [{name: one[name] for name in ("id", "match", "code", "needs_review")} for one in emails(postroom)],
    ]


def test_many_steps_back_and_forth_over_restarts(
    postroom: Postroom, dovecot: Dovecot, user: User, tmp_path: Path
) -> None:
    dovecot.deliver_many(user, [(raw, None) for raw in letters(3)])
    sync(postroom)
    numbers = [email(postroom, message_id(serial))["id"] for serial in (1, 2, 3)]
    table = tmp_path / "c.csv"
    table.write_text("name,email\nAnn,ann@a.example\nBob,bob@b.example\n")
    pictures = [picture(postroom)]
    postroom.ask("customers", "import", str(table))
    pictures.append(picture(postroom))
    ann, bob = (one["id"] for one in postroom.ask("customers", "list")["items"])
    for number, customer, *remember in ((numbers[0], ann, "--remember"), (numbers[1], bob), (numbers[0], bob)):
        postroom.ask("review", "assign", number, customer, *remember)
        pictures.append(picture(postroom))
    add_customer(postroom, "Cy", "cy@c.example")
    pictures.append(picture(postroom))

    for before in reversed(pictures[:-1]):
        (words,) = postroom.ask("undo")["undone"]
        assert words.startswith("Undone: ")
        assert picture(postroom) == before
    assert postroom.refused("undo") == "NOTHING_TO_UNDO"
    for after in pictures[1:]:
        postroom.ask("redo")
        assert picture(postroom) == after
    assert postroom.refused("redo") == "NOTHING_TO_UNDO"
    assert len(postroom.ask("undo", "--count", "5")["undone"]) == 5
    assert picture(postroom) == pictures[0]
    assert len(postroom.ask("redo", "--count", "2")["redone"]) == 2
    assert picture(postroom) == pictures[2]
    is_sound(postroom)


def test_a_new_command_forgets_what_was_undone(postroom: Postroom) -> None:
    add_customer(postroom, "Ann", "ann@a.example")
    add_customer(postroom, "Bob", "bob@b.example")
    postroom.ask("undo")
    add_customer(postroom, "Cy", "cy@c.example")
    assert postroom.refused("redo") == "NOTHING_TO_UNDO"
    assert [one["name"] for one in postroom.ask("customers", "list")["items"]] == ["Ann", "Cy"]


def test_more_steps_than_there_are_stop_where_they_must(postroom: Postroom) -> None:
    add_customer(postroom, "Ann", "ann@a.example")
    result = postroom.quick("undo", "--count", "3", "--json")
    assert (result.code, len(result.json["undone"])) == (1, 1)
    assert "There is nothing to undo." in result.stderr
    assert postroom.ask("customers", "list")["items"] == []


def test_undoing_an_import_leaves_mail_that_was_filed_meanwhile_in_review(
    postroom: Postroom, dovecot: Dovecot, user: User, tmp_path: Path
) -> None:
    table = tmp_path / "c.csv"
    table.write_text("name,email\nAnn,ann@acme.example\n")
    postroom.ask("customers", "import", str(table))
    dovecot.deliver(user, letter(1, "ann@acme.example"))
    sync(postroom)
    assert verdict(postroom, 1)[2] == "Ann"
    postroom.ask("undo")
    assert verdict(postroom, 1) == ("NO_MATCH", "pending", None, True)
    postroom.ask("redo")
    is_sound(postroom)


def test_undo_does_not_touch_what_has_changed_since(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    customer = add_customer(postroom, "Ann", "ann@a.example")
    dovecot.deliver(user, letter(1, "new@acme.example"))
    sync(postroom)
    number = email(postroom, message_id(1))["id"]
    postroom.ask("review", "assign", number, customer["id"])
    again = postroom.ask("review", "assign", number, customer["id"])
    assert "it was so already" in again["words"]
    postroom.ask("undo")
    assert verdict(postroom, 1)[2] is None, "the second assignment changed nothing, so the first was undone"


def test_a_sender_is_ignored_and_left_out_from_now_on(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    for number, sender in ((1, "deals@weekly.example"), (2, "deals@weekly.example"), (3, "ann@acme.example")):
        dovecot.deliver(user, letter(number, sender))
    sync(postroom)
    numbers = {one["message_id"]: one["id"] for one in postroom.ask("review", "list")["items"]}
    ignored = postroom.ask("review", "ignore", numbers[message_id(3)])
    assert ignored["words"] == "Ignored 1 email"
    told = postroom.ask("review", "ignore", numbers[message_id(1)], "--preview")["sender"]
    assert sorted(told["waiting"]) == sorted([numbers[message_id(1)], numbers[message_id(2)]])
    assert len(postroom.ask("review", "list")["items"]) == 2
    done = postroom.ask("review", "ignore", numbers[message_id(1)], "--sender")
    assert done["words"] == "Left out deals@weekly.example from now on and ignored 2 emails"
    assert postroom.ask("review", "list")["items"] == []
    dovecot.deliver(user, letter(4, "deals@weekly.example"))
    sync(postroom)
    assert [one["code"] for one in postroom.ask("filters", "skipped")["items"]] == ["EXCLUDED_RULE"]
    postroom.ask("undo")
    assert {one["id"] for one in postroom.ask("review", "list")["items"]} == set(told["waiting"])

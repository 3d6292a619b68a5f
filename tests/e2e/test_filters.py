"""Filters by the command line, against Dovecot: what stays out, why, how it is listed, how it comes in after all."""

import pytest

from tests.e2e.letters import letter, message_id
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, connect, emails, is_complete, is_sound, sync
from tests.helpers.dovecot import Dovecot, User

pytestmark = pytest.mark.server

NEWSLETTER = ("List-Id: <news.shop-news.example>",)


@pytest.fixture
def user(postroom: Postroom, dovecot: Dovecot) -> User:
    """A connected mailbox."""
    made = dovecot.new_user()
    connect(postroom, dovecot, made)
    return made


def skipped(postroom: Postroom, *narrowed: str) -> dict[str, tuple[str, str]]:
    """Code and reason of what was left out, by subject."""
    items = postroom.ask("filters", "skipped", *narrowed)["items"]
    return {one["subject"]: (one["code"], one["reason"]) for one in items}


def test_the_users_example_leaves_out_what_it_says_and_names_it(
    postroom: Postroom, dovecot: Dovecot, user: User
) -> None:
    add = ("filters", "add")
    postroom.ask(*add, "include", "to", "is", "support@shop.example")
    noreply = postroom.ask(*add, "exclude", "from", "starts-with", "noreply@", "no-reply@")["id"]
    postroom.ask(*add, "exclude", "subject", "contains", "unsubscribe", "newsletter")
    for number, raw in enumerate(
        (
            letter("kept", subject="My order"),
            letter("no", "Bank <noreply@bank.example>", subject="Statement"),
            letter("news", subject="Our Newsletter for May"),
            letter("ceo", to="ceo@shop.example", subject="For the boss"),
        )
    ):
        assert number < 4
        dovecot.deliver(user, raw)
    (folder,) = sync(postroom)[user.name]["folders"]
    assert (folder["fetched"], folder["stored"], folder["skipped"]) == (4, 1, 3)
    assert [one["message_id"] for one in emails(postroom) if one["status"] != "skipped" and one["id"][0] != "-"] == [
        message_id("kept")
    ]
    assert skipped(postroom) == {
        "Statement": ("EXCLUDED_RULE", "Filter 2 leaves it out: its sender is noreply@bank.example."),
        "Our Newsletter for May": ("EXCLUDED_RULE", "Filter 3 leaves it out: its subject fits."),
        "For the boss": ("NOT_INCLUDED", "It fits none of the filters that say what to bring in."),
    }
    assert list(skipped(postroom, "--row", noreply)) == ["Statement"]
    assert [one["skipped"] for one in postroom.ask("filters", "list")["items"]] == [0, 1, 1]
    is_complete(postroom)
    is_sound(postroom)

    wanted = next(one["id"] for one in postroom.ask("filters", "skipped")["items"] if one["subject"] == "Statement")
    assert postroom.ask("filters", "bring-in", wanted)["brought_in"] == 1
    assert len(skipped(postroom)) == 2
    assert message_id("no") in {one["message_id"] for one in emails(postroom)}
    (again,) = sync(postroom)[user.name]["folders"]
    assert (again["fetched"], again["stored"]) == (0, 0)
    is_complete(postroom)


def test_newsletters_internal_mail_and_blocked_domains(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    ours = user.name.rpartition("@")[2]
    postroom.ask("filters", "add", "exclude", "kind", "is", "newsletter")
    postroom.ask("filters", "block", "partner.example")
    dovecot.deliver(user, letter("list", subject="News", headers=NEWSLETTER))
    dovecot.deliver(user, letter("lunch", f"ann@{ours}", to=f"bob@{ours}", subject="Lunch"))
    dovecot.deliver(user, letter("partner", "x@mail.partner.example", subject="Deal"))
    sync(postroom)
    assert {subject: code for subject, (code, _) in skipped(postroom).items()} == {
        "News": "BULK_OR_LIST",
        "Lunch": "INTERNAL_ONLY",
        "Deal": "BLOCKLISTED",
    }
    postroom.ask("filters", "internal", ours)
    dovecot.deliver(user, letter("lunch 2", f"ann@{ours}", to=f"bob@{ours}", subject="Lunch again"))
    sync(postroom)
    assert "Lunch again" not in skipped(postroom)
    assert postroom.ask("undo")["undone"] == [f"Undone: Mail among people of {ours} is brought in"]
    assert postroom.ask("filters", "list")["internal"] == []


def test_a_filter_is_rehearsed_on_what_is_here_and_warns_of_customers(
    postroom: Postroom, dovecot: Dovecot, user: User
) -> None:
    add_customer(postroom, "Acme Parts", "ann@acme.example")
    dovecot.deliver(user, letter("1", subject="Re: newsletter layout"))
    dovecot.deliver(user, letter("2", "Else <x@else.example>", subject="newsletter"))
    dovecot.deliver(user, letter("3", subject="Order"))
    sync(postroom)
    words = ("exclude", "subject", "contains", "newsletter")
    told = postroom.ask("filters", "preview", *words)
    assert (told["looked_at"], told["kept"], told["skipped"]) == (3, 1, 2)
    assert (len(told["newly_skipped"]), len(told["customers_hidden"])) == (2, 1)
    assert postroom.ask("filters", "list")["items"] == []
    postroom.ask("filters", "add", *words)
    assert postroom.ask("filters", "try", "--subject", "The NEWSLETTER")["kept"] is False
    keep = postroom.ask("filters", "add", "keep", "from", "is", "ann@acme.example", "--at", "1")["id"]
    assert postroom.ask("filters", "try", "--subject", "newsletter", "--from", "Ann@acme.example")["kept"] is True
    postroom.ask("filters", "move", keep, "2")
    assert postroom.ask("filters", "try", "--subject", "newsletter", "--from", "ann@acme.example")["kept"] is False
    postroom.ask("filters", "remove", keep)
    assert len(postroom.ask("filters", "list")["items"]) == 1


def test_filters_reach_into_the_past_and_give_it_back(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    add_customer(postroom, "Acme Parts", "ann@acme.example")
    dovecot.deliver(user, letter("1", subject="Re: newsletter layout"))
    dovecot.deliver(user, letter("2", "Else <x@else.example>", subject="newsletter"))
    dovecot.deliver(user, letter("3", "Else <x@else.example>", subject="Order"))
    sync(postroom)
    row = postroom.ask("filters", "add", "exclude", "subject", "contains", "newsletter")["id"]
    told = postroom.ask("filters", "apply-past", "--preview")
    assert (len(told["left_out"]), len(told["customers_hidden"]), told["stay"]) == (2, 1, [])
    assert len(emails(postroom)) == 3
    words = "Applied the filters to mail that is here: left out 2 emails"
    assert postroom.ask("filters", "apply-past")["words"] == words
    assert [one["subject"] for one in emails(postroom)] == ["Order"]
    assert len(skipped(postroom, "--row", row)) == 2
    items = postroom.ask("filters", "skipped")["items"]
    wanted = next(one for one in items if one["subject"] == "Re: newsletter layout")
    assert postroom.ask("emails", "show", wanted["email_id"])["code"] == "EXCLUDED_RULE"
    assert postroom.ask("filters", "bring-in", wanted["id"])["brought_in"] == 1
    assert {one["subject"]: one["match"] is not None for one in emails(postroom)} == {
        "Re: newsletter layout": True,
        "Order": False,
    }
    postroom.ask("filters", "never-skip", "x@else.example")
    assert skipped(postroom) == {}
    assert len(postroom.ask("undo", "--count", "3")["undone"]) == 3
    assert len(emails(postroom)) == 3
    is_complete(postroom)
    is_sound(postroom)

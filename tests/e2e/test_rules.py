"""Your own rules, a customer's addresses and matching again, from the command line."""

import pytest

from tests.e2e.letters import letter
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, connect, sync
from tests.helpers.dovecot import Dovecot

pytestmark = pytest.mark.server


def test_a_rule_suggests_and_a_changed_customer_is_matched_again(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    acme = add_customer(postroom, "Acme Parts", "ann@acme.example")
    rule = ("--name", "Home", "--sender", "*@home.example", "--customer", acme["id"])
    made = postroom.ask("rules", "add", *rule)
    assert made["words"] == "When the sender is \u201c*@home.example\u201d: suggest Acme Parts."
    dovecot.deliver(user, letter(1, "wei@home.example"))
    sync(postroom)
    (waiting,) = postroom.ask("review", "list")["items"]
    assert (waiting["code"], waiting["suggestions"][0]["by"]) == ("RULE_MATCH", "rule:custom")
    assert postroom.ask("rules", "preview", *rule)["emails"] == [waiting["id"]]
    changed = postroom.ask("rules", "change", made["id"], "--name", "Home", "--sender", "*@home.example", "--review")
    assert changed["words"] == "When the sender is \u201c*@home.example\u201d: have a person look at it."
    postroom.ask("rules", "remove", made["id"])
    tag = postroom.ask("rules", "add", "--name", "Home", "--sender", "*@home.example", "--tag", "home")
    said = "The rule Home fits 1 of 1 email. 1 email would get the tag home."
    assert postroom.ask("rules", "apply", tag["id"], "--preview")["words"] == said
    done = "Applied the rule Home to stored mail: tagged 1 email home"
    assert postroom.ask("rules", "apply", tag["id"])["words"] == done
    assert postroom.ask("review", "list")["items"][0]["tags"] == ["home"]
    assert postroom.ask("undo")["undone"] == [f"Undone: {done}"]
    assert postroom.ask("review", "list")["items"][0]["tags"] == []
    postroom.ask("rules", "remove", tag["id"])
    assert postroom.ask("rules", "list")["items"] == []

    held = postroom.ask("customers", "addresses", acme["id"], "--add", "wei@home.example")["addresses"]
    assert [(one["address"], one["origin"]) for one in held] == [
        ("ann@acme.example", "hand"),
        ("wei@home.example", "hand"),
    ]
    (moved,) = postroom.ask("customers", "rematch", acme["id"], "--preview")["items"]
    assert (moved["id"], moved["becomes"]["code"]) == (waiting["id"], "SYNCED")
    assert postroom.ask("customers", "rematch", acme["id"])["words"] == "Matched 1 email again for Acme Parts."
    assert postroom.ask("review", "list")["items"] == []
    (record,) = postroom.ask("rules", "record")["items"]
    assert (record["rule"], record["stated"], record["decided"]) == ("exact_address", 100, 0)
    assert record["not_looked_at"] == 1
    postroom.ask("undo")
    assert [one["id"] for one in postroom.ask("review", "list")["items"]] == [waiting["id"]]


def test_the_mode_and_what_is_ours_from_the_command_line(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    add_customer(postroom, "Acme Parts", "ann.lee@acme.example")
    dovecot.deliver(user, letter(1, "annlee@acme.example"))
    sync(postroom)
    (waiting,) = postroom.ask("review", "list")["items"]
    assert (waiting["code"], waiting["suggestions"][0]["confidence"]) == ("SIMILAR_MATCH", 80)

    postroom.ask("settings", "set", "matching.mode", "exact")
    held = {one["key"]: one["value"] for one in postroom.ask("settings", "list")["items"]}
    assert (held["matching.mode"], postroom.ask("rules", "mode")["mode"]) == ("exact", "exact")
    dovecot.deliver(user, letter(2, "annlee@acme.example"))
    sync(postroom)
    codes = [one["code"] for one in postroom.ask("review", "list")["items"]]
    assert codes == ["NO_MATCH", "SIMILAR_MATCH"]
    assert postroom.ask("undo")["undone"] == ["Undone: Matching: Exact only"]

    assert postroom.ask("ours", "add", "team.example")["words"] == "team.example counts as ours"
    names = {one["name"]: one["origin"] for one in postroom.ask("ours", "list")["items"]}
    assert names["team.example"] == "added"

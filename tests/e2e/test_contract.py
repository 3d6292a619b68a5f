"""The command line's contract: its first-time story, every document, every exit code, on a real mail server."""

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import shapes
from tests.e2e.letters import letter, letters, message_id
from tests.e2e.postroom import Postroom, new_postroom
from tests.e2e.steps import add_customer, connect, email, emails, figures, peek, sync
from tests.helpers.dovecot import Dovecot, User

pytestmark = pytest.mark.server

CUSTOMERS = """\
name,email,email2,company,owner,tags
Ann Lee,ann@acme.example,ann.lee@acme.example,Acme Parts,Sue,vip;north
Bob Ray,bob@borealis.example,,Borealis,,
"""


# --- the first time ---------------------------------------------------------------------------------------------------


def test_the_first_time_through_goes_as_the_help_says(tmp_path: Path, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver_many(user, [(letter(1), None), (letter(2, "Cy <cy@nobody.example>"), None)])
    table = tmp_path / "customers.csv"
    table.write_text(CUSTOMERS)
    postroom = Postroom(tmp_path / "profile", None, dovecot.ca_file)
    key_file = tmp_path / "postroom.key"
    postroom.more_environment["POSTROOM_KEY_FILE"] = str(key_file)

    story = postroom.run_exactly("--help").stdout.partition("A first time through:")[2]
    told = re.findall(r"^  postroom (\w+(?: \w+)?)", story, re.MULTILINE)
    assert told == ["key new", "mailboxes add", "customers import", "sync", "review list"]

    made = postroom.run_exactly("key", "new", str(key_file))
    assert (made.code, stat.S_IMODE(key_file.stat().st_mode)) == (0, 0o600)
    assert re.fullmatch(r"[0-9a-f]{64}\n", key_file.read_text())
    added = postroom.run(
        *("mailboxes", "add", "--address", user.name, "--imap", f"localhost:{dovecot.tls_port}", "--password-stdin"),
        stdin=f"{user.password}\n",
    )
    assert (added.code, added.stderr) == (0, f"A new profile was made in {postroom.profile}.\n"), str(added)
    assert postroom.run("customers", "import", str(table)).code == 0
    synced = postroom.run("sync")
    assert synced.code == 0
    assert "2 on the server, 2 fetched, 2 new, 1 to review" in synced.stdout
    review = postroom.run("review", "list")
    assert "cy@nobody.example" in review.stdout
    assert "ann@acme.example" not in review.stdout
    assert postroom.run("health", "--json").code == 0


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    postroom = new_postroom(tmp_path)
    before = postroom.key
    assert postroom.refused("key", "new", str(postroom.key_file)) == "BAD_INPUT"
    assert postroom.key == before


# --- every document ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> tuple[Postroom, User]:
    """A profile with a mailbox, customers and mail of every usual kind; the tests here change nothing that matters."""
    folder = tmp_path_factory.mktemp("furnished")
    postroom, user = new_postroom(folder, dovecot.ca_file), dovecot.new_user()
    (folder / "customers.csv").write_text(CUSTOMERS)
    postroom.ask("customers", "import", str(folder / "customers.csv"))
    dovecot.deliver_many(user, [(raw, None) for raw in (letter(1), letter(1), letter(2, "cy@nobody.example"))])
    connect(postroom, dovecot, user)
    sync(postroom)
    return postroom, user


def document(furnished: tuple[Postroom, User], command: str, code: int = 0) -> Any:
    """The document of a command; `MAILBOX`, `EMAIL` and `CUSTOMER` stand for what the profile has."""
    postroom, user = furnished
    names = {"MAILBOX": user.name, "FILE": str(postroom.profile.parent / "customers.csv")}
    if "EMAIL" in command or "CUSTOMER" in command:
        filed = email(postroom, message_id(1))
        names |= {"EMAIL": filed["id"], "CUSTOMER": filed["match"]["customer_id"]}
    return postroom.ask(*(names.get(word, word) for word in command.split()), code=code)


TRACE = {"places": [shapes.PLACE], "decisions": [shapes.DECISION], "suggestions": [dict], "defects": [str]}
IMPORT = {**dict.fromkeys(("created", "updated", "unchanged"), int), "bad": [dict], "preview": bool}
AUDIT = {
    "name": str,
    "complete": bool,
    "on_server": int,
    "kept": int,
    "left_out": dict,
    "not_named": int,
    "renumbered": bool,
    "certain": bool,
    "days": [dict],
    **{name: {"count": int, "uids": str} for name in ("new", "missing", "waiting", "gone", "back", "doubles")},
}
AUDITED = {
    "address": str,
    "complete": bool,
    "code": str,
    **dict.fromkeys(("on_server", "judged", "found", "repaired"), int),
    "still_open": [{"folder": str, "count": int, "reason": str}],
    "folders": [AUDIT],
}


@pytest.mark.parametrize(
    ("command", "shape"),
    [
        ("sync", shapes.RECEIPT),
        ("sync --mailbox MAILBOX", shapes.RECEIPT),
        ("mailboxes list", {"items": [shapes.MAILBOX]}),
        ("mailboxes test MAILBOX", {"address": str, "ok": bool, "test": [shapes.STEP]}),
        ("mailboxes set MAILBOX --frequency 5m", shapes.MAILBOX),
        ("emails list", {"items": [shapes.EMAIL]}),
        ("emails list --search from:absent", {"items": [], "notes": []}),
        ("emails list --search status:done", {"items": [], "notes": [{"term": str, "words": str}]}),
        ("emails tag EMAIL vip", {**shapes.EMAIL, "tags": [str], "words": str}),
        ("emails list --search tag:VIP", {"items": [{**shapes.EMAIL, "tags": [str]}]}),
        ("emails tags", {"items": [{"tag": str, "emails": int}]}),
        ("emails show EMAIL", shapes.EMAIL),
        ("emails show EMAIL --trace", {**shapes.EMAIL, "trace": TRACE}),
        ("review list", {"items": [shapes.EMAIL]}),
        ("customers list", {"items": [shapes.CUSTOMER]}),
        ("customers show CUSTOMER", {**shapes.CUSTOMER, "recent": [shapes.EMAIL]}),
        ("customers import FILE --preview", IMPORT),
        ("customers import FILE", IMPORT),
        ("health", shapes.HEALTH),
        ("audit", {"mailboxes": [AUDITED]}),
        ("audit --repair --days", {"mailboxes": [AUDITED]}),
        ("verify", {"ok": bool, "checks": [{"name": str, "passed": bool, "broken": int, "evidence": str}]}),
        ("log", {"items": [shapes.EVENT]}),
        ("reparse --all", {"reread": int, "unreadable": int, "decided_anew": int}),
        ("settings list", {"items": [{"key": str, "words": str}]}),
        ("settings set sync.batch_messages 250", {"key": str, "value": str}),
        ("key recovery", {"recovery_code": str}),
    ],
)
def test_documents_are_as_the_contract_says(furnished: tuple[Postroom, User], command: str, shape: Any) -> None:
    shapes.check(document(furnished, command), shape)


@pytest.mark.parametrize("listing", ["emails list", "review list", "customers list", "mailboxes list", "log"])
def test_lists_hold_something(furnished: tuple[Postroom, User], listing: str) -> None:
    assert document(furnished, listing)["items"]


def test_what_a_receipt_and_a_match_say(furnished: tuple[Postroom, User]) -> None:
    postroom, user = furnished
    filed = email(postroom, message_id(1))
    assert (filed["mailbox"], filed["folder"], filed["uid"], filed["status"]) == (user.name, "INBOX", "1", "synced")
    assert filed["match"] == {
        "customer_id": filed["match"]["customer_id"],
        "customer": "Ann Lee",
        "confidence": 100,
        "reason": "The sender's address ann@acme.example is one of Ann Lee's addresses.",
        "by": "rule:exact_address",
    }
    unknown = email(postroom, message_id(2))
    assert (unknown["status"], unknown["code"], unknown["match"]) == ("pending", "NO_MATCH", None)
    assert [one["code"] for one in emails(postroom, "--code", "NO_MATCH")] == ["NO_MATCH"]
    assert [one["id"] for one in emails(postroom, "--status", "synced")] == [filed["id"]]
    trace = postroom.ask("emails", "show", filed["id"], "--trace")["trace"]
    assert [place["code"] for place in trace["places"]] == ["SYNCED", "DUPLICATE_OF"]


def test_commands_that_change_something(furnished: tuple[Postroom, User]) -> None:
    postroom, _ = furnished
    made = add_customer(postroom, "Dee", "dee@shore.example")
    shapes.check(made, shapes.CUSTOMER)
    waiting = email(postroom, message_id(2))
    given = postroom.ask("review", "assign", waiting["id"], made["id"])
    shapes.check(given, {**shapes.EMAIL, "words": str})
    assert (given["match"]["by"], given["status"]) == ("person", "synced")
    shapes.check(postroom.ask("undo", "--count", "2"), {"undone": [str]})
    shapes.check(postroom.ask("redo"), {"redone": [str]})
    shapes.check(postroom.ask("undo"), {"undone": [str]})
    assert email(postroom, message_id(2))["match"] is None


# --- exit codes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["emails"],
        ["emails", "list", "--status", "lost"],
        ["emails", "list", "--limit", "-1"],
        ["emails", "list", "--lim", "1"],
        ["mailboxes", "add"],
        ["mailboxes", "add", "--address", "a@b.example", "--security", "ssl"],
        ["undo", "--count", "many"],
        ["log", "--level", "loud"],
        ["--no-such-option"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_says_how_it_is_used(tmp_path: Path, words: list[str]) -> None:
    postroom = Postroom(tmp_path / "profile")
    result = postroom.begin_exactly(*words).result()
    assert result.code == 2
    assert result.stderr.startswith("usage: postroom")
    assert not result.stdout
    assert not postroom.profile.exists()


def test_wrong_usage_of_the_console_script(tmp_path: Path) -> None:
    postroom = Postroom(tmp_path / "profile")
    assert postroom.run_exactly("nonsense").code == 2
    assert postroom.run_exactly("--version").code == 0


@pytest.mark.parametrize("words", [[], ["demo"], ["--demo", "--seed", "3"]], ids=" ".join)
def test_without_a_display_the_window_says_so_and_what_to_do(tmp_path: Path, words: list[str]) -> None:
    postroom = Postroom(tmp_path / "profile")
    result = postroom.run(*words)
    assert (result.code, result.stdout) == (1, "")
    assert "There is no display to show the window on" in result.stderr
    assert "ssh -X" in result.stderr
    assert not postroom.profile.exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["emails", "show", "999999"], "NOT_FOUND"),
        (["emails", "show", "seen:999999"], "NOT_FOUND"),
        (["emails", "show", "one"], "NOT_FOUND"),
        (["emails", "show", "9" * 40], "NOT_FOUND"),
        (["customers", "show", "999999"], "NOT_FOUND"),
        (["customers", "show", "who@nobody.example"], "NOT_FOUND"),
        (["customers", "import", "no-such-file.csv"], "BAD_INPUT"),
        (["review", "assign", "999999", "1"], "NOT_FOUND"),
        (["review", "assign", "1", "999999"], "NOT_FOUND"),
        (["sync", "--mailbox", "who@nobody.example"], "NOT_FOUND"),
        (["audit", "--mailbox", "who@nobody.example"], "NOT_FOUND"),
        (["mailboxes", "test", "who@nobody.example"], "NOT_FOUND"),
        (["mailboxes", "test"], "BAD_INPUT"),
        (["mailboxes", "set", "not an address"], "BAD_INPUT"),
        (["mailboxes", "disconnect", "who@nobody.example"], "NOT_FOUND"),
        (["settings", "set", "no.such", "1"], "BAD_INPUT"),
        (["settings", "set", "sync.batch_messages", "0"], "BAD_INPUT"),
        (["key", "restore", "--to", "anywhere"], "BAD_INPUT"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_cannot_be_done_is_1_with_a_sentence(
    furnished: tuple[Postroom, User], words: list[str], code: str
) -> None:
    assert furnished[0].refused(*words) == code


def test_health_is_3_until_all_is_well(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    assert postroom.ask("health", code=3)["mailboxes"][0]["state"] == "attention"
    sync(postroom)
    assert postroom.ask("health")["mailboxes"][0]["state"] == "healthy"
    postroom.ask("mailboxes", "set", user.name, "--pause")
    assert postroom.ask("health")["mailboxes"][0]["state"] == "paused"
    postroom.ask("mailboxes", "set", user.name, "--resume")
    assert postroom.ask("health", code=3)["mailboxes"][0]["reason"] == "Resumed; not synced since."
    sync(postroom)
    postroom.ask("mailboxes", "set", user.name, "--frequency", "60m")
    assert postroom.ask("health")["mailboxes"][0]["state"] == "healthy"
    dovecot.set_password(user, "changed")
    failed = sync(postroom, code=1)[user.name]
    assert failed["error"]["code"] == "ACCOUNT_SIGN_IN"
    (health,) = postroom.ask("health", code=3)["mailboxes"]
    assert (health["state"], health["code"]) == ("disconnected", "ACCOUNT_SIGN_IN")
    assert health["next_step"]


def test_audit_is_3_when_a_message_has_no_verdict_and_repair_brings_it_in(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver_many(user, [(raw, None) for raw in letters(4)])
    connect(postroom, dovecot, user)
    sync(postroom)
    lose(postroom, uid=3)
    (folder,) = postroom.ask("audit", code=3)["mailboxes"][0]["folders"]
    assert (folder["complete"], folder["missing"]) == (False, {"count": 1, "uids": "3"})
    (folder,) = postroom.ask("audit", "--repair")["mailboxes"][0]["folders"]
    assert (folder["complete"], folder["missing"]["count"]) == (True, 0)
    assert sorted(one["uid"] for one in emails(postroom)) == ["1", "2", "3", "4"]


def lose(postroom: Postroom, *, uid: int) -> None:
    """Take a mail out of the database and leave it covered by the cursor: what must never happen by itself."""
    ((number,),) = peek(postroom, f"SELECT email_id FROM ledger WHERE ref = '{uid}'")
    for table, column in (("ledger", "email_id"), ("outbox", "email_id"), ("decision", "email_id")):
        peek(postroom, f"DELETE FROM {table} WHERE {column} = {number}", writing=True)
    for table in ("email_facts", "email_body"):
        peek(postroom, f"DELETE FROM {table} WHERE email_id = {number}", writing=True)
    peek(postroom, f"DELETE FROM email WHERE id = {number}", writing=True)


def test_a_failed_mailbox_leaves_the_others_alone(postroom: Postroom, dovecot: Dovecot) -> None:
    bad, good = dovecot.new_user(), dovecot.new_user()
    for user in (bad, good):
        connect(postroom, dovecot, user)
        dovecot.deliver(user, letter(user.name))
    dovecot.set_password(bad, "changed")
    result = postroom.quick("sync", "--json")
    assert result.code == 1
    shapes.check(result.json, shapes.RECEIPT)
    receipts = {one["address"]: one for one in result.json["mailboxes"]}
    assert receipts[bad.name]["error"]["code"] == "ACCOUNT_SIGN_IN"
    assert receipts[bad.name]["error"]["message"] in result.stderr
    assert "error" not in receipts[good.name]
    assert figures(receipts[good.name], "stored") == (1,)
    assert [one["mailbox"] for one in emails(postroom)] == [good.name]


# --- customers from a file --------------------------------------------------------------------------------------------


def test_importing_is_all_or_nothing_and_doubles_nothing(postroom: Postroom, tmp_path: Path) -> None:
    table = tmp_path / "c.csv"
    table.write_text(CUSTOMERS + "No Mail,,,,,\nBad Mail,not-an-address,,,,\n")
    preview = postroom.ask("customers", "import", str(table), "--preview")
    assert [row["line"] for row in preview["bad"]] == [4, 5]
    failed = postroom.quick("customers", "import", str(table), "--json")
    assert failed.code == 1
    assert [row["line"] for row in failed.json["bad"]] == [4, 5]
    assert all(row["reason"] for row in failed.json["bad"])
    assert postroom.ask("customers", "list")["items"] == []
    assert postroom.ask("customers", "import", str(table), "--skip-bad")["created"] == 2
    before = postroom.ask("customers", "list")
    again = postroom.ask("customers", "import", str(table), "--skip-bad")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    assert postroom.ask("customers", "list") == before
    ann = next(one for one in before["items"] if one["name"] == "Ann Lee")
    assert ann == {
        "id": ann["id"],
        "name": "Ann Lee",
        "emails": ["ann@acme.example", "ann.lee@acme.example"],
        "company": "Acme Parts",
        "owner": "Sue",
        "tags": ["vip", "north"],
        "phones": [],
    }


def test_columns_can_be_named(postroom: Postroom, tmp_path: Path) -> None:
    table = tmp_path / "c.csv"
    table.write_text("Who,Where,Also\nAnn,a@x.example;b@x.example,c@x.example\n")
    mapping = "name=Who,email=Where,email=Also"
    assert postroom.ask("customers", "import", str(table), "--map", mapping)["created"] == 1
    (ann,) = postroom.ask("customers", "list")["items"]
    assert ann["emails"] == ["a@x.example", "b@x.example", "c@x.example"]


def test_a_document_is_one_line_of_thought(furnished: tuple[Postroom, User]) -> None:
    result = furnished[0].run("emails", "list", "--json")
    assert (result.code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["items"]

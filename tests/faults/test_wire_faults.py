"""A mail server that fails in every way: the others do not notice, nothing is taken in half, one sync mends it all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.demo import fault_actions as do
from desktop.demo.faults import Do, Fault, When, at_greeting, on
from tests.e2e.letters import letter, message_id
from tests.e2e.steps import emails, peek
from tests.faults.scene import HURT, Scene, new_scene

STEPS: dict[str, When] = {
    "greeting": at_greeting(),
    "log-in": on("AUTHENTICATE"),
    "open": on("EXAMINE"),
    "list": on("UID SEARCH"),
    "describe": on("UID FETCH"),
    "fetch": on("UID FETCH", nth=2),
    "log-out": on("LOGOUT"),
}
MENDED_AT_ONCE = {"describe", "fetch", "log-out"}
"""Steps whose failure is made good in the same sync, on a new connection."""

CUTS: dict[str, Do] = {
    "FIN": do.cut(),
    "RST": do.cut(rst=True),
    "FIN in the answer": do.cut_after(5),
    "RST later in the answer": do.cut_after(90, rst=True),
    "BYE": do.bye(),
    "BYE in the answer": do.bye(after=1),
    "silence": do.stall(),
    "silence in the answer": do.stall(after=7),
}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Two mailboxes, never synced."""
    with new_scene(tmp_path) as made:
        yield made


# --- the connection ends ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half", [0, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize("step", STEPS)
def test_the_connection_ends_in_every_way(scene: Scene, step: str, half: int) -> None:
    """Every other cut at each step, the others at the next step; the other half is for the deep run."""
    for number, cut in enumerate(list(CUTS)[(list(STEPS).index(step) + half) % 2 :: 2]):
        scene.account.deliver(letter(f"round-{number}"))
        (fault,) = scene.hurt(Fault(when=STEPS[step], do=CUTS[cut]))
        if "silence" in cut:
            scene.hurry()
        result = scene.postroom.quick("sync", "--json")
        assert fault.fired == 1, cut
        receipt = next(one for one in result.json["mailboxes"] if one["address"] == HURT)
        if step in MENDED_AT_ONCE:
            assert "error" not in receipt, cut
            scene.is_as_on_the_servers()
        elif result.code:
            assert receipt["error"]["code"] in {"SERVER_UNREACHABLE", "SERVER_MISBEHAVES"}, cut
        scene.mends()
    scene.recovers()


@pytest.mark.parametrize("step", [name for name in STEPS if name not in MENDED_AT_ONCE])
def test_the_connection_always_ends(scene: Scene, step: str) -> None:
    scene.hurt(Fault(when=When(STEPS[step].point, STEPS[step].command), do=do.cut_after(5), times=None))
    assert scene.fails()["code"] in {"SERVER_UNREACHABLE", "SERVER_MISBEHAVES"}
    assert scene.health()["state"] == "attention"
    assert scene.health()["retry_at"]
    scene.recovers()
    assert scene.health()["state"] == "healthy"


@pytest.mark.parametrize("after", [5, 70, 600, 5000])
def test_the_connection_ends_whatever_is_fetched(scene: Scene, after: int) -> None:
    for number in range(7, 30):
        scene.account.deliver(letter(number))
    scene.hurt(Fault(when=on("UID FETCH"), do=do.cut_after(after), times=None))
    result = scene.postroom.quick("sync", "--json")
    receipt = next(one for one in result.json["mailboxes"] if one["address"] == HURT)
    assert "error" in receipt or receipt["folders"][0]["missing"], "what did not come is said"
    assert scene.server.command_names().count("AUTHENTICATE") <= 20, "no storm of log-ins"
    scene.recovers()


def test_nothing_listens_any_more(scene: Scene) -> None:
    scene.server.stop()
    assert scene.fails()["code"] == "SERVER_UNREACHABLE"
    scene.server.start()
    scene.recovers()


@pytest.mark.parametrize("failures", [1, 4])
def test_a_failure_is_told_once_and_the_recovery_once(scene: Scene, failures: int) -> None:
    scene.hurt(Fault(when=on("EXAMINE"), do=do.bye(), times=None))
    for _ in range(failures):
        scene.fails()
    told = 1 if failures < 3 else 2  # that it lasts is told too: the mailbox is red from then on
    assert scene.log() == [("error", "SERVER_UNREACHABLE")] * told
    assert scene.health()["state"] == ("attention" if failures < 3 else "disconnected")
    scene.recovers()
    said = [one["what"] for one in scene.postroom.ask("log")["items"]]
    assert len([one for one in said if one.startswith(f"Connected again after {failures} failed tr")]) == 1


# --- what is said is wrong --------------------------------------------------------------------------------------------

FETCHED, LISTED, OPENED = on("UID FETCH", nth=2), on("UID SEARCH"), on("EXAMINE")


def longer(data: bytes) -> bytes:
    """Declare a literal a byte longer than it is."""
    return do.LITERAL.sub(lambda size: b"{%d}" % (int(size[1]) + 1), data, count=1)


WRONG: dict[str, dict[str, tuple[When, Do]]] = {
    "literals": {
        "one byte short": (FETCHED, do.short_literal()),
        "far too short": (FETCHED, do.short_literal(100)),
        "one byte long": (FETCHED, do.edit(longer)),
        "8 GB": (FETCHED, do.long_literal(8_000_000_000)),
        "over the cap": (FETCHED, do.long_literal(65 << 20)),
        "10^20": (FETCHED, do.long_literal(10**20)),
        "negative": (FETCHED, do.long_literal(-5)),
        "no number": (FETCHED, do.long_literal(b"abc")),
        "cut off": (FETCHED, do.cut_after(150)),
    },
    "lines": {
        "without end": (LISTED, do.replace_line(b"* SEARCH " + b"1 " * 1_000_000)),
        "40 MB long": (LISTED, do.replace_line(b"* SEARCH " + b"1 " * 20_000_000 + b"\r\n")),
        "NUL and 8 bit": (on("UID FETCH"), do.replace_line(b"* \0\xff\xfe FETCH (\r\n")),
        "unbalanced brackets": (on("UID FETCH"), do.replace_line(b"* 1 FETCH ((((UID 1\r\n")),
        "nothing but blank ones": (LISTED, do.replace_line(b"\r\n" * 500)),
    },
    "answers": {
        "another tag": (LISTED, do.replace_line(b"ZZ99 OK done\r\n", matching=rb"^P\d+ ")),
        "no tag at all": (LISTED, do.replace_line(b"OK done\r\n", matching=rb"^P\d+ ")),
        "no UIDVALIDITY": (OPENED, do.replace_line(b"* OK fine\r\n", matching=b"UIDVALIDITY")),
        "no EXISTS": (OPENED, do.replace_line(b"* OK fine\r\n", matching=b"EXISTS")),
    },
    "refusals": {
        "NO": (LISTED, do.no("I would rather not.")),
        "BAD": (OPENED, do.bad("What?")),
        "NO to everything": (on(), do.no("Never.")),
        "a web page": (at_greeting(), do.greeting()),
        "garbage": (at_greeting(), do.greeting(b"\x15\x03\x01\x00\x02\x02\x16")),
        "too many connections": (on("AUTHENTICATE"), do.no("[LIMIT] Too many simultaneous connections.")),
    },
}


@pytest.mark.parametrize("kind", WRONG)
def test_answers_that_are_wrong_once_and_always(scene: Scene, kind: str) -> None:
    for number, (case, (when, action)) in enumerate(WRONG[kind].items()):
        scene.hurry()
        scene.account.deliver(letter(f"round-{number}"))
        (fault,) = scene.hurt(Fault(when=when, do=action))
        assert scene.postroom.quick("sync", "--json").code in {0, 1}, case
        assert fault.fired == 1, case
        scene.account.deliver(letter(f"again-{number}"))
        scene.hurt(Fault(when=When(when.point, when.command), do=action, times=None))
        result = scene.postroom.quick("sync", "--json")
        receipt = next(one for one in result.json["mailboxes"] if one["address"] == HURT)
        missing = sum(folder["missing"] for folder in receipt["folders"])
        assert result.code == 1 or missing, f"{case}: what did not come is said"
        assert set(scene.kept()) <= scene.served(), f"{case}: only what the server has is stored"
        scene.mends()
    scene.recovers()


# --- messages that do not come ----------------------------------------------------------------------------------------


def test_a_message_that_is_left_out_is_asked_for_again_and_named(scene: Scene) -> None:
    scene.hurt(Fault(when=on("UID FETCH"), do=do.omit_uids([3]), times=None))
    receipt = scene.sync(code=0)
    (folder,) = receipt["folders"]
    assert (folder["listed"], folder["stored"], folder["missing"]) == (7, 6, 1)
    (named,) = emails(scene.postroom, "--code", "FETCH_RETRYING")
    assert (named["uid"], named["status"], named["folder"]) == ("3", "error", "INBOX")
    assert named["reason"] == "The server said OK but left this message out of its answer."
    assert [one["id"] for one in emails(scene.postroom, "--status", "error")] == [named["id"]]
    assert scene.postroom.ask("emails", "show", named["id"])["code"] == "FETCH_RETRYING"
    assert scene.log() == [("warning", "FETCH_RETRYING")]
    (audited,) = scene.postroom.ask("audit", code=3)["mailboxes"][0]["folders"]
    assert audited["waiting"] == {"count": 1, "uids": "3"}

    scene.recovers()
    assert emails(scene.postroom, "--code", "FETCH_RETRYING") == []
    assert scene.health()["errors"] == 0


def test_a_message_that_never_came_and_then_is_gone(scene: Scene) -> None:
    scene.hurt(Fault(when=on("UID FETCH"), do=do.omit_uids([3]), times=None))
    scene.sync(code=0)
    scene.account.expunge("INBOX", 3)
    scene.recovers()
    assert emails(scene.postroom, "--code", "FETCH_RETRYING") == []
    (named,) = emails(scene.postroom, "--code", "MISSING_ON_SERVER")
    assert named["uid"] == "3"


def test_a_message_that_never_comes_does_not_hold_the_others_up(scene: Scene) -> None:
    scene.hurt(Fault(when=on("UID FETCH"), do=do.omit_uids([3]), times=None))
    for number in range(5):
        scene.account.deliver(letter(f"more-{number}"))
        assert scene.sync(code=0)["folders"][0]["stored"] == (7 if number == 0 else 1)
    asked = [line for _, line in scene.server.commands if b"UID FETCH 3 " in line]
    assert len(asked) <= 6, "given up after three tries"
    assert [one["uid"] for one in emails(scene.postroom, "--code", "FETCH_RETRYING")] == ["3"]
    scene.server.faults.clear()
    scene.postroom.ask("audit", "--repair")
    scene.is_as_on_the_servers()


def test_a_message_that_kills_the_connection_is_set_aside(scene: Scene) -> None:
    scene.hurt(Fault(when=on("UID FETCH", uid=3), do=do.cut_after(500), times=None))
    scene.postroom.quick("sync", "--json")
    stored = {one["message_id"] for one in emails(scene.postroom)}
    assert message_id(6) in stored
    scene.recovers()


def test_what_is_expunged_between_list_and_fetch_is_named(scene: Scene) -> None:
    scene.hurt(Fault(when=on("UID FETCH", nth=2), do=do.expunge_first([2, 5])))
    scene.sync(code=0)
    scene.recovers()
    missing = {one["uid"] for one in emails(scene.postroom, "--code", "MISSING_ON_SERVER")}
    assert missing <= {"2", "5"}
    assert not emails(scene.postroom, "--code", "FETCH_RETRYING")


def test_a_body_that_is_nil_is_not_an_empty_mail(scene: Scene) -> None:
    scene.hurt(Fault(when=on("UID FETCH"), do=do.nil_bodies([4]), times=None))
    scene.sync(code=0)
    assert [one["uid"] for one in emails(scene.postroom, "--code", "FETCH_RETRYING")] == ["4"]
    scene.recovers()


NEWS = (b"* 9 EXISTS", b"* 1 EXPUNGE", b"* 2 FETCH (UID 2 FLAGS (\\Seen))", b"* VANISHED 1:3", b"* X-NEWS from afar")


@pytest.mark.parametrize("before", [0, 2])
def test_news_that_nobody_asked_for(scene: Scene, before: int) -> None:
    for number, news in enumerate(NEWS):
        scene.account.deliver(letter(f"round-{number}"))
        scene.hurt(Fault(when=on("UID FETCH"), do=do.extra_untagged(news + b"\r\n", before=before), times=None))
        scene.postroom.quick("sync", "--json")
        scene.mends()
    scene.recovers()


# --- numbers change ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["EXAMINE", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("silent", [False, True], ids=["session ends", "session goes on"])
def test_the_folder_is_renumbered_in_mid_session(scene: Scene, step: str, *, silent: bool) -> None:
    scene.sync(code=0)
    before = {one["id"]: one["message_id"] for one in emails(scene.postroom)}
    scene.account.deliver(letter("new"))
    folder = "INBOX" if step == "EXAMINE" else None
    scene.hurt(Fault(when=on(step), do=do.uidvalidity_reset(folder, silent=silent and step != "EXAMINE")))
    scene.postroom.quick("sync", "--json")
    scene.recovers()
    after = {one["id"]: one["message_id"] for one in emails(scene.postroom)}
    assert before.items() <= after.items(), "what was known keeps its number"


def test_what_is_renumbered_while_it_is_fetched_is_read_under_its_new_numbers(scene: Scene) -> None:
    scene.sync(code=0)
    (old,) = {epoch for (epoch,) in peek(scene.postroom, OLD_EPOCH)}
    scene.account.expunge("INBOX", 1, 2, 3)
    scene.account.deliver(letter("new"))
    scene.hurt(Fault(when=on("UID FETCH"), do=do.uidvalidity_reset()))
    (folder,) = scene.sync(code=0)["folders"]
    assert (folder["stored"], folder["missing"]) == (1, 0)
    assert peek(scene.postroom, f"SELECT ref FROM ledger WHERE epoch = '{old}' AND CAST(ref AS INTEGER) > 7") == []
    scene.recovers(gone=frozenset(map(message_id, (1, 2, 3))))


OLD_EPOCH = f"SELECT folder.epoch FROM folder JOIN mailbox ON mailbox.id = mailbox_id WHERE address = '{HURT}'"


def test_a_lower_number_appears_later(scene: Scene) -> None:
    scene.account.deliver(letter("fifty-four"), uid=54)
    scene.account.deliver(letter("fifty-six"), uid=56)
    scene.sync(code=0)
    scene.account.deliver(letter("fifty-five"), uid=55)
    scene.recovers()


# --- the account ------------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_tried_once(scene: Scene) -> None:
    scene.account.password = "another"
    error = scene.fails()
    assert (error["code"], error["field"]) == ("ACCOUNT_SIGN_IN", "password")
    assert scene.server.command_names().count("AUTHENTICATE") == 1
    assert scene.health()["retry_at"] is None, "a person is needed, and trying again would lock the account"
    scene.account.password = "secret-4711"
    scene.recovers()


@pytest.mark.parametrize("step", ["AUTHENTICATE", "EXAMINE", "UID FETCH"])
def test_a_server_that_asks_us_to_wait_is_left_alone(scene: Scene, step: str) -> None:
    scene.hurt(Fault(when=on(step), do=do.throttle(299_961), times=None))
    assert scene.fails()["code"] == "ACCOUNT_THROTTLED"
    assert scene.server.command_names().count("AUTHENTICATE") == 1
    wait = datetime.fromisoformat(scene.health()["retry_at"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < wait < timedelta(minutes=6)
    scene.recovers()


def test_a_folder_that_is_gone_does_not_hold_the_others_up(scene: Scene) -> None:
    scene.account.create_folder("Orders")
    scene.account.deliver(letter("order"), "Orders")
    scene.postroom.ask(
        "mailboxes", "set", HURT, "--folder", "Gone", "--folder", "Orders", "--folder", "INBOX", "--no-test"
    )
    receipt = scene.sync(code=1)
    assert receipt["error"]["code"] == "FOLDER_MISSING"
    stored = {folder["name"]: folder["stored"] for folder in receipt["folders"]}
    assert stored == {"Gone": 0, "Orders": 1, "INBOX": 7}
    scene.postroom.ask("mailboxes", "set", HURT, "--folder", "Orders", "--folder", "INBOX")
    scene.recovers()

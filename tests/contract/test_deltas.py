"""What has changed and what is gone, asked for instead of listed (RFC 7162); and servers that answer that oddly."""

from collections.abc import Callable

import pytest

from desktop.domain.errors import Misbehaving, SourceError, Transient
from desktop.domain.refset import RefSet
from desktop.domain.source import Changes, Source
from desktop.providers.imap.deltas import FLAGS_CAP, flags_as_text
from tests.contract.conftest import Fill, Site
from tests.contract.helpers import visit
from tests.contract.scripted import Dialogue, Talk, serving

GONE = b"* VANISHED (EARLIER) 4,41:43\r\n"
MARKED = b"* 1 FETCH (UID 3 FLAGS (\\Seen $Later) MODSEQ (50))\r\n"
LOGGED_IN = b"TAG OK [CAPABILITY IMAP4rev1 ESEARCH ENABLE CONDSTORE QRESYNC] welcome\r\n"
ENABLED = b"* ENABLED QRESYNC\r\nTAG OK on\r\n"


def resyncing(changed: bytes = GONE + MARKED + b"TAG OK done\r\n", *, enabled: bytes = ENABLED) -> Dialogue:
    """A server with QRESYNC that answers the question what has changed so."""
    dialogue = Dialogue(AUTHENTICATE=LOGGED_IN)
    dialogue.answers |= {"ENABLE": enabled, "CHANGED": changed, "FLAGS": MARKED + b"TAG OK done\r\n"}
    return dialogue


def asked(dialogue: Dialogue, times: int = 1) -> tuple[Changes | None, bytes]:
    """What the source makes of it, and what the server heard."""
    found = None
    with serving(dialogue) as server:
        with visit(server) as source:
            source.open_folder("INBOX")
            for _ in range(times):
                found = source.changes(42, 10)
        return found, server.received


def test_changes_and_what_is_gone_come_in_one_answer() -> None:
    found, heard = asked(resyncing())
    assert found == Changes({3: "$Later \\Seen"}, RefSet.of([4]))
    assert heard.index(b"ENABLE QRESYNC\r\n") < heard.index(b"EXAMINE")
    assert b"UID FETCH 1:9 (UID FLAGS) (CHANGEDSINCE 42 VANISHED)\r\n" in heard


@pytest.mark.parametrize(
    "answer",
    [
        b"TAG BAD what is ENABLE\r\n",
        b"TAG NO not today\r\n",
        b"TAG OK nothing to switch on\r\n",
        b"* ENABLED\r\nTAG OK\r\n",
        b"* ENABLED CONDSTORE\r\nTAG OK\r\n",
    ],
)
def test_enable_promised_and_refused(answer: bytes) -> None:
    found, heard = asked(resyncing(MARKED + b"TAG OK done\r\n", enabled=answer))
    assert found == Changes({3: "$Later \\Seen"}, None)
    assert b"VANISHED" not in heard
    assert heard.count(b"ENABLE") == 1


def test_a_log_in_that_ends_over_enable_is_an_error() -> None:
    with pytest.raises(Transient):
        asked(resyncing(enabled=b"* BYE out of memory\r\n"))


@pytest.mark.parametrize("says_no", [b" BAD what is VANISHED\r\n", b" NO cannot\r\n"])
def test_vanished_promised_and_refused(says_no: bytes) -> None:
    def changed(talk: Talk, tag: bytes) -> None:
        last = bytes(talk.received).rsplit(b"\r\n", 2)[-2]
        talk.say(tag + says_no if b"VANISHED" in last else MARKED + tag + b" OK done\r\n")

    dialogue = resyncing()
    dialogue.answers["CHANGED"] = changed
    found, heard = asked(dialogue, times=2)
    assert found == Changes({3: "$Later \\Seen"}, None)
    assert heard.count(b"VANISHED") == 1


def test_a_server_that_tells_no_changes_is_asked_once_in_each_way() -> None:
    found, heard = asked(resyncing(b"TAG BAD syntax\r\n"), times=3)
    assert found is None
    assert heard.count(b"CHANGEDSINCE") == 2


def test_a_server_that_asks_to_wait_is_obeyed() -> None:
    with pytest.raises(SourceError) as caught:
        asked(resyncing(b"TAG NO Request is throttled. Suggested Backoff Time: 2500 milliseconds\r\n"))
    assert isinstance(caught.value, Transient)
    assert caught.value.retry_after_s == 2.5


@pytest.mark.parametrize(
    ("answer", "flags", "gone"),
    [
        (b"", {}, ""),
        (b"* VANISHED (EARLIER) 4\r\n* VANISHED 3\r\n", {}, "3:4"),
        (b"* vanished (earlier) 5:3\r\n", {}, "3:5"),
        (b"* VANISHED (EARLIER) 0,4,4294967295\r\n", {}, "4"),
        (b"* VANISHED (EARLIER) 1:4294967295\r\n", {}, "1:9"),
        (b"* 1 FETCH (FLAGS (\\seen) UID 3)\r\n", {3: "\\Seen"}, ""),
        (b"* 1 FETCH (UID 3 MODSEQ (50) FLAGS (\\Recent))\r\n", {3: ""}, ""),
        (b"* 1 FETCH (UID 3 FLAGS ())\r\n* 1 FETCH (UID 3 FLAGS (\\Deleted))\r\n", {3: "\\Deleted"}, ""),
        (b"* 1 FETCH (UID 3 MODSEQ (50))\r\n* 2 FETCH (FLAGS (\\Seen))\r\n", {}, ""),
        (b"* 9 FETCH (UID 12 FLAGS (\\Seen))\r\n* 9 FETCH (UID 0 FLAGS ())\r\n", {}, ""),
        (b"* 1 FETCH (UID 3 FLAGS NIL)\r\n", {}, ""),
        (b"* 1 EXPUNGE\r\n* 8 EXISTS\r\n", {}, ""),
    ],
)
def test_shapes_of_an_answer_about_changes(answer: bytes, flags: dict[int, str], gone: str) -> None:
    found, _ = asked(resyncing(answer + b"TAG OK done\r\n"))
    assert found == Changes(flags, RefSet.parse(gone))


@pytest.mark.parametrize(
    "answer",
    [
        b"* VANISHED (EARLIER) 4,\r\n",
        b"* VANISHED (EARLIER) all\r\n",
        b"* VANISHED\r\n",
        b"* VANISHED (EARLIER) 4:99999999999\r\n",
        b"* 1 FETCH (UID 3 FLAGS (\\Seen\r\n",
    ],
)
def test_an_answer_about_changes_that_cannot_be_read_is_misbehaviour(answer: bytes) -> None:
    with pytest.raises(Misbehaving):
        asked(resyncing(answer + b"TAG OK done\r\n"))


def test_nothing_is_asked_where_nothing_can_have_changed() -> None:
    with serving(resyncing()) as server, visit(server) as source:
        source.open_folder("INBOX")
        assert source.changes(0, 10) is None
        assert source.changes(42, 1) is None
        assert not source.flags(RefSet())
        assert b"UID FETCH" not in server.received


def test_flags_are_bounded_and_plain() -> None:
    odd = [b"\\Recent", b"\\FLAGGED", b"x" * 65, b"caf\xc3\xa9", b"a b", 7, *[b"k%02d" % n for n in range(80)]]
    words = flags_as_text(odd).split(" ")
    assert words[:3] == ["7", "\\Flagged", "k00"]
    assert len(words) == FLAGS_CAP


def test_a_real_change_is_told(site: Site, source: Source, fill: Fill) -> None:
    fill(5)
    before = source.open_folder("INBOX")
    assert source.flags(RefSet.parse("2:3")) == {2: "", 3: ""}
    site.mailbox.set_flags("INBOX", 2, "\\Seen", "$Later")
    site.mailbox.expunge("INBOX", 4)
    now = source.open_folder("INBOX")
    assert before.highest_modseq is not None
    assert now.highest_modseq is not None
    found = source.changes(before.highest_modseq, before.uid_next or 0)
    assert found == Changes({2: "$Later \\Seen"}, RefSet.of([4]))
    assert source.flags(RefSet.parse("1:9")) == {1: "", 2: "$Later \\Seen", 3: "", 5: ""}


Ask = Callable[[Source], object]


@pytest.mark.parametrize("ask", [lambda one: one.changes(1, 9), lambda one: one.flags(RefSet.of([1]))])
def test_what_is_gone_in_mid_session_does_no_harm(site: Site, source: Source, fill: Fill, ask: Ask) -> None:
    fill(4)
    source.open_folder("INBOX")
    site.mailbox.expunge("INBOX", 1, 2)
    ask(source)
    assert source.open_folder("INBOX").exists == 2
    assert str(source.list_refs()) == "3:4"

"""A server that cuts, stalls and lies about sizes: never a cut mail, never a hang, always one of our errors."""

import socket
import time
from dataclasses import replace

import pytest

from desktop.domain.errors import Misbehaving, SourceError, Stopped, Transient
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.providers.channel import Timeouts
from tests.contract.helpers import SHORT, STEPS, take_all, visit, whole
from tests.contract.scripted import MAILS, Dialogue, Gone, ScriptedServer, Talk, serving


def told_true(mails: list[RawMail]) -> bool:
    """Whether every mail handed over is what the server has."""
    return all(mail.content == MAILS[int(mail.ref)] for mail in mails)


def test_a_conversation_by_the_book() -> None:
    mails, error = whole(Dialogue())
    assert error is None
    assert {int(mail.ref): mail.content for mail in mails} == MAILS


# --- cuts and stalls --------------------------------------------------------------------------------------------------


def cut_at(limit: int, manner: str, timeouts: Timeouts = SHORT) -> tuple[list[RawMail], SourceError | None, bool]:
    """One visit of which the server ends after *limit* bytes; the last value tells whether it came that far."""
    mails: list[RawMail] = []
    dialogue = Dialogue()
    reached = []

    def play(talk: Talk) -> None:
        ends = {"FIN": talk.hang_up, "RST": talk.reset, "stall": talk.stall}

        def end() -> None:
            reached.append(True)
            ends[manner]()

        talk.left_to_say, talk.at_the_limit = limit, end
        dialogue.play(talk)

    with ScriptedServer(play) as server:
        try:
            with visit(server, timeouts=timeouts) as source:
                take_all(source, mails)
        except SourceError as error:
            return mails, error, bool(reached)
    return mails, None, bool(reached)


def sweep(manner: str, step: int, timeouts: Timeouts = SHORT) -> int:
    """Cut at every *step*-th byte; returns how many cuts there were."""
    for cuts, limit in enumerate(range(1, 10_000, step)):
        mails, error, reached = cut_at(limit, manner, timeouts)
        assert told_true(mails), f"a cut mail after {limit} bytes"
        if not reached:
            assert error is None
            return cuts
        complete = len(mails) == len(MAILS)  # cut in the farewell, or in what follows the last mail
        assert isinstance(error, Transient) or complete, f"after {limit} bytes: {error!r}"
    raise AssertionError("the conversation never ended")


@pytest.mark.parametrize("manner", ["FIN", "RST"])
def test_cut_anywhere(manner: str) -> None:
    assert sweep(manner, step=7) > 100


@pytest.mark.deep
@pytest.mark.parametrize("manner", ["FIN", "RST"])
def test_cut_at_every_byte(manner: str) -> None:
    assert sweep(manner, step=1) > 900


def test_stall_anywhere() -> None:
    quick = Timeouts(connect_s=0.05, silence_s=0.05, progress_window_s=1, farewell_s=0.05)
    assert sweep("stall", step=41, timeouts=quick) > 20


def test_one_byte_at_a_time_inside_a_mail_is_given_up() -> None:
    def loris(talk: Talk, tag: bytes) -> None:
        talk.say(b"* 1 FETCH (UID 3 BODY[] {20000}\r\n")
        talk.drip(b"x" * 20000, every_s=0.01)

    started = time.monotonic()
    mails, error = whole(Dialogue().set("BODY", loris))
    assert isinstance(error, Misbehaving)
    assert not mails
    assert time.monotonic() - started < 3


def test_slow_but_steady_is_waited_for() -> None:
    def steady(talk: Talk, tag: bytes) -> None:
        talk.say(b"* 1 FETCH (UID 3 BODY[] {%d}\r\n" % len(MAILS[3]))
        for byte in MAILS[3]:
            talk.drip(bytes([byte]), every_s=0.02)
        talk.say(b")\r\n" + tag + b" OK done\r\n")

    patient = Timeouts(connect_s=1, silence_s=1, progress_window_s=0.1, progress_bytes=1)
    mails, error = whole(Dialogue({3: MAILS[3]}).set("BODY", steady), patient)
    assert error is None
    assert told_true(mails)
    assert len(mails) == 1


def test_endless_reassurance_is_given_up() -> None:
    def chatter(talk: Talk, tag: bytes) -> None:
        while True:
            talk.drip(b"\n", every_s=0.02)
            talk.say(b"* OK still here\r\n")

    _, error = whole(Dialogue().set("UID SEARCH", chatter), replace(SHORT, patience_s=0.4))
    assert isinstance(error, Misbehaving)


def test_a_connection_that_is_never_accepted() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        crowd = [socket.socket() for _ in range(8)]
        try:
            for one in crowd:
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))

            class Full:
                host = "127.0.0.1"

                def __init__(self) -> None:
                    self.port = port

            started = time.monotonic()
            with pytest.raises(Transient) as caught:
                visit(Full())
            assert caught.value.code is ReasonCode.SERVER_UNREACHABLE
            assert time.monotonic() - started < 3
        finally:
            for one in crowd:
                one.close()


# --- BYE --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("then", ["closes", "stays", "answers"])
def test_bye_at_any_step(step: str, then: str) -> None:
    def bye(talk: Talk, tag: bytes) -> None:
        talk.say(b"* BYE going down\r\n")
        if then == "answers":
            talk.say(tag + b" OK done\r\n")
        talk.stall() if then == "stays" else talk.hang_up()

    started = time.monotonic()
    mails, error = whole(Dialogue().set(step, bye))
    assert isinstance(error, Transient)
    assert not isinstance(error, Misbehaving)
    assert "going down" in str(error)
    assert not mails
    assert time.monotonic() - started < 2


def test_bye_as_greeting() -> None:
    _, error = whole(Dialogue(greeting=b"* BYE Too many connections from your network\r\n"))
    assert isinstance(error, Transient)
    assert error.code is ReasonCode.ACCOUNT_THROTTLED


def test_bye_between_two_mails_hands_over_what_was_whole_before() -> None:
    body = b"* 1 FETCH (UID 3 BODY[] {%d}\r\n%s)\r\n" % (len(MAILS[3]), MAILS[3])
    mails, error = whole(Dialogue(BODY=body + b"* BYE Session invalidated - AccessTokenExpired\r\n"))
    assert isinstance(error, Transient)
    assert [mail.content for mail in mails] in ([], [MAILS[3]])


# --- blocks that lie --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size",
    [b"8000000000", b"100000000000000000000", b"67108865", b"-5", b"abc", b"", b"1_0", b"1 0", b"0x10", b"9" * 5000],
)
def test_a_block_with_an_impossible_size(size: bytes) -> None:
    started = time.monotonic()
    mails, error = whole(Dialogue(BODY=b"* 1 FETCH (UID 3 BODY[] {" + size + b"}\r\nTAG OK done\r\n"))
    assert isinstance(error, Misbehaving)
    assert not mails
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("short_by", [1, 2, 3, 5, 10, 24])
def test_a_block_announced_too_short_is_never_taken(short_by: int) -> None:
    raw = MAILS[3]
    body = b"* 1 FETCH (UID 3 BODY[] {%d}\r\n%s)\r\nTAG OK done\r\n" % (len(raw) - short_by, raw)
    mails, error = whole(Dialogue({3: raw}, BODY=body))
    assert isinstance(error, Misbehaving)
    assert not mails


def test_a_block_cut_where_the_mail_itself_looks_like_an_end() -> None:
    raw = b"Subject: x\r\n\r\nlook:)\r\nmore text\r\n"
    at = raw.index(b")\r\n")
    body = b"* 1 FETCH (UID 3 BODY[] {%d}\r\n%s)\r\nTAG OK done\r\n" % (at, raw)
    mails, error = whole(Dialogue({3: raw}, BODY=body))
    assert isinstance(error, Misbehaving)
    assert not mails


@pytest.mark.parametrize("long_by", [1, 2, 3, 12, 1000])
def test_a_block_announced_too_long_is_never_taken(long_by: int) -> None:
    raw = MAILS[3]
    body = b"* 1 FETCH (UID 3 BODY[] {%d}\r\n%s)\r\nTAG OK done\r\n" % (len(raw) + long_by, raw)
    mails, error = whole(Dialogue({3: raw}, BODY=body))
    assert isinstance(error, Transient)
    assert not mails


def test_a_wrong_rfc822_size_is_only_a_hint() -> None:
    wrong = b'* 1 FETCH (UID 3 INTERNALDATE "01-Mar-2026 10:00:00 +0100" RFC822.SIZE 99999)\r\nTAG OK done\r\n'
    mails, error = whole(Dialogue({3: MAILS[3]}, DESCRIBE=wrong))
    assert error is None
    assert [(mail.size_bytes, mail.content) for mail in mails] == [(99999, MAILS[3])]


# --- too much ---------------------------------------------------------------------------------------------------------


def endless(piece: bytes) -> Dialogue:
    """A dialogue whose EXAMINE answer never ends."""

    def flood(talk: Talk, tag: bytes) -> None:
        while True:
            talk.say(piece)

    return Dialogue().set("EXAMINE", flood)


@pytest.mark.parametrize(
    "piece",
    [
        b"x" * 65536,
        b"* FLAGS (" + b"flag " * 20_000,
        b"\r\n" * 1000,
        b"* 3 EXISTS\r\n" * 5000,
        b"* LIST {0}\r\n" + b"{0}\r\n" * 5000,
    ],
    ids=["line", "flags", "blanks", "lines", "blocks"],
)
def test_endless_answers_are_cut_off(piece: bytes) -> None:
    _, error = whole(endless(piece))
    assert isinstance(error, Misbehaving)
    assert error.code is ReasonCode.SERVER_MISBEHAVES


# --- answers out of place ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        b"ZZ9 OK done\r\n",
        b"TAG MAYBE done\r\n",
        b"TAG\r\n",
        b"garbage\r\n",
        b"+ go on\r\n",
        b"\x00\x01\x02\r\n",
        b"TAGOK done\r\n",
        b"<html><body>Sign in to the network</body></html>\r\n",
    ],
)
@pytest.mark.parametrize("step", STEPS)
def test_an_answer_that_cannot_be_right(answer: bytes, step: str) -> None:
    mails, error = whole(Dialogue().set(step, answer))
    assert isinstance(error, Misbehaving)
    assert not mails


@pytest.mark.parametrize("ok", [b"TAG OK\r\n", b"TAG ok done\r\n", b"\r\n\r\nTAG OK done\r\n", b"TAG OK done\n"])
def test_sloppy_but_clear_answers_are_understood(ok: bytes) -> None:
    mails, error = whole(Dialogue(BODY=Dialogue().answers["BODY"].replace(b"TAG OK done\r\n", ok)))  # type: ignore[union-attr]
    assert error is None
    assert len(mails) == len(MAILS)


# --- stopping ---------------------------------------------------------------------------------------------------------


def test_a_fetch_left_half_way_leaves_a_connection_that_goes_on() -> None:
    with serving(Dialogue()) as server, visit(server) as source:
        source.open_folder("INBOX")
        next(source.fetch(source.describe(source.list_refs())))
        assert source.open_folder("INBOX").exists == len(MAILS)


def test_a_fetch_does_not_go_on_in_another_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.providers.imap.source.FETCH_AT_ONCE", 50)
    many = {uid: b"Subject: %d\r\n\r\n" % uid for uid in range(1, 121)}
    with serving(Dialogue(many)) as server, visit(server) as source:
        source.open_folder("INBOX")
        fetching = source.fetch(source.describe(source.list_refs()))
        next(fetching)
        source.open_folder("Sent Items")
        with pytest.raises(Transient):
            list(fetching)
        assert server.received.count(b"BODY.PEEK[]") == 1


@pytest.mark.parametrize("manner", ["FIN", "RST"])
def test_what_came_whole_before_a_cut_is_handed_over(manner: str) -> None:
    many = {uid: b"Subject: %d\r\n\r\n" % uid for uid in range(1, 121)}

    def some(talk: Talk, tag: bytes) -> None:
        for uid in range(1, 115):
            talk.say(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(many[uid]), many[uid]))
        talk.reset() if manner == "RST" else talk.hang_up()
        raise Gone

    mails, error = whole(Dialogue(many).set("BODY", some))
    assert isinstance(error, Transient)
    arrived = {int(mail.ref): mail.content for mail in mails}
    assert arrived.items() <= many.items()
    if manner == "FIN":  # a reset may take back what was on its way
        assert set(arrived) == set(range(1, 114)), "all but the last, of which nothing shows that it was whole"


def test_stopped_is_no_trouble() -> None:
    assert not issubclass(Stopped, Transient)

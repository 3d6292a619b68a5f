"""The shapes in which servers answer: all that are clear are understood, all others are an error and never a mail."""

import time

import pytest

from desktop.domain.errors import Misbehaving, Misconfigured, Transient
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from tests.contract.helpers import STEPS, visit, whole
from tests.contract.scripted import MAILS, Dialogue, Talk, serving

NOISE = (
    b"* 5 EXISTS\r\n* 1 EXPUNGE\r\n* VANISHED (EARLIER) 41,43\r\n* 2 FETCH (FLAGS (\\Seen))\r\n"
    b"* 2 FETCH (FLAGS (UID 3) UID 4)\r\n"
    b'* OK still here {3}\r\n* XYZZY (a b) "c" {2}\r\nhi\r\n* NO quota nearly full\r\n* 0 RECENT\r\n* FLAGS ()\r\n'
)


@pytest.mark.parametrize("step", STEPS)
def test_unsolicited_answers_do_no_harm(step: str) -> None:
    usual = Dialogue().answers[step]
    assert isinstance(usual, bytes)
    head, _, tail = usual.rpartition(b"TAG OK")
    if step == "BODY":
        noisy = b"".join(NOISE + b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (u, len(m), m) for u, m in MAILS.items())
    else:
        noisy = NOISE + head.replace(b")\r\n* ", b")\r\n" + NOISE + b"* ")
    mails, error = whole(Dialogue().set(step, noisy + NOISE + b"TAG OK" + tail))
    assert error is None
    assert {int(mail.ref): mail.content for mail in mails} == MAILS


def bodies(*lines: bytes) -> Dialogue:
    return Dialogue({3: MAILS[3]}, BODY=b"".join(lines) + b"TAG OK done\r\n")


ONE = b"{%d}\r\n%s" % (len(MAILS[3]), MAILS[3])


@pytest.mark.parametrize(
    "line",
    [
        b"* 1 FETCH (UID 3 BODY[] " + ONE + b")\r\n",
        b"* 1 FETCH (BODY[] " + ONE + b" UID 3)\r\n",
        b"* 1 fetch (uid 3 body[] " + ONE + b")\r\n",
        b"* 1 FETCH (FLAGS (\\Seen NIL) UID 3 MODSEQ (5) BODY[] " + ONE + b" X-OTHER NIL)\r\n",
        b"* 1 FETCH ( UID 3 BODY[] " + ONE + b" )\r\n",
        b"* 1 FETCH (UID 3 BODY[] ~" + ONE + b")\r\n",
        b"* 3 FETCH (BODY[] {5}\r\nother)\r\n* 1 FETCH (UID 3 BODY[] " + ONE + b")\r\n",
        b'* 1 FETCH (UID 3 BODY[] "Subject: one")\r\n',
        b"* 8 EXISTS\r\n* 1 FETCH (FLAGS () UID 3)\r\n* 1 FETCH (UID 3 BODY[] " + ONE + b")\r\n* 2 EXPUNGE\r\n",
    ],
)
def test_shapes_of_an_answer_with_a_mail(line: bytes) -> None:
    mails, error = whole(bodies(line))
    assert error is None
    assert [mail.content for mail in mails] in ([MAILS[3]], [b"Subject: one"])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"* 1 EXPUNGE\r\n",
        b"* 1 FETCH (UID 3 BODY[] NIL)\r\n",
        b'* 1 FETCH (UID 3 BODY[] "")\r\n',
        b"* 1 FETCH (UID 3 BODY[] {0}\r\n)\r\n",
        b"* 1 FETCH (BODY[] " + ONE + b")\r\n",
        b"* 1 FETCH (UID 5 BODY[] " + ONE + b")\r\n",
        b"* 1 FETCH (UID 0 BODY[] " + ONE + b")\r\n",
        b"* 1 FETCH (UID 4294967299 BODY[] " + ONE + b")\r\n",
        b"* 1 FETCH (UID 3 BODY[HEADER.FIELDS (X)] " + ONE + b")\r\n",
        b"* 1 FETCH (UID 3 FLAGS ())\r\n",
    ],
)
def test_silence_is_no_mail(line: bytes) -> None:
    mails, error = whole(bodies(line))
    assert error is None
    assert mails == []


def test_a_mail_sent_twice_is_handed_over_once() -> None:
    line = b"* 1 FETCH (UID 3 BODY[] " + ONE + b")\r\n"
    mails, error = whole(bodies(line, line))
    assert error is None
    assert len(mails) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"* 1 FETCH (UID 3 BODY[] " + ONE + b"\r\n",
        b"* 1 FETCH (UID x BODY[] " + ONE + b")\r\n",
        b"* 1 FETCH (UID 3 BODY[] " + ONE + b"))\r\n",
        b"* 1 FETCH (UID 3 BODY[]" + ONE + b")\r\n",
        b"* 1 FETCH (UID 3 BODY[] X" + ONE + b")\r\n",
        b"* 1 FETCH (UID 3 BODY[] " + ONE + b"garbage)\r\n",
        b"* 1 FETCH (UID 3 BODY[] " + ONE + b")garbage\r\n",
        b'* 1 FETCH (UID 3 BODY[] "open)\r\n',
        b"* 1 FETCH (UID 3 BODY[]\r\n",
        b"* 1 FETCH (" + b"(" * 100_000 + b"\r\n",
        b"* 1 FETCH (UID 3 BODY[] " + b"(" * 50 + b")" * 50 + b")\r\n",
    ],
)
def test_an_answer_with_a_mail_that_cannot_be_read(line: bytes) -> None:
    mails, error = whole(bodies(line))
    assert isinstance(error, Misbehaving)
    assert not mails


def test_expunge_issued_is_not_an_error() -> None:
    line = b"* 1 FETCH (UID 3 BODY[] " + ONE + b")\r\n"
    mails, error = whole(Dialogue(BODY=line + b"TAG NO [EXPUNGEISSUED] Some messages could not be fetched\r\n"))
    assert error is None
    assert [mail.content for mail in mails] == [MAILS[3]]


def test_a_refused_fetch_is_misbehaviour() -> None:
    mails, error = whole(Dialogue(BODY=b"TAG NO cannot fetch that\r\n"))
    assert isinstance(error, Misbehaving)
    assert not mails


@pytest.mark.parametrize(
    ("capability", "item", "told", "expected"),
    [
        (b"X-GM-EXT-1", b"X-GM-MSGID", b"X-GM-MSGID 1278455344230334865", "1278455344230334865"),
        (b"OBJECTID", b"EMAILID", b"EMAILID (M6d99ac3275bb4e)", "M6d99ac3275bb4e"),
    ],
)
def test_the_servers_own_stable_id(capability: bytes, item: bytes, told: bytes, expected: str) -> None:
    line = b'* 1 FETCH (UID 3 INTERNALDATE "01-Mar-2026 10:00:00 +0100" RFC822.SIZE 23 ' + told + b")\r\n"
    login = b"TAG OK [CAPABILITY IMAP4rev1 ESEARCH " + capability + b"] welcome\r\n"
    with serving(Dialogue({3: MAILS[3]}, AUTHENTICATE=login, DESCRIBE=line + b"TAG OK done\r\n")) as server:
        with visit(server) as source:
            source.open_folder("INBOX")
            (mail,) = source.fetch(source.describe(source.list_refs()))
        assert b"RFC822.SIZE " + item in server.received
    assert mail.provider_id == expected


# --- opening and listing ----------------------------------------------------------------------------------------------


def examined(*lines: bytes) -> Dialogue:
    return Dialogue(EXAMINE=b"".join(b"* " + line + b"\r\n" for line in lines) + b"TAG OK done\r\n")


def test_numbers_a_server_does_not_give() -> None:
    with (
        serving(examined(b"3 EXISTS", b"OK [UIDVALIDITY 7] ok", b"OK [HIGHESTMODSEQ 0] none")) as server,
        visit(server) as source,
    ):
        status = source.open_folder("INBOX")
    assert (status.epoch, status.exists, status.uid_next, status.highest_modseq) == ("7", 3, None, None)


@pytest.mark.parametrize(
    "lines", [(b"3 EXISTS",), (b"OK [UIDVALIDITY 7] ok",), (b"3 EXISTS", b"OK [UIDVALIDITY x] ok"), ()]
)
def test_a_folder_without_what_is_needed(lines: tuple[bytes, ...]) -> None:
    _, error = whole(examined(*lines))
    assert isinstance(error, Misbehaving)


def test_condstore_promised_and_refused() -> None:
    def examine(talk: Talk, tag: bytes) -> None:
        last = bytes(talk.received).rsplit(b"\r\n", 2)[-2]
        usual = Dialogue().answers["EXAMINE"]
        assert isinstance(usual, bytes)
        talk.say(tag + b" BAD what is CONDSTORE\r\n" if b"CONDSTORE" in last else usual.replace(b"TAG", tag))

    mails, error = whole(Dialogue().set("EXAMINE", examine))
    assert error is None
    assert len(mails) == len(MAILS)


def test_esearch_promised_and_refused() -> None:
    def search(talk: Talk, tag: bytes) -> None:
        last = bytes(talk.received).rsplit(b"\r\n", 2)[-2]
        talk.say(tag + b" BAD what is RETURN\r\n" if b"RETURN" in last else b"* SEARCH 3 4 9\r\n" + tag + b" OK\r\n")

    with serving(Dialogue().set("UID SEARCH", search)) as server, visit(server) as source:
        source.open_folder("INBOX")
        for _ in range(2):
            assert str(source.list_refs()) == "3:4,9"
        assert server.received.count(b"RETURN") == 1


def test_a_folder_that_is_not_there() -> None:
    refusing = Dialogue(EXAMINE=b"TAG NO [NONEXISTENT] Mailbox doesn't exist: Gone\r\n")
    with serving(refusing) as server, visit(server) as source:
        with pytest.raises(Misconfigured) as caught:
            source.open_folder("Gone")
        assert len(source.folders()) == 2  # the connection goes on
    assert caught.value.code is ReasonCode.FOLDER_MISSING
    assert caught.value.field == "folder"
    assert '"Gone"' in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"TAG NO [UNAVAILABLE] backend down\r\n",
        b"TAG NO [INUSE] locked\r\n",
        b"TAG NO Request is throttled. Suggested Backoff Time: 2500 milliseconds\r\n",
    ],
)
def test_a_folder_that_is_busy_is_not_missing(answer: bytes) -> None:
    _, error = whole(Dialogue(EXAMINE=answer))
    assert isinstance(error, Transient)
    assert not isinstance(error, Misbehaving)


@pytest.mark.parametrize("where", ["UID SEARCH", "DESCRIBE", "BODY"])
def test_new_numbers_in_mid_session(where: str) -> None:
    usual = Dialogue().answers[where]
    assert isinstance(usual, bytes)
    mails, error = whole(Dialogue().set(where, b"* OK [UIDVALIDITY 8] new\r\n" + usual))
    assert isinstance(error, Transient)
    assert not mails


def test_new_numbers_when_opened_again() -> None:
    dialogue = Dialogue()
    with serving(dialogue) as server, visit(server) as source:
        source.open_folder("INBOX")
        usual = dialogue.answers["EXAMINE"]
        assert isinstance(usual, bytes)
        dialogue.set("EXAMINE", usual.replace(b"UIDVALIDITY 7", b"UIDVALIDITY 8"))
        with pytest.raises(Transient):
            source.open_folder("INBOX")


def listed(answer: bytes, first: int = 1, capabilities: bytes = b"ESEARCH") -> RefSet:
    login = b"TAG OK [CAPABILITY IMAP4rev1 " + capabilities + b"] welcome\r\n"
    dialogue = Dialogue(AUTHENTICATE=login).set("UID SEARCH", answer)
    with serving(dialogue) as server, visit(server) as source:
        source.open_folder("INBOX")
        return source.list_refs(first=first)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b'* ESEARCH (TAG "TAG") UID ALL 3:4,9\r\n', "3:4,9"),
        (b'* ESEARCH (TAG "TAG") UID COUNT 3 ALL 9,3:4 MODSEQ 5\r\n', "3:4,9"),
        (b'* ESEARCH (TAG "TAG") UID ALL 4:3,9\r\n', "3:4,9"),
        (b'* ESEARCH (TAG "TAG") UID\r\n', ""),
        (b"* SEARCH 3 4 9\r\n", "3:4,9"),
        (b"* SEARCH 9 3 4 3 (MODSEQ 917162500)\r\n", "3:4,9"),
        (b"* SEARCH 3 4\r\n* SEARCH 9\r\n", "3:4,9"),
        (b"* search 3  4 9 \r\n", "3:4,9"),
        (b"* SEARCH\r\n", ""),
        (b"* SEARCH 0 3 4 9\r\n", "3:4,9"),
        (b'* ESEARCH (TAG "TAG") UID ALL 0,3:4,9\r\n', "3:4,9"),
        (b"* SEARCH 3 4294967295\r\n", "3,4294967295"),
    ],
)
def test_shapes_of_a_search_answer(answer: bytes, expected: str) -> None:
    assert str(listed(answer + b"TAG OK done\r\n")) == expected
    assert str(listed(answer + b"TAG OK done\r\n", capabilities=b"X")) == expected


@pytest.mark.parametrize(
    "answer",
    [
        b"* SEARCH 3 4294967296\r\n",
        b"* SEARCH 3 four\r\n",
        b"* SEARCH 1_0\r\n",
        b"* SEARCH -3\r\n",
        b'* ESEARCH (TAG "TAG") UID ALL 1:4294967295\r\n',
        b'* ESEARCH (TAG "TAG") UID ALL 3:4294967296\r\n',
        b'* ESEARCH (TAG "TAG") UID ALL ,,:\r\n',
        b"",
    ],
)
def test_a_search_answer_that_cannot_be_right(answer: bytes) -> None:
    with pytest.raises(Misbehaving):
        listed(answer + b"TAG OK done\r\n")


def test_the_last_message_is_named_even_when_it_lies_below() -> None:
    assert not listed(b"* SEARCH 9\r\nTAG OK done\r\n", first=10)


def test_two_hundred_thousand_numbers_on_one_line() -> None:
    numbers = b" ".join(b"%d" % number for number in range(1000, 401_000, 2))
    login = b"TAG OK [CAPABILITY IMAP4rev1] welcome\r\n"
    dialogue = examined(b"200000 EXISTS", b"OK [UIDVALIDITY 7] ok").set("AUTHENTICATE", login)
    dialogue.set("UID SEARCH", b"* SEARCH " + numbers + b"\r\nTAG OK done\r\n")
    with serving(dialogue) as server, visit(server) as source:
        source.open_folder("INBOX")
        assert len(source.list_refs()) == 200_000


@pytest.mark.parametrize(
    "date",
    [
        b'"yesterday"',
        b"NIL",
        b'"99-Mar-2026 10:00:00 +0100"',
        b'"01-Mar-2026 10:00:00 +9999"',
        b'"00-000-0000 00:00:00 +0000"',
    ],
)
def test_a_receive_time_that_cannot_be_read_is_now(date: bytes) -> None:
    line = b"* 1 FETCH (UID 3 INTERNALDATE " + date + b" RFC822.SIZE 25)\r\nTAG OK done\r\n"
    before = time.time()
    mails, error = whole(Dialogue({3: MAILS[3]}, DESCRIBE=line))
    assert error is None
    assert before - 1 <= mails[0].received_at.timestamp() <= time.time() + 1


def test_a_receive_time_in_a_zone_beyond_all_reason_is_misbehaviour() -> None:
    zone = b"9" * 30
    line = b'* 1 FETCH (UID 3 INTERNALDATE "01-Mar-2026 10:00:00 +' + zone + b'" RFC822.SIZE 25)\r\nTAG OK done\r\n'
    mails, error = whole(Dialogue({3: MAILS[3]}, DESCRIBE=line))
    assert isinstance(error, Misbehaving)
    assert not mails

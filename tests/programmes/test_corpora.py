"""R6: the mail of other projects' tests and its mutants: every one is read, stored and decided, and read as others do.

The oddities kept here, generators of hostile mail and their mutants are in tests/unit/parsing and run every time.
"""

import email
import email.policy
import random
import re
import time
from collections.abc import Callable
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

import pytest

from desktop.domain.mail import ParsedMail
from tests.model import invariants
from tests.model.letters import Kind, Letter
from tests.programmes.corpora import Found, fetch, missing_reason
from tests.programmes.stage import Stage
from tests.unit.parsing.golden import read_bytes
from tests.unit.parsing.test_properties import check, mutants

pytestmark = [pytest.mark.deep, pytest.mark.timeout(3600)]

MUTANTS = 20
SLOWEST_S = 2.0
LEAST_EQUAL = {"subject": 0.99, "sender": 0.99, "attachments": 0.98, "text": 0.98}
"""How often another reader has to say the same. It is not always right; who is, is looked at by hand."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Found]:
    """All messages that could be had."""
    if reason := missing_reason():
        pytest.skip(reason)
    found = fetch(tmp_path_factory.mktemp("corpora"))
    if not found:
        pytest.skip("none of the source packages with mail could be fetched")
    return found


def test_each_is_read_and_so_are_its_mutants(corpus: list[Found]) -> None:
    assert len(corpus) > 300
    for found in corpus:
        for content in (found.content, *mutants(found.content, random.Random(found.name), MUTANTS)):
            begun = time.process_time()
            check(content)
            assert time.process_time() - begun < SLOWEST_S, found.name


def test_each_is_stored_with_a_verdict(corpus: list[Found]) -> None:
    stage = Stage()
    try:
        for number, found in enumerate(corpus, 1):
            content = b"X-Number: serial %d.\r\n" % number + found.content.removeprefix(b"\n")
            letter = Letter(number, content, stage.world.clock.now(), None, "", Kind.PLAIN)
            stage.letters[number] = letter
            stage.folder(number % 3).add(letter)
        stage.sync()
        assert stage.settle() == []
        stored = stage.look()
        assert list(invariants.always(stored, stage.world.server)) == []
        assert len(stored.emails) == len(corpus)
        assert all(row["code"] for row in stored.emails.values())
    finally:
        stage.world.close()


def test_most_are_read_as_others_read_them(corpus: list[Found]) -> None:
    counted = {name: [0, 0] for name in LEAST_EQUAL}
    for found in corpus:
        ours = read_bytes(found.content)
        theirs = email.message_from_bytes(found.content, policy=email.policy.compat32)
        for name, compare in COMPARED.items():
            try:
                is_equal = compare(ours, theirs)
            except (ValueError, LookupError, TypeError, AttributeError):
                continue  # theirs cannot say
            if is_equal is not None:
                counted[name][0] += is_equal
                counted[name][1] += 1
    shares = {name: equal / total for name, (equal, total) in counted.items()}
    assert {name: share for name, share in shares.items() if share < LEAST_EQUAL[name]} == {}, shares


def squeezed(text: str) -> str:
    """Text without what two readers may well show differently: blanks, and signs that stand for what is no text."""
    return re.sub(r"[\s\u200b\ufeff\ufffd]+", "", text)


def equal_subject(ours: ParsedMail, theirs: Message) -> bool | None:
    """Whether the subject is the same."""
    if theirs["Subject"] is None:
        return None
    return squeezed(str(make_header(decode_header(theirs["Subject"])))) == squeezed(ours.subject)


def equal_sender(ours: ParsedMail, theirs: Message) -> bool | None:
    """Whether the one sender's address is the same; where we have doubts, nothing is compared."""
    if ours.sender is None:
        return None
    return [address.lower() for _, address in getaddresses([str(theirs["From"])])] == [ours.sender.address.lower()]


def equal_attachments(ours: ParsedMail, theirs: Message) -> bool | None:
    """Whether those that have a name are the same number."""
    named = [part for part in theirs.walk() if part.get_filename() and not part.is_multipart()]
    return len(named) == len([one for one in ours.attachments if one.declared_name])


def equal_text(ours: ParsedMail, theirs: Message) -> bool | None:
    """Whether a mail that is one plain text has this text."""
    if theirs.is_multipart() or theirs.get_content_type() != "text/plain" or theirs.get_filename():
        return None
    payload = theirs.get_payload(decode=True)
    assert isinstance(payload, bytes)
    text = payload.decode(theirs.get_content_charset("utf-8"))
    return squeezed(text)[:2000] in squeezed(ours.text) if text.strip() else None


COMPARED: dict[str, Callable[[ParsedMail, Message], bool | None]] = {
    "subject": equal_subject,
    "sender": equal_sender,
    "attachments": equal_attachments,
    "text": equal_text,
}

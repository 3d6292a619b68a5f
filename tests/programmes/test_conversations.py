"""R8: conversations with a server that says anything; the scripted ones, case by case, are in tests/contract.

Whatever is said, the visit ends in time with the mail that is there or with one of our errors, never with another
mail's bytes, half a mail or more memory than a mail takes.
"""

import random
import re
import resource
import time
from contextlib import suppress

import pytest

from desktop.domain.errors import SourceError
from desktop.domain.mail import RawMail
from desktop.providers.channel import Timeouts
from tests.contract.helpers import STEPS, take_all, visit
from tests.contract.scripted import MAILS, Dialogue, serving
from tools.deep_runs import Say

SAMPLE = range(100)
WHOLE = [range(first, first + 1000) for first in range(0, 10_000, 1000)]
HASTY = Timeouts(connect_s=0.5, silence_s=0.15, progress_window_s=0.15, progress_bytes=16, patience_s=1, farewell_s=0.1)
LONGEST_S, MOST_MB = 5, 64

LITERAL = re.compile(rb"\{(\d+)\}\r\n")
WORDS = re.compile(rb"\r\n|[()\[\]\"]| +|[^()\[\]\" \r\n]+")

ODD_WORDS = (
    *(
        b"NIL",
        b"()",
        b'""',
        b"0",
        b"1",
        b"3",
        b"-1",
        b"4294967295",
        b"4294967296",
        b"1" * 30,
        b"{0}\r\n",
        b"{3}\r\nabc",
    ),
    *(
        b"{99}\r\n",
        b"{99999999}\r\n",
        b"~{3}\r\nabc",
        b"\0",
        b"\xff\xfe",
        b"*",
        b"+",
        b"TAG",
        b"P1",
        b"P9",
        b"OK",
        b"NO",
    ),
    *(b"BAD", b"BYE", b"PREAUTH", b"FETCH", b"EXISTS", b"EXPUNGE", b"UID", b"BODY[]", b"BODY[HEADER]", b"RFC822.SIZE"),
    *(b"[UIDVALIDITY 8]", b"[ALERT]", b"[CAPABILITY X]", b"\\Seen", b"x" * 9000, b"(" * 40, b")" * 40, b"\r", b"\n"),
    *(b"1:*", b"*:1", b"3,,4", b"ALL", b"MODSEQ", b"(UID", b'"\\"', b'"\r\n', b"&AOQ-", b"$", b"%", b"ESEARCH"),
)
ODD_LINES = (
    *(b"* 5 EXISTS", b"* 0 EXISTS", b"* 1 EXPUNGE", b"* VANISHED 1:99", b"* BYE later", b"* BAD what", b"* NO never"),
    *(b"+ go on", b"+", b"TAG OK done", b"TAG NO [UNAVAILABLE] no", b"TAG BAD no", b"P999 OK other", b"OK", b"", b"*"),
    *(b"* 2 FETCH (FLAGS (\\Seen))", b"* 2 FETCH (UID 4)", b"* 2 FETCH (UID 4 BODY[] {2}\r\nhi)", b"* LIST () NIL x"),
    *(b"* OK [UIDVALIDITY 8] new", b"* OK [UIDNEXT 1] low", b"* CAPABILITY", b"* SEARCH 1 2 3", b"* SEARCH x"),
    *(
        b'* ESEARCH (TAG "P1") UID ALL 1:5',
        b"* FLAGS (" + b"f " * 3000 + b")",
        b"* \xff\0",
        b"* 3",
        b"* FETCH",
        b"* 9 FETCH",
    ),
)


def pieces(answer: bytes) -> list[bytes]:
    """An answer in words; what a literal holds stays one piece, with the size before it as another."""
    found, at = [], 0
    for literal in LITERAL.finditer(answer):
        if literal.start() < at:
            continue
        found += WORDS.findall(answer[at : literal.start()])
        end = literal.end() + int(literal[1])
        found += [literal[0], answer[literal.end() : end]]
        at = end
    return found + WORDS.findall(answer[at:])


def garbled(answer: bytes, chance: random.Random) -> bytes:
    """The answer with some words lost, doubled, exchanged, put in or replaced, or with a line out of place."""
    words = pieces(answer)
    contents = set(MAILS.values())
    for _ in range(chance.choice([1, 1, 2, 3, 6])):
        at = chance.randrange(len(words))
        way = chance.randrange(6)
        if words[at] in contents and way in {0, 2, 3}:  # a lie that nobody could notice
            continue
        if way == 0:
            words.pop(at)
        elif way == 1:
            words.insert(at, words[at])
        elif way == 2:
            words[at] = chance.choice(ODD_WORDS)
        elif way == 3:
            words[at], words[at - 1] = words[at - 1], words[at]
        elif way == 4:
            words.insert(at, chance.choice(ODD_WORDS))
        else:
            words.insert(at, chance.choice(ODD_LINES) + b"\r\n")
        words = words or [b""]
    return b"".join(words)


def conversation(seed: int) -> Dialogue:
    """A conversation in which one or two answers are garbled."""
    chance = random.Random(seed)
    dialogue = Dialogue()
    for step in chance.sample([*STEPS, "greeting"], chance.choice([1, 1, 1, 2])):
        usual = dialogue.greeting if step == "greeting" else dialogue.answers[step]
        assert isinstance(usual, bytes)
        dialogue.set(step, garbled(usual, chance))
    return dialogue


def visited(dialogue: Dialogue) -> list[RawMail]:
    """The mail of a visit that may end in one of our errors."""
    mails: list[RawMail] = []
    with serving(dialogue) as server, suppress(SourceError), visit(server, timeouts=HASTY) as source:
        take_all(source, mails)
    return mails


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seeds", [SAMPLE, *(pytest.param(piece, marks=pytest.mark.deep) for piece in WHOLE)], ids=str)
def test_a_server_that_says_anything(seeds: range, figure: Say) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for seed in seeds:
        dialogue, begun = conversation(seed), time.monotonic()
        for mail in visited(dialogue):
            assert is_whole(mail), f"seed {seed}: {mail.ref}: {mail.content!r}"
        assert time.monotonic() - begun < LONGEST_S, f"seed {seed}"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert grown < MOST_MB, f"{grown} MB more"
    if seeds is not SAMPLE:
        figure("R8 garbled conversations", len(seeds))


def is_whole(mail: RawMail) -> bool:
    """Whether the bytes are those of a mail of the server, or what it plainly said they are (another literal)."""
    return mail.content in set(MAILS.values()) or mail.content in {b"abc", b"hi"} or mail.content in ODD_WORDS

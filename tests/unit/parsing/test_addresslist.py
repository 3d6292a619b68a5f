"""Address lists (RFC 5322 section 3.4): a table, and agreement with the standard library where that is right."""

import random
import re
from email.utils import formataddr, getaddresses

import pytest

from desktop.parsing.addresslist import Oddity, comparable, parse
from desktop.parsing.headers import Headers
from desktop.parsing.sender import read_sender
from tests.unit.parsing.corpus import NAMES, mails
from tests.unit.parsing.golden import read_bytes

LISTS = [
    ("", []),
    (",,,", []),
    ("a@x.example", [("", "a@x.example")]),
    ("a@x.example, b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
    ("a@x.example,b@x.example,", [("", "a@x.example"), ("", "b@x.example")]),
    ("a@x.example; b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
    ("<a@x.example>", [("", "a@x.example")]),
    ("Ann <a@x.example>, Bob <b@x.example>", [("Ann", "a@x.example"), ("Bob", "b@x.example")]),
    ('"Smith, Ann" <a@x.example>', [("Smith, Ann", "a@x.example")]),
    ('"Ann \\"A\\" Smith" <a@x.example>', [('Ann "A" Smith', "a@x.example")]),
    ("a@x.example (Ann)", [("Ann", "a@x.example")]),
    ("a@x.example (Ann (Jr) \\) Smith)", [("Ann (Jr) ) Smith", "a@x.example")]),
    (
        "Team: a@x.example, Bob <b@x.example>;, c@x.example",
        [("", "a@x.example"), ("Bob", "b@x.example"), ("", "c@x.example")],
    ),
    ("undisclosed-recipients:;", []),
    ("undisclosed-recipients: ;, a@x.example", [("", "a@x.example")]),
    ("=?utf-8?q?J=C3=BCrgen?= <j@x.example>", [("Jürgen", "j@x.example")]),
    ("=?utf-8?q?Gro=C3=9F,_J?= <j@x.example>, b@x.example", [("Groß, J", "j@x.example"), ("", "b@x.example")]),
    ("=?utf-8?q?J=C3=BC?= =?utf-8?q?rgen?= Groß <j@x.example>", [("Jürgen Groß", "j@x.example")]),
    ("Jürgen <j@x.example>", [("Jürgen", "j@x.example")]),
    ("Ann <A@X.Example>", [("Ann", "a@x.example")]),
    ("ann@BÜCHER.example", [("", "ann@xn--bcher-kva.example")]),
    ("Ann<a@x.example>Bob<b@x.example>", [("AnnBob", "a@x.example")]),
    ("Ann  \t Smith  <a@x.example>", [("Ann Smith", "a@x.example")]),
    ("Ann < a@x.example >", [("Ann", "a@x.example")]),
    ("'Ann' <a@x.example>", [("'Ann'", "a@x.example")]),
    ("Ann [Sales] <a@x.example>", [("Ann [Sales]", "a@x.example")]),
    ("a@[192.0.2.1]", [("", "a@[192.0.2.1]")]),
    ("a@[IPv6:2001:db8::1]", [("", "a@[ipv6:2001:db8::1]")]),
    ("<@r.example:a@x.example>", [("", "a@x.example")]),
    ("Ann <>, b@x.example", [("", "b@x.example")]),
    ("Ann, b@x.example", [("", "b@x.example")]),
    ("Ann a@x.example", [("Ann", "a@x.example")]),
    ("a@x.example b@x.example", [("a@x.example", "b@x.example")]),
    ('"Ann <a@x.example>, b@x.example', []),
    ("Ann <a@x.example, b@x.example", [("Ann", "a@x.example"), ("", "b@x.example")]),
    ("Ann\0 <a@x.example>", [("Ann", "a@x.example")]),
    ("a@x.example\0", [("", "a@x.example")]),
    ("a" * 400 + "@x.example", []),
    ("a@" + "ü" * 100 + ".example", [("", "a@" + "ü" * 100 + ".example")]),
    ("@", []),
    ("a@", []),
    ("@x.example", []),
]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_lists_are_read(text: str, expected: list[tuple[str, str]]) -> None:
    boxes = [box.address for box in parse(text, 500).boxes]
    assert [(box.name, box.address) for box in boxes if box is not None] == expected


def test_reading_stops_at_the_limit_and_counting_goes_on() -> None:
    found = parse(", ".join(f"Ann <a{number}@x.example>" for number in range(100)), 10)
    assert (len(found.boxes), found.total) == (10, 100)
    assert parse("a@x.example, b@x.example", 0).total == 2


def test_agrees_with_the_standard_library_on_wellformed_lists() -> None:
    """Same mailboxes in the same order, for lists that the standard library's own writer made."""
    dice = random.Random(5)
    for _ in range(500):
        pairs = [(dice.choice(NAMES), f"user{dice.randint(0, 99)}@customer.example") for _ in range(dice.randint(1, 8))]
        text = dice.choice([", ", ",", ",\r\n "]).join(formataddr(pair) for pair in pairs)
        unfolded = text.replace("\r\n", "")
        boxes = [box.address for box in parse(unfolded, 500).boxes]
        assert [(box.name, box.address) for box in boxes if box is not None] == pairs
        assert [address for _, address in getaddresses([unfolded])] == [address for _, address in pairs]


@pytest.mark.parametrize(
    ("line", "is_certain"),
    [
        ("[f]@Bob", False),
        ("f[g]@x.example", False),
        ("<[f]@x.example>", False),
        ("a@x[f].example", False),
        ("a@[192.0.2.1].example", False),
        ("<a:b@[192.0.2.1]>", False),
        ('["] <a@x.example>', False),
        ("[<a@x.example>] <a@x.example>", False),
        ("Ann [Sales, EU] <a@x.example>", False),
        ("[Case: 12] <a@x.example>", False),
        ("a@[192.0.2.1]", True),
        ("a@[IPv6:2001:db8::1]", True),
        ("Ann [Sales] <a@[IPv6:2001:db8::1]>", True),
    ],
)
def test_brackets_stand_around_a_whole_domain_or_plain_words_only(line: str, is_certain: bool) -> None:
    """RFC 5322, 3.2.3 and 3.4.1: they belong to no atom, and an address literal is all of the domain."""
    headers = Headers()
    headers.add("from", line.encode())
    found = read_sender(headers)
    assert (found.sender is not None) is is_certain
    assert is_certain or found.doubt == f"The From line {Oddity.STRAY.value}."


def test_a_certain_sender_is_the_one_the_standard_library_sees() -> None:
    """Random From lines: whenever we are certain, the other reader has the same single address, or refuses.

    Before its strict mode (3.11.9 and the systems that had it earlier) it made words of a name into addresses without
    an ``@``: those name nobody.
    """
    dice = random.Random(5)
    words = ("a@x.example", "<b@y.example>", '"Ann"', "Bob", "(c)", "(d@z.example)", "=?utf-8?q?e?=", "[f]")
    pieces = (*words, ",", ":", ";", " ", "<", ">", '"', "(", ")", "@", "\\", ".")
    certain = 0
    for _ in range(30_000):
        line = "".join(dice.choices(pieces, k=dice.randint(1, 5)))
        headers = Headers()
        headers.add("from", line.encode())
        sender = read_sender(headers).sender
        if sender is None:
            continue
        theirs = [comparable(address) for _, address in getaddresses([line]) if "@" in address.strip("@")]
        assert theirs in ([sender.address], []), line
        certain += 1
    assert certain > 1000


def test_comparing_never_raises() -> None:
    for domain in (
        "xn--a",
        "\u0130",
        "a..b",
        "-",
        "\ud800",
        "x" * 5000,
        "ﷺ" * 60,
        "\u200d",
        "[",
        "xn--" + "a" * 70,
        ".",
    ):
        assert isinstance(comparable(f"a@{domain}"), str)


def test_each_oddity_ends_a_sentence() -> None:
    assert all(oddity.value and not oddity.value.endswith(".") for oddity in Oddity)


def test_recipients_of_a_corpus_are_those_written() -> None:
    for made in mails(50, seed=3):
        mail = read_bytes(made.content)
        assert [(one.name, one.address) for one in mail.to] == [
            (name, f"box{at}@shop.example") for at, name in enumerate(NAMES[:3])
        ]
        assert mail.recipients_total == 3


def test_an_address_seen_to_be_sound_at_one_glance_is_read_as_by_looking_at_each_oddity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dice = random.Random(7)
    lines = [f"Ann Example {name} <ann@x.example>" for name in NAMES]
    for _ in range(2000):
        line = list(f'"Smith, Ann" <ann.smith+{dice.randrange(99)}@mail.x.example>')
        for _ in range(dice.randint(0, 3)):
            line[dice.randrange(len(line))] = dice.choice('<>()@,;:\\[]" \t=?a.\u202e\x00é')
        lines.append("".join(line))
    at_once = [parse(line, 20) for line in lines]
    monkeypatch.setattr("desktop.parsing.addresslist._SOUND", re.compile("(?!)"))
    assert at_once == [parse(line, 20) for line in lines]

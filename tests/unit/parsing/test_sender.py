"""Who sent it: set only for one From header with one plain mailbox (reliability K7, H8)."""

import pytest

from tests.unit.parsing.golden import read_bytes

CERTAIN = [
    (b"From: ann@acme.example", "", "ann@acme.example"),
    (b"From: <ann@acme.example>", "", "ann@acme.example"),
    (b"From: Ann Smith <Ann@ACME.example>", "Ann Smith", "ann@acme.example"),
    (b"from: Ann <ann@acme.example>", "Ann", "ann@acme.example"),
    (b"FROM:Ann<ann@acme.example>", "Ann", "ann@acme.example"),
    (b'From: "Smith, Ann" <ann@acme.example>', "Smith, Ann", "ann@acme.example"),
    (b'From: "Ann \\"the boss\\" Smith" <ann@acme.example>', 'Ann "the boss" Smith', "ann@acme.example"),
    (b"From:\r\n Ann\r\n\t<ann@acme.example>", "Ann", "ann@acme.example"),
    (b"From: ann@acme.example (Ann Smith)", "Ann Smith", "ann@acme.example"),
    (b"From: Ann (Sales) Smith <ann@acme.example>", "Ann Smith", "ann@acme.example"),
    (b"From: Ann <ann@acme.example> (Sales)", "Ann", "ann@acme.example"),
    (b"From: (Sales) <ann@acme.example>", "Sales", "ann@acme.example"),
    (b"From: J. R. Smith <jr@acme.example>", "J. R. Smith", "jr@acme.example"),
    (b"From: renovate[bot] <bot@acme.example>", "renovate[bot]", "bot@acme.example"),
    (b"From: O'Neil & Co. <o@acme.example>", "O'Neil & Co.", "o@acme.example"),
    (b"From: =?utf-8?q?J=C3=BCrgen?= <j@acme.example>", "Jürgen", "j@acme.example"),
    (b"From: =?utf-8?Q?Smith,_J=C3=BCrgen?= <j@acme.example>", "Smith, Jürgen", "j@acme.example"),
    (b'From: "=?utf-8?q?J=C3=BCrgen?=" <j@acme.example>', "Jürgen", "j@acme.example"),
    ("From: Jürgen Groß <j@acme.example>".encode(), "Jürgen Groß", "j@acme.example"),
    ("From: Jürgen <j@acme.example>".encode("cp1252"), "Jürgen", "j@acme.example"),
    ("From: Ann <ann@bücher.example>".encode(), "Ann", "ann@xn--bcher-kva.example"),
    ("From: 用户 <用户@例子.example>".encode(), "用户", "用户@xn--fsqu00a.example"),
    (b'From: "ann@acme.example" <ann@acme.example>', "ann@acme.example", "ann@acme.example"),
    (b"From: root@localhost", "", "root@localhost"),
    (b"From: Ann <ann+tag@acme.example>", "Ann", "ann+tag@acme.example"),
    (b"From: Ann <ann@[192.0.2.1]>", "Ann", "ann@[192.0.2.1]"),
    (b"From: Ann at ACME <ann@acme.example>", "Ann at ACME", "ann@acme.example"),
    (b"From: Ann <ann@acme.example>\r\nSender: list@lists.example", "Ann", "ann@acme.example"),
    (b"From: Ann <ann@acme.example>\r\nReply-To: other@x.example", "Ann", "ann@acme.example"),
    (b"From: Ann <ann@acme.example>\r\nResent-From: bob@x.example", "Ann", "ann@acme.example"),
    (b"From: Ann <ann@acme.example>\r\nX-From: bob@x.example", "Ann", "ann@acme.example"),
]


@pytest.mark.parametrize(("line", "name", "address"), CERTAIN)
def test_a_plain_from_line_is_certain(line: bytes, name: str, address: str) -> None:
    mail = read_bytes(line + b"\r\nSubject: x\r\n\r\nbody\r\n")
    assert mail.sender is not None, mail.sender_doubt
    assert (mail.sender.name, mail.sender.address) == (name, address)
    assert mail.sender_doubt == ""
    assert mail.claimed_from[0].address == address


DOUBTFUL = [
    # nothing to go by
    (b"To: box@shop.example", "It has no From line."),
    (b"From:", "The From line holds no address."),
    (b"From: ", "The From line holds no address."),
    (b"From: <>", "The From line holds no address."),
    (b"From: Mailer Daemon <>", "The From line holds no address."),
    (b"From: ann", "The From line holds no address."),
    (b"From: <ann>", "The From line holds no address."),
    (b"From: @acme.example", "The From line holds no address."),
    (b"From: <@>", "The From line holds no address."),
    (b"From: Automated System:;", "The From line holds no address."),
    # several
    (b"From: a@x.example\r\nFrom: b@x.example", "It has two From lines."),
    (b"From: a@x.example\r\nSubject: y\r\nfrom: a@x.example\r\nFROM: a@x.example", "It has three From lines."),
    (b"From: a@x.example, b@x.example", "The From line names two addresses."),
    (b"From: A <a@x.example>; B <b@x.example>", "The From line names two addresses."),
    (b"From: a@x.example, b@x.example, c@x.example, d@x.example, e@x.example", "The From line names 5 addresses."),
    (b"From: Smith, Ann <a@x.example>", "The From line names several senders."),
    (b"From: Team: a@x.example, b@x.example;", "The From line names two addresses."),
    (b"From: Team: a@x.example;", "The From line names a group."),
    (b"From: Acme: Support <a@x.example>", "The From line names a group."),
    (b"From: a@x.example,", "The From line is a list with an empty place."),
    (b"From: ,a@x.example", "The From line is a list with an empty place."),
    # one address before, behind or inside another
    (b"From: good@good.example (x) <evil@evil.example>", "The From line names one address before another."),
    (b"From: good@good.example <evil@evil.example>", "The From line names one address before another."),
    (b"From: <good@good.example><evil@evil.example>", "The From line names one address behind another."),
    (b"From: <good@good.example> <evil@evil.example>", "The From line names one address behind another."),
    (b"From: Ann <good@good.example> evil@evil.example", "The From line names one address behind another."),
    (b"From: good@good.example evil@evil.example", "The From line names one address before another."),
    (b"From: <good@good.example@evil.example>", "The From line has more than one @ in its address."),
    (b"From: good@good.example@evil.example", "The From line has more than one @ in its address."),
    (b'From: "good@good.example"@evil.example', "The From line has more than one @ in its address."),
    (b"From: Ann <a@x.example> Smith", "The From line has text after the address."),
    (b'From: <a@x.example> "Smith"', "The From line has text after the address."),
    (b"From: Ann a@x.example", "The From line has a name beside an address without angle brackets."),
    (b"From: a@x.example Ann", "The From line has a name beside an address without angle brackets."),
    # the name says something else
    (b'From: "boss@good.example" <evil@evil.example>', "The name in the From line looks like another address."),
    (
        b"From: =?utf-8?q?boss=40good.example?= <e@evil.example>",
        "The name in the From line looks like another address.",
    ),
    (b"From: \"'boss@good.example' via X\" <e@evil.example>", "The name in the From line looks like another address."),
    ("From: boss＠good.example <e@evil.example>".encode(), "The name in the From line looks like another address."),
    (b"From: Boss (boss@good.example) <e@evil.example>", "The From line hides a second address in a comment."),
    (b"From: <e@evil.example> (boss@good.example)", "The From line hides a second address in a comment."),
    (b"From: e@evil.example (boss@good.example)", "The From line hides a second address in a comment."),
    # never closed, stray, old
    (b'From: "Ann <a@x.example>', "The From line has a quote, bracket or comment that is never closed."),
    (b"From: Ann <a@x.example", "The From line has a quote, bracket or comment that is never closed."),
    (b"From: Ann (Sales <a@x.example>", "The From line has a quote, bracket or comment that is never closed."),
    (b"From: Ann > <a@x.example>", "The From line has a stray bracket, colon or backslash."),
    (b"From: <mailto:a@x.example>", "The From line has a stray bracket, colon or backslash."),
    (b"From: <@r.example,@s.example:a@x.example>", "The From line holds a mail route from old times."),
    (b"From: <a @x.example>", "The From line has blanks or comments inside its address."),
    (b"From: <a(x)@x.example>", "The From line has blanks or comments inside its address."),
    (b'From: <"a b"@x.example>', "The From line has blanks or comments inside its address."),
    (b'From: <"ab"@x.example>', "The From line has a quoted part inside its address."),
    (b"From: <" + b"a" * 400 + b"@x.example>", "The From line holds an address that is too long to be one."),
    # encoded and hidden
    (b"From: =?utf-8?q?good=40good.example?=@evil.example", "The From line hides its address in an encoded word."),
    (b"From: <=?utf-8?q?good=40good.example?=>", "The From line holds no address."),
    (b"From: =?utf-8?b?Z29vZEBnb29kLmV4YW1wbGU=?=", "The From line holds no address."),
    (b"From: =?utf-8?q?Ann=00?= <a@x.example>", "The From line holds hidden control characters."),
    (b"From: =?utf-8?q?Ann=0D=0ABcc:_b?= <a@x.example>", "The From line holds hidden control characters."),
    (b"From: Ann\0 <a@x.example>", "The From line holds hidden control characters."),
    (b"From: <a\0@x.example>", "The From line holds hidden control characters."),
    (b"From: <a@x.example\0@evil.example>", "The From line holds hidden control characters."),
    ("From: Ann \u202ex <a@x.example>".encode(), "The name in the From line turns the reading direction around."),
    ("From: <a\u202e@x.example>".encode(), "The From line holds hidden control characters."),
    # headers that programs disagree on
    (b"From : a@x.example", "Its From line is written so that some programs do not see it."),
    (b"Subject: y\r\n\x00From: a@x.example", "It has a line that only some programs read as its From line."),
    (b"From\xa0: b@x.example\r\nFrom: a@x.example", "A line that is no header stands above its From line."),
    (b"From: a@x.example\r\nFrom\xa0: b@x.example", "It has a line that only some programs read as its From line."),
    (b" From: b@x.example\r\nFrom: a@x.example", "A line that is no header stands above its From line."),
    (b"no header\r\nFrom: a@x.example", "A line that is no header stands above its From line."),
    (b"From: a@x.example\r\njunk\r\njunk\r\nFrom: b@x.example", "Its header is broken before another From line."),
    (b"From: a@x.example\rFrom: b@x.example", "Its From line holds a bare line end."),
    (b"From: a@x.example\r\nX: y\rFrom: b@x.example", "Its header hides a second From line behind a bare line end."),
    (b"\r\nFrom: a@x.example", "It begins with blank lines or a byte order mark."),
    (b"\xef\xbb\xbfFrom: a@x.example", "It begins with blank lines or a byte order mark."),
    (b"From: " + b"x" * 70_000 + b" <a@x.example>", "The From line is too long to be read whole."),
]


@pytest.mark.parametrize(("line", "doubt"), DOUBTFUL)
def test_anything_else_is_a_doubt_in_words(line: bytes, doubt: str) -> None:
    mail = read_bytes(line + b"\r\nSubject: x\r\n\r\nbody\r\n")
    assert (mail.sender, mail.sender_doubt) == (None, doubt)


def test_a_name_that_is_the_same_address_in_other_letters_is_no_doubt() -> None:
    mail = read_bytes(b'From: "ANN@Acme.example" <ann@acme.example>\n\nx')
    assert mail.sender is not None
    assert mail.sender.address == "ann@acme.example"


def test_every_claimed_address_is_listed_once() -> None:
    mail = read_bytes(
        b'From: "boss@good.example" <evil@evil.example> (third@x.example)\nFrom: evil@evil.example, four@x.example\n\nx'
    )
    found = [one.address for one in mail.claimed_from]
    assert found == ["evil@evil.example", "boss@good.example", "third@x.example", "four@x.example"]


def test_the_address_inside_an_encoded_word_is_claimed_too() -> None:
    """Mailsploit: =?utf-8?b?boss@good.example?= =00 ... @evil.example."""
    mail = read_bytes(b"From: =?utf-8?b?Ym9zc0Bnb29kLmV4YW1wbGU=?==?utf-8?Q?=00?=@evil.example\n\nx")
    assert [one.address for one in mail.claimed_from] == ["boss@good.example"]


def test_claims_are_capped() -> None:
    mail = read_bytes(b"From: " + b", ".join(b"a%d@x.example" % number for number in range(100)) + b"\n\nx")
    assert len(mail.claimed_from) == 20

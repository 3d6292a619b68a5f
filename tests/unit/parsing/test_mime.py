"""Headers cut into fields, parameters, transfer encodings and the structure of parts."""

import base64
import email
import quopri

import pytest

from desktop.domain.errors import MessageRejected
from desktop.domain.reasons import ReasonCode
from desktop.parsing import headers, limits, params, structure, transfer
from desktop.parsing.parts import extract_attachment, extract_html, header_lines
from desktop.parsing.reader import read
from tests.unit.parsing import hostile
from tests.unit.parsing.corpus import mails
from tests.unit.parsing.golden import raw_mail, read_bytes

MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"

BLOCKS = [
    (b"A: 1\r\nB: 2\r\n\r\nbody", [("a", b" 1"), ("b", b" 2")], b"body"),
    (b"A: 1\nB: 2\n\nbody", [("a", b" 1"), ("b", b" 2")], b"body"),
    (b"A: 1\r\n folded\r\n\tmore\r\nB:2\r\n\r\nx", [("a", b" 1\r\n folded\r\n\tmore"), ("b", b"2")], b"x"),
    (b"A:\r\n\r\nx", [("a", b"")], b"x"),
    (b"A: 1", [("a", b" 1")], b""),
    (b"A: 1\r\n", [("a", b" 1")], b""),
    (b"", [], b""),
    (b"\r\nbody", [], b"body"),
    (b"\nbody", [], b"body"),
    (b"body", [], b"body"),
    (b"body\n\nmore", [], b"body\n\nmore"),
    (b"A: 1\nbody text\n\nmore", [("a", b" 1")], b"body text\n\nmore"),
    (b"A: 1\njunk\nB: 2\n\nx", [("a", b" 1"), ("b", b" 2")], b"x"),
    (b"From x@y Mon Jan 1\nA: 1\n\nx", [("a", b" 1")], b"x"),
    (b">From x@y Mon Jan 1\nA: 1\n\nx", [("a", b" 1")], b"x"),
    (b"A : 1\n\nx", [("a", b" 1")], b"x"),
    (b"A b: 1\n\nx", [], b"A b: 1\n\nx"),
    (b"A: 1\n \n\nx", [("a", b" 1\n ")], b"x"),
    (b"A: 1\n\r\nx\n\ny", [("a", b" 1")], b"x\n\ny"),
    (b"A: 1\r\n\nx\r\n\r\ny", [("a", b" 1")], b"x\r\n\r\ny"),
    (b"\xc3\xa4: 1\nA: 2\n\nx", [("a", b" 2")], b"x"),
    (b"A: a:b:c\n\nx", [("a", b" a:b:c")], b"x"),
]


@pytest.mark.parametrize(("block", "fields", "body"), BLOCKS)
def test_a_header_block_is_cut_into_its_fields(block: bytes, fields: list[tuple[str, bytes]], body: bytes) -> None:
    found = headers.split(block, 0, len(block))
    assert found.fields == fields
    assert block[found.body :] == body


def test_a_block_inside_a_larger_whole_ends_where_it_is_told_to() -> None:
    whole = b"xxA: 1\n\nbodyB: 2\n\n"
    found = headers.split(whole, 2, 12)
    assert (found.fields, whole[found.body : 12]) == ([("a", b" 1")], b"body")


PARAMETERS = [
    (b"text/plain", "text/plain", {}),
    (b"TEXT/Plain; CHARSET=UTF-8", "text/plain", {"charset": "UTF-8"}),
    (b'text/plain; charset="utf-8"', "text/plain", {"charset": "utf-8"}),
    (b"text/plain;charset=utf-8;format=flowed", "text/plain", {"charset": "utf-8", "format": "flowed"}),
    (b"text/plain ; charset = utf-8 ;", "text/plain", {"charset": "utf-8"}),
    (b"text/plain;; charset=utf-8", "text/plain", {"charset": "utf-8"}),
    (b"text/plain; charset", "text/plain", {}),
    (b"text/plain; =x; charset=utf-8", "text/plain", {"charset": "utf-8"}),
    (b'a/b; name="x;y=z"', "a/b", {"name": "x;y=z"}),
    (b'a/b; name="x \\"y\\" \\\\"', "a/b", {"name": 'x "y" \\'}),
    (b'a/b; name="C:\\dir\\x.txt"', "a/b", {"name": "C:\\dir\\x.txt"}),
    (b'a/b; name="not closed; x=y', "a/b", {"name": "not closed", "x": "y"}),
    (b"a/b; name=my file.txt; x=y", "a/b", {"name": "my file.txt", "x": "y"}),
    (b"a/b; name=a; name=b", "a/b", {"name": "a"}),
    (b"a/b; name*=utf-8''%e2%82%ac", "a/b", {"name": "€"}),
    (b"a/b; name*=utf-8'en'%e2%82%ac", "a/b", {"name": "€"}),
    (b"a/b; name*=iso-8859-1''%fc", "a/b", {"name": "ü"}),
    (b"a/b; name*=%fc", "a/b", {"name": "ü"}),
    (b"a/b; name*=bogus''x", "a/b", {"name": "x"}),
    (b"a/b; name*=utf-8''%ZZ%4", "a/b", {"name": "%ZZ%4"}),
    (b"a/b; name=plain; name*=utf-8''better", "a/b", {"name": "better"}),
    (b"a/b; name*0=a; name*1=b; name*2=c", "a/b", {"name": "abc"}),
    (b"a/b; name*2=c; name*0=a; name*1=b", "a/b", {"name": "abc"}),
    (b"a/b; name*0*=utf-8''%e2; name*1*=%82%ac; name*2=.txt", "a/b", {"name": "€.txt"}),
    (b"a/b; name*0=a; name*2=c", "a/b", {"name": "a"}),
    (b"a/b; name*1=b", "a/b", {}),
    (b"a/b; name*0=a; name*0=b", "a/b", {"name": "a"}),
    (b"a/b; name*99999=x", "a/b", {}),
    (b'a/b; name="=?utf-8?q?=E2=82=AC?="', "a/b", {"name": "€"}),
    ('a/b; name="€"'.encode(), "a/b", {"name": "€"}),
    (b"a/b;\r\n\tname=x", "a/b", {"name": "x"}),
    (b'"a/b"; name=x', "a/b", {"name": "x"}),
    (b"", "", {}),
    (b";", "", {}),
]


@pytest.mark.parametrize(("raw", "value", "expected"), PARAMETERS)
def test_values_with_parameters(raw: bytes, value: str, expected: dict[str, str]) -> None:
    found = params.parse(raw)
    assert (found.value, found.params) == (value, expected)


def test_parameters_beyond_the_cap_are_not_read() -> None:
    raw = b"a/b" + b"".join(b"; p%d=x" % number for number in range(limits.PARAMETERS + 5))
    assert len(params.parse(raw).params) == limits.PARAMETERS


TRANSFERS = [
    (b"plain", "7bit", b"plain", False),
    (b"\xfcber", "8BIT", b"\xfcber", False),
    (b"plain", "", b"plain", False),
    (b"SGVsbG8=", "base64", b"Hello", False),
    (b"SGVs\r\nbG8=\r\n", "Base64", b"Hello", False),
    (b"SGVsbG8", "base64", b"Hello", True),
    (b"SGVsb", "base64", b"Hel", True),
    (b"SGVsbG8=IHdvcmxk", "base64", b"Hello world", True),
    (b"S!G@V#s", "base64", b"Hel", False),
    (b"", "base64", b"", False),
    (b"====", "base64", b"", False),
    (b"Gr=C3=BC=\r\n=C3=9Fe", "quoted-printable", "Grüße".encode(), False),
    (b"a=\nb", "quoted-printable", b"ab", False),
    (b"a=ZZb=", "quoted-printable", b"a=ZZb", False),
    (b"begin 644 x\n%2&5L;&\\\n \nend\n", "x-uuencode", b"Hello", False),
    (b"begin 644 x\n%2&5L;&\\\n", "uuencode", b"Hello", True),
    (b"no begin\n", "x-uue", b"", True),
    (b"as it is", "x-yenc", b"as it is", True),
    (b"as it is", "\0", b"as it is", True),
]


@pytest.mark.parametrize(("data", "encoding", "expected", "odd"), TRANSFERS)
def test_transfer_encodings(data: bytes, encoding: str, expected: bytes, odd: bool) -> None:
    decoded, oddity = transfer.decode(data, encoding)
    assert (decoded, bool(oddity)) == (expected, odd)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 100, 5000])
def test_what_was_encoded_comes_back(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    assert transfer.decode(base64.encodebytes(data), "base64") == (data, "")
    assert transfer.decode(quopri.encodestring(data), "quoted-printable") == (data, "")


def _paths(content: bytes) -> list[tuple[str, str]]:
    return [(part.path, part.kind) for part in structure.parse(content).parts]


def test_paths_are_those_of_imap() -> None:
    """The example of RFC 3501 section 6.4.5, without its headers."""
    content = (
        b"Content-Type: multipart/mixed; boundary=o\n\n"
        b"--o\n\n1\n"
        b"--o\nContent-Type: application/octet-stream\n\n2\n"
        b"--o\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=i\n\n"
        b"--i\n\n3.1\n--i\nContent-Type: application/octet-stream\n\n3.2\n--i--\n"
        b"--o\nContent-Type: multipart/mixed; boundary=j\n\n"
        b"--j\nContent-Type: image/gif\n\n4.1\n"
        b"--j\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=k\n\n"
        b"--k\n\n4.2.1\n--k\nContent-Type: multipart/alternative; boundary=l\n\n"
        b"--l\n\n4.2.2.1\n--l\nContent-Type: text/richtext\n\n4.2.2.2\n"
        b"--l--\n--k--\n--j--\n--o--\n"
    )
    leaves = [part for part in structure.parse(content).parts if part.leaf]
    assert [part.path for part in leaves] == ["1", "2", "3.1", "3.2", "4.1", "4.2.1", "4.2.2.1", "4.2.2.2"]
    assert [part.content()[0].decode() for part in leaves] == [part.path for part in leaves]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("1", "text/plain")]),
        (b"Content-Type: image/png\n\nx", [("1", "image/png")]),
        (b"Content-Type: message/rfc822\n\nSubject: x\n\ny", [("1", "message/rfc822"), ("1.1", "text/plain")]),
        (b"Content-Type: message/rfc822\n\n", [("1", "message/rfc822"), ("1.1", "text/plain")]),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b--\n", [("1", "text/plain")]),
        (
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n--b--\n",
            [("", "multipart/mixed"), ("1", "text/plain"), ("2", "text/plain")],
        ),
        (
            b"Content-Type: multipart/mixed; boundary=b\n\npre\n--b \t\n\nx\n--b-- \nepi\n--b\n",
            [("", "multipart/mixed"), ("1", "text/plain")],
        ),
        (b"Content-Type: multipart/mixed; boundary=b\n\nx--b\n\n--bb\n\n --b\n", [("1", "text/plain")]),
        (b"Content-Type: multipart/mixed\n\n--b\n", [("1", "text/plain")]),
        (
            b'Content-Type: multipart/mixed; boundary="a b"\n\n--a b\n\nx\n--a b--',
            [("", "multipart/mixed"), ("1", "text/plain")],
        ),
        (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--",
            [("", "multipart/mixed"), ("1", "text/plain")],
        ),
    ],
)
def test_structures(content: bytes, expected: list[tuple[str, str]]) -> None:
    assert _paths(content) == expected


@pytest.mark.parametrize("inner", [b"multipart/mixed", b"multipart/mixed; boundary=none", b"text/plain"])
def test_a_message_inside_and_its_only_part_have_paths_of_their_own(inner: bytes) -> None:
    content = MIXED + b"--b\nContent-Type: message/rfc822\n\nContent-Type: " + inner + b"\n\nx\n--b--\n"
    assert _paths(content) == [("", "multipart/mixed"), ("1", "message/rfc822"), ("1.1", "text/plain")]
    deep = hostile.nested(limits.MIME_DEPTH - 1, b"") + b"--b48\nContent-Type: message/rfc822\n\n" + MIXED + b"--b\n"
    paths = [part.path for part in structure.parse(deep).parts if part.path]
    assert len(paths) == len(set(paths))


def test_the_line_end_before_a_boundary_belongs_to_the_boundary() -> None:
    content = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n\r\n--b\r\n\r\n--b\r\n\r\n\n--b--\r\n"
    leaves = [part.content()[0] for part in structure.parse(content).parts if part.leaf]
    assert leaves == [b"x\r\n", b"", b""]


def test_agrees_with_the_standard_library_on_wellformed_mail() -> None:
    """Same leaves, same types, same decoded bytes."""
    for made in mails(200, seed=11):
        theirs = [
            (part.get_content_type(), part.get_payload(decode=True))
            for part in email.message_from_bytes(made.content).walk()
            if not part.is_multipart()
        ]
        ours = [(part.kind, part.content()[0]) for part in structure.parse(made.content).parts if part.leaf]
        assert ours == theirs


def test_a_corpus_is_read_as_it_was_written() -> None:
    for made in mails(300, seed=12):
        mail = read_bytes(made.content)
        assert mail.subject == made.subject
        assert mail.sender is not None
        assert mail.sender.address == made.sender
        assert " ".join(mail.text.split()) == " ".join(made.text.split())
        assert tuple((found.declared_name, found.size_bytes) for found in mail.attachments) == made.attachments
        assert mail.has_html == made.html
        assert mail.defects == ()
        assert mail.date_note != ""  # the corpus is from January, received in March


def test_parts_can_be_had_by_path() -> None:
    content = MIXED + b"--b\n\nx\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\nz\n--b--\n"
    assert extract_attachment(content, "1") == b"x"
    assert extract_attachment(content, "2") == b"Subject: y\n\nz"
    assert extract_attachment(content, "2.1") == b"z"
    for path in ("", "3", "2.2", "../1", "1.1"):
        with pytest.raises(MessageRejected) as caught:
            extract_attachment(content, path)
        assert caught.value.code is ReasonCode.NOT_FOUND


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Content-Type: text/html; charset=utf-8\n\n<p>\xc3\xbc</p>", "<p>ü</p>"),
        (b"Content-Type: text/html\n\n<meta charset=iso-8859-1><p>\xfc</p>", "<meta charset=iso-8859-1><p>ü</p>"),
        (b"Content-Type: text/html\n\n<p>\xfc\0</p>\r\n", "<p>ü</p>\n"),
        (b"Content-Type: text/plain\n\n<p>", None),
        (b"", None),
        (b"Content-Type: message/rfc822\n\nContent-Type: text/html\n\n<p>other's</p>", None),
        (
            MIXED + b"--b\nContent-Type: text/html\nContent-Disposition: attachment\n\n<p>\n--b--",
            None,
        ),
    ],
)
def test_the_html_form_is_the_messages_own(content: bytes, expected: str | None) -> None:
    assert extract_html(content) == expected
    assert read_bytes(content).has_html == (expected is not None)


def test_html_is_cut_at_its_cap() -> None:
    html = extract_html(b"Content-Type: text/html\n\n" + b"x" * (limits.HTML_CHARS + 10))
    assert html is not None
    assert len(html) == limits.HTML_CHARS


def test_header_lines_are_those_written_in_their_order() -> None:
    content = b"Received: from a\r\n\tby b\r\nSUBJECT: =?utf-8?q?=C3=BC?=\r\nX-A: 1\0\r\njunk\r\nX-A: 2\r\n\r\nBody: no"
    assert header_lines(content) == [("Received", "from a by b"), ("SUBJECT", "ü"), ("X-A", "1"), ("X-A", "2")]
    assert header_lines(b"") == []
    assert len(header_lines(b"A: 1\n" * 5000)) == limits.PARTS


def test_of_headers_alone_no_structure_is_missed() -> None:
    """A message that was not fetched whole says so; that its parts are not there is no defect of it."""
    content = b"From: a@x.example\r\nSubject: big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    mail = read(raw_mail(content, whole=False, size_bytes=50 << 20))
    assert mail.text == mail.preview == "[only the headers were fetched: the message has 50.0 MB]"
    assert (mail.subject, mail.defects, mail.attachments, mail.has_html) == ("big", (), (), False)
    assert mail.identity.startswith("headers:")

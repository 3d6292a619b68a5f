"""Encoded words (RFC 2047), charsets and clean text: tables of bytes and what they say."""

import base64
import random

import pytest

from desktop.parsing import charsets, clean, limits
from desktop.parsing.words import decode_words, header_text


def b64(text: str, charset: str) -> str:
    return base64.b64encode(text.encode(charset)).decode()


WORDS = [
    ("plain text", "plain text"),
    ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
    ("=?UTF-8?Q?Gr=c3=bc=c3=9fe?=", "Grüße"),
    ("=?utf-8?b?R3LDvMOfZQ==?=", "Grüße"),
    ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
    ("=?iso-8859-1?q?a_b?=", "a b"),
    ("=?iso-8859-1?q?a=5Fb?=", "a_b"),
    ("=?iso-8859-1*fr?q?caf=E9?=", "café"),
    ("=?a?q?x?=", "x"),
    ("a =?utf-8?q?b?= c", "a b c"),
    ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
    ("=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
    ("=?utf-8?q?a_?= =?utf-8?q?b?=", "a b"),
    ("=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"),
    ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
    ("x=?utf-8?q?a?=y", "xay"),
    ("=?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=", "üü"),
    ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
    ("=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"),
    ("=?utf-8?q?what??=", "what?"),
    ("=?utf-8?q??=", ""),
    ("=?utf-8?q?a b?=", "a b"),
    ("=?utf-8?q?not closed", "=?utf-8?q?not closed"),
    ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
    ("=?utf-8?q", "=?utf-8?q"),
    ("=?=?utf-8?q?a?=", "=?a"),
    ("=??q?a?=", "=??q?a?="),
    ("=?utf 8?q?a?=", "=?utf 8?q?a?="),
    ("1 =?= 2", "1 =?= 2"),
    ("=?utf-8?b?====?=", ""),
    ("=?utf-8?b?QQ==QQ==?=", "AA"),
    ("=?utf-8?b?Q?=", ""),
    ("=?utf-8?q?=ZZ=4?=", "=ZZ=4"),
    ("=?unknown?q?=C3=BC?=", "ü"),
    ("=?rot13?q?uryyb?=", "uryyb"),
    ("=?us-ascii?q?=C3=BC?=", "ü"),
    (f"=?iso-2022-jp?b?{b64('注文', 'iso-2022-jp')}?= =?iso-2022-jp?b?{b64('番号', 'iso-2022-jp')}?=", "注文番号"),
    (f"=?gb2312?b?{b64('镕', 'gbk')}?=", "镕"),
    (f"=?ks_c_5601-1987?b?{b64('안녕', 'cp949')}?=", "안녕"),
    (f"=?x-sjis?b?{b64('①', 'cp932')}?=", "①"),
    (f"=?koi8-r?b?{b64('Привет', 'koi8-r')}?=", "Привет"),
    ("=?iso-8859-1?q?=80?=", "€"),
    ("=?utf-8?q?a=00b?=", "a\0b"),
]


@pytest.mark.parametrize(("source", "expected"), WORDS)
def test_words_are_decoded(source: str, expected: str) -> None:
    assert decode_words(source) == expected


RAW = [
    (b" plain ", "plain"),
    (b" folded\r\n value", "folded value"),
    (b" folded\n\tvalue", "folded\tvalue"),
    ("Grüße".encode(), "Grüße"),
    ("Grüße".encode("cp1252"), "Grüße"),
    ("Preis € 5".encode("cp1252"), "Preis € 5"),
    ("注文".encode("iso-2022-jp"), "注文"),
    ("Grüße =?utf-8?q?=E2=82=AC?=".encode(), "Grüße €"),
    (b"\x81\x8d", "\ufffd\ufffd"),
]


@pytest.mark.parametrize(("raw", "expected"), RAW)
def test_raw_header_values_are_text(raw: bytes, expected: str) -> None:
    assert header_text(raw) == expected


CHARSETS = [
    *(("utf-8", "utf-8"), ("UTF8", "utf-8"), ("utf8mb4", "utf-8"), ('"utf-8"', "utf-8"), ("utf_8", "utf-8")),
    *(
        ("us-ascii", "ascii"),
        ("latin1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("iso8859-1", "cp1252"),
        ("iso_8859-1", "cp1252"),
    ),
    *(("8859-1", "cp1252"), ("iso-8859-1:1987", "cp1252"), ("iso-8859-2", "iso8859-2"), ("iso-8859-8-i", "iso8859-8")),
    *(
        ("iso-8859-9", "cp1254"),
        ("iso-8859-11", "cp874"),
        ("iso-8859-15", "iso8859-15"),
        ("iso-8859-12", ""),
        ("iso-8859-99", ""),
    ),
    *(
        ("windows-1252", "cp1252"),
        ("cp1252", "cp1252"),
        ("cp-850", "cp850"),
        ("x-cp1251", "cp1251"),
        ("win-1250", "cp1250"),
    ),
    *(
        ("windows-65001", "utf-8"),
        ("cp65001", "utf-8"),
        ("ibm850", "cp850"),
        ("cp936", "gb18030"),
        ("windows-936", "gb18030"),
    ),
    *(
        ("ks_c_5601-1987", "cp949"),
        ("ks_c_5601", "cp949"),
        ("euc-kr", "cp949"),
        ("x-sjis", "cp932"),
        ("Shift_JIS", "cp932"),
    ),
    *(("gb2312", "gb18030"), ("GBK", "gb18030"), ("eucgb2312_cn", "gb18030"), ("big5", "cp950"), ("big5_tw", "cp950")),
    *(
        ("iso-2022-jp", "iso2022_jp_ext"),
        ("koi8-r", "koi8-r"),
        ("koi8-u", "koi8-u"),
        ("macintosh", "mac-roman"),
        ("tis-620", "cp874"),
    ),
    *(("utf-8 (Unicode)", "utf-8"), (" utf-8 ", "utf-8")),
    # never: codecs that are no charsets, and charsets that are not what they look like
    *(
        (name, "")
        for name in ("rot13", "rot_13", "zlib", "zip", "bz2", "hex", "base64", "quopri", "uu", "idna", "punycode")
    ),
    *((name, "") for name in ("unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "charmap", "palmos")),
    *(
        (name, "")
        for name in ("utf-7", "utf7", "unicode-1-1-utf-7", "unknown-8bit", "x-unknown", "%ZZ", "\0", "", "a" * 1000)
    ),
    *((name, "") for name in ("cp037", "cp500", "cp1140", "utf-8\0", "../utf-8", "binary", "default", "none")),
]


@pytest.mark.parametrize(("label", "codec"), CHARSETS)
def test_charsets_come_from_the_list_only(label: str, codec: str) -> None:
    assert charsets.codec_for(label) == codec


@pytest.mark.parametrize("codec", charsets.ALL_CODECS)
def test_every_codec_of_the_list_turns_bytes_into_text(codec: str) -> None:
    assert isinstance(b"abc \x80\xff".decode(codec, "replace"), str)


@pytest.mark.parametrize("label", sorted({label for label, codec in CHARSETS if codec} | set(charsets.ALL_CODECS)))
def test_no_bytes_make_a_charset_raise(label: str) -> None:
    dice = random.Random(label)
    for size in (1, 2, 3, 5, 50, 500):
        for _ in range(20):
            text, _ = charsets.decode(dice.randbytes(size), label)
            clean.lines(text).encode()


BYTES = [
    (b"abc", "", "abc", False),
    ("ü".encode(), "utf-8", "ü", False),
    ("ü".encode(), "", "ü", False),
    (b"\xfc", "", "ü", True),
    (b"\xfc", "utf-8", "ü", True),
    ("ü".encode(), "us-ascii", "ü", False),
    (b"\xfc", "us-ascii", "ü", True),
    (b"\x80", "iso-8859-1", "€", False),
    ("ü".encode(), "iso-8859-1", "Ã¼", False),
    (b"caf\xe9 " * 30, "utf-8", "café " * 30, True),
    ("gutes Öl ".encode() * 30 + b"\xff", "utf-8", "gutes Öl " * 30 + "\ufffd", True),
    ("안".encode("cp949") + b"\xff" + b"x" * 200, "euc-kr", "안\ufffd" + "x" * 200, True),
    (b"x", "utf-7", "x", True),
    (b"\x81", "", "\ufffd", True),
]


@pytest.mark.parametrize(("data", "charset", "text", "odd"), BYTES)
def test_declared_then_utf8_then_windows(data: bytes, charset: str, text: str, odd: bool) -> None:
    decoded, oddity = charsets.decode(data, charset)
    assert (decoded, bool(oddity)) == (text, odd)


ONE_LINES = [
    ("  a  b  ", "a b"),
    ("a\r\nb\tc", "a b c"),
    ("a\0b\x07c\x7fd\x9be", "abcde"),
    ("a\u00a0b", "a b"),
    ("a\u202eb\u202c", "ab"),
    ("a\u2066b\u2069", "ab"),
    ("a\u200bb\ufeffc", "abc"),
    ("a\u2028b\u2029c", "a b c"),
    ("a\u200cb", "a\u200cb"),
    ("a\u200db", "a\u200db"),
    ("\u200fשלום", "\u200fשלום"),
    ("a\ud800b", "ab"),
    ("é" * 30, "é" * 19 + "…"),
    ("\0" * 50, ""),
]


@pytest.mark.parametrize(("text", "expected"), ONE_LINES)
def test_one_line_text_has_nothing_hidden_in_it(text: str, expected: str) -> None:
    assert clean.one_line(text, 20) == expected


def test_lines_keep_tabs_and_line_ends_only() -> None:
    assert clean.lines("a\r\nb\rc\td\0\x1b[31m\x9b\u202ee\ud800\ufeff\f") == "a\nb\nc\td[31me"


def test_more_encoded_words_than_the_cap_stay_as_they_came() -> None:
    source = " ".join(["=?utf-8?q?a?="] * (limits.ENCODED_WORDS + 3))
    assert decode_words(source) == "a" * limits.ENCODED_WORDS + " =?utf-8?q?a?=" * 3

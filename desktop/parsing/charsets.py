"""Bytes to text by an allow-list of charsets.

What a mail calls its charset is looked up here and nowhere else: Python's own look-up would also find ``rot13``,
``zlib``, ``idna`` and ``unicode_escape``. UTF-7 stays off, since text in it is not what it looks like.
"""

import re
from functools import lru_cache

_CODECS = {
    "utf-8": "utf-8 utf8 utf8mb4 utf-8mb4 utf8mb3 unicode-1-1-utf-8 unicode-2-0-utf-8 x-utf-8 x-utf8 utf-8n",
    "utf-16": "utf-16 utf16 ucs-2 iso-10646-ucs-2 unicode",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "utf-32": "utf-32",
    "ascii": "us-ascii ascii ansi-x3.4-1968 iso646-us us iso-ir-6 7bit 8bit",
    "cp1252": "latin1 latin-1 l1 iso-latin-1 iso-ir-100 ansi",
    "iso8859-2": "latin2 latin-2 l2 iso-ir-101",
    "iso8859-3": "latin3 l3",
    "iso8859-4": "latin4 l4",
    "cp1254": "latin5 latin-5 l5",
    "iso8859-10": "latin6 l6",
    "iso8859-15": "latin9 latin-9 latin0 l9",
    "iso8859-5": "cyrillic",
    "iso8859-6": "arabic asmo-708 ecma-114",
    "iso8859-7": "greek greek8 ecma-118 elot-928",
    "iso8859-8": "hebrew visual logical",
    "koi8-r": "koi8-r koi8r koi8 koi koi-8",
    "koi8-u": "koi8-u koi8u koi8-ru",
    "koi8-t": "koi8-t",
    "kz1048": "kz-1048 strk1048-2002 rk1048",
    "ptcp154": "ptcp154 pt154",
    "mac-roman": "macintosh mac mac-roman x-mac-roman macroman",
    "mac-cyrillic": "x-mac-cyrillic mac-cyrillic x-mac-ukrainian",
    "mac-latin2": "x-mac-ce mac-centraleurope x-mac-centraleurroman",
    "mac-greek": "x-mac-greek",
    "mac-turkish": "x-mac-turkish",
    "gb18030": "gb18030 gb2312 gbk gb-2312 gb-2312-80 gb2312-80 euc-cn euccn eucgb2312-cn x-gbk cp936 gb chinese",
    "hz": "hz-gb-2312 hz hzgb",
    "cp950": "big5 big-5 x-x-big5 cn-big5 big5-eten big5-tw",
    "big5hkscs": "big5-hkscs big5hkscs",
    "cp932": "shift-jis shift_jis x-sjis sjis s-jis ms-kanji windows-31j mskanji x-ms-cp932 shiftjis csshiftjis",
    "euc_jp": "euc-jp eucjp x-euc-jp x-euc ujis eucjp-ms",
    "iso2022_jp_ext": "iso-2022-jp jis x-jis iso-2022-jp-ms",
    "iso2022_jp_1": "iso-2022-jp-1",
    "iso2022_jp_2": "iso-2022-jp-2",
    "iso2022_jp_3": "iso-2022-jp-3",
    "iso2022_jp_2004": "iso-2022-jp-2004",
    "cp949": "euc-kr euckr ks-c-5601-1987 ks-c-5601-1989 ks-c-5601 ksc5601 ksc-5601 ks-c5601 korean uhc",
    "iso2022_kr": "iso-2022-kr",
    "johab": "johab",
    "cp874": "tis-620 tis620 thai8 iso-8859-11",
}
_BY_LABEL = {label.replace("_", "-"): codec for codec, labels in _CODECS.items() for label in labels.split()}
_CODE_PAGES = {
    *(437, 720, 737, 775, 850, 852, 855, 856, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874, 1125),
    *(932, 949, 950, *range(1250, 1259)),
}
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|cp|ibm|ms|dos|microsoft-cp)-?(\d{3,5})(?:-\w+)?")
_ISO_8859 = re.compile(r"(?:x-)?(?:iso-?)?8859-?(\d{1,2})(?:-[ie]|:\d{4})?")
_WHATWG = {1: "cp1252", 9: "cp1254", 11: "cp874"}
"""Parts of ISO 8859 that everybody, browsers by standard, reads as the code page that contains them."""
_ISO_PARTS = {*range(1, 12), 13, 14, 15, 16}
_SPECIAL_PAGES = {
    65001: "utf-8",
    20127: "cp1252",
    28591: "cp1252",
    28605: "iso8859-15",
    936: "gb18030",
    54936: "gb18030",
}
ALL_CODECS = (*_CODECS, *(f"cp{page}" for page in sorted(_CODE_PAGES)), *(f"iso8859-{part}" for part in _ISO_PARTS))
"""Every codec that may be used; a child loads them all before it gives up opening files."""


@lru_cache(maxsize=512)
def codec_for(charset: str) -> str:
    """Return the Python codec for a *charset* as mails name it, or ``""`` for one that is unknown or not allowed."""
    label = charset.partition("(")[0].strip(" \t\"'").lower().replace("_", "-").replace(" ", "-")[:60]
    if label in _BY_LABEL:
        return _BY_LABEL[label]
    if match := _ISO_8859.fullmatch(label):
        part = int(match[1])
        return _WHATWG.get(part, f"iso8859-{part}") if part in _ISO_PARTS else ""
    if match := _CODE_PAGE.fullmatch(label):
        page = int(match[1])
        return _SPECIAL_PAGES.get(page) or (f"cp{page}" if page in _CODE_PAGES else "")
    return ""


def decode(data: bytes, charset: str) -> tuple[str, str]:
    """Return *data* as text, and what was odd about it (``""`` if nothing).

    Declared charset first, else UTF-8, else the declared one if that reads more characters than it must replace (one
    bad byte must not spoil the rest), else Windows-1252, in which every byte but five means something.
    """
    codec = codec_for(charset) if charset else ""
    oddity = "" if codec or not charset else "It names a character set that is unknown or not allowed."
    if codec == "ascii":
        if data.isascii():
            return data.decode("ascii"), ""
        codec = ""
    if codec:
        try:
            return data.decode(codec), ""
        except UnicodeDecodeError:
            oddity = "Its text does not fit the character set it names."
    try:
        return data.decode("utf-8"), oddity
    except UnicodeDecodeError:
        pass
    if codec:
        text = data.decode(codec, "replace")
        foreign = len(text) - len(text.encode("ascii", "ignore"))
        if foreign >= 2 * text.count("\ufffd"):
            return text, oddity
    return data.decode("cp1252", "replace"), oddity or "It holds 8-bit text without naming a character set."


def decode_raw_header(value: bytes) -> str:
    """Return a header's bytes as text: ASCII, raw ISO-2022-JP or UTF-8 if they are that, else Windows-1252."""
    if value.isascii():
        if b"\x1b$" in value or b"\x1b(" in value:
            return value.decode("iso2022_jp_ext", "replace")
        return value.decode("ascii")
    return decode(value, "")[0]

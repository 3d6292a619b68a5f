"""HTML of a mail made harmless before anything shows it: once as it was sent, once for a simple rich-text view.

Both go through an HTML5 parser and an allow-list (nh3), so what is left means the same to every reader of it. A browser
engine with scripts off, a content security policy and a request filter still connects to the host of a
``<link rel=preconnect>``; so no ``<link>`` may reach it, nor ``<base>``, ``<meta>``, frames, media or forms.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

import nh3

from desktop.parsing import htmlshape, limits


def _words(words: str) -> set[str]:
    return set(words.split())


_INLINE = _words(
    "a abbr acronym b bdi bdo big br cite code del dfn em font i img ins kbd mark q rp rt ruby s samp small span strike"
    " strong sub sup time tt u var wbr"
)
_BLOCKS = _words(
    "address article aside blockquote caption center col colgroup dd details dir div dl dt figcaption figure footer"
    " h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_WEB_TAGS = _INLINE | _BLOCKS | {"style"}
_LOOKS = _words(
    "align alt background bgcolor border bordercolor cellpadding cellspacing class clear color cols colspan compact dir"
    " face frame height hidden hspace id lang leftmargin link marginheight marginwidth noshade nowrap open reversed"
    " rows rowspan rules scope size span start style summary text title topmargin type valign value vlink vspace width"
)
_WEB_ATTRIBUTES = {"*": _LOOKS, "a": {"href", "name"}, "img": {"src"}}
_RICH_TAGS = (_INLINE | _BLOCKS) - _words(
    "abbr acronym bdi bdo col colgroup details mark q rp rt ruby summary time wbr"
)
_RICH_ATTRIBUTES = {
    "*": {"dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    **{name: {"align", "valign", "colspan", "rowspan", "width"} for name in ("td", "th", "table", "tr")},
    **{name: {"align"} for name in ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6")},
    "ol": {"start", "type"},
}
_DROPPED_WHOLE = _words("script title svg math iframe frame frameset noembed noframes template select option xmp")
_SCHEMES = {"http", "https", "mailto", "cid", "data"}

_PICTURE_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=%\s]*", re.IGNORECASE)
_PART = re.compile(r"part/[0-9]{1,4}")
_LINK = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_CSS_URL = re.compile(r"""url\(\s*(["']?)([^"'()]{1,8000})\1\s*\)""", re.IGNORECASE)
_CSS_LOADS = re.compile(r"@import[^;]{0,8000};?|@font-face\s*\{[^}]{0,20000}\}?", re.IGNORECASE)
_DARK = re.compile("prefers-color-scheme", re.IGNORECASE)
_STYLE = re.compile(r"(<style[^>]*>)(.*?)(</style>)", re.DOTALL)
_DOCTYPE = re.compile(
    r"""\s*(<!doctype\s+html(?:\s+public\s+"[^"<>]{0,100}"(?:\s+"[^"<>]{0,200}")?|\s+system\s+"[^"<>]{0,200}")?\s*>)""",
    re.IGNORECASE,
)
_ATTRIBUTES = re.compile(r"""((?:[^"'<>]++|"[^"]*+"|'[^']*+')*+)>""")
_ANCHOR = re.compile(r'<a [^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_ANY_TAG = re.compile(r"<[^>]*>")
_LIKE_AN_ADDRESS = re.compile(r"[\w-]\.[a-z\u00a1-\uffff]{2,}", re.IGNORECASE)
_OWN_STYLE = "<style>:root{color-scheme:only light!important}</style>"
"""The sheet is white whatever the desktop's theme: a mail that brings a dark form of its own would be unreadable."""


class Page:
    """One HTML page cleaned. ``content_ids`` are the mail's pictures by content id, each with a number of its own.

    ``named`` are the numbers of the pictures that the page names, in the order of its ``part/N``. ``remote`` are the
    addresses of pictures on the network.
    """

    def __init__(self, source: str, content_ids: Mapping[str, int]) -> None:
        self._content_ids = {name.casefold(): number for name, number in content_ids.items()}
        self.named: list[int] = []
        self.remote: set[str] = set()
        cleaner = nh3.Cleaner(
            tags=_WEB_TAGS,
            clean_content_tags=_DROPPED_WHOLE,
            attributes=_WEB_ATTRIBUTES,
            attribute_filter=self._attribute,
            link_rel=None,
            url_schemes=_SCHEMES,
        )
        page = _STYLE.sub(lambda style: f"{style[1]}{self._css(style[2])}{style[3]}", cleaner.clean(source))
        self.page = page
        self._frame = [_outer(cleaner, source, name) for name in ("html", "body")]
        doctype = _DOCTYPE.match(source)
        self._doctype = doctype[1] if doctype else ""

    def document(self) -> str:
        """Return the page as a whole document that looks as it was sent."""
        html, body = self._frame
        head = f'<head><meta charset="utf-8">{_OWN_STYLE}</head>'
        return f"{self._doctype}<html{html}>{head}<body{body}>{self.page}</body></html>"

    def rich(self) -> str:
        """Return the page for a simple rich-text view, in the view's own colours, or ``""`` if that is too much."""
        page = _RICH.clean(htmlshape.simplified(self.page))
        shape = htmlshape.measure(page)
        fits = len(page) <= limits.RICH_CHARS and shape.tags <= limits.RICH_TAGS and shape.cells <= limits.RICH_CELLS
        return page if fits else ""

    def links(self) -> tuple[tuple[str, str], ...]:
        """Return (address, words) of the links whose words look like an address themselves."""
        found: list[tuple[str, str]] = []
        for match in _ANCHOR.finditer(self.page):
            words = " ".join(_text(_ANY_TAG.sub("", match[2][: limits.LINK_CHARS])).split())[: limits.LINK_WORDS]
            if _LIKE_AN_ADDRESS.search(words) and len(match[1]) <= limits.LINK_CHARS:
                found.append((_text(match[1]), words))
            if len(found) >= limits.LINKS:
                break
        return tuple(found)

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        """Return what an attribute becomes, None to drop it."""
        if tag not in _WEB_TAGS:  # it is asked for these too
            return None
        if name == "href":
            value = "".join(value.split()) if len(value) <= limits.LINK_CHARS else ""
            return value if _LINK.match(value) else None
        if name in {"src", "background"}:
            return self._picture(value)
        return self._css(value) if name == "style" else value

    def _picture(self, value: str) -> str | None:
        """Return the address to load a picture from: a part of this mail, the network, or the page itself."""
        value = value.strip()
        lower = value[:8].lower()
        if lower.startswith("cid:"):
            return self._part(value[4:])
        if lower.startswith("//"):
            value = f"https:{value}"
        elif not lower.startswith(("http://", "https://")):
            return value if _PICTURE_DATA.fullmatch(value) else None
        self.remote.add(value)
        return value

    def _part(self, content_id: str) -> str | None:
        wanted = content_id.strip("<> ")
        number = self._content_ids.get(wanted.casefold(), self._content_ids.get(unquote(wanted).casefold()))
        if number is None:
            return None
        if number not in self.named:
            self.named.append(number)
        return f"part/{self.named.index(number)}"

    def _css(self, text: str) -> str:
        """Return CSS without what loads anything but pictures, and with those led like any other."""
        if "@" in text:
            text = _DARK.sub("x-not-asked", _CSS_LOADS.sub("", text))
        return _CSS_URL.sub(self._css_url, text) if "(" in text else text

    def _css_url(self, match: re.Match[str]) -> str:
        address = self._picture(match[2])
        return f"url({match[1]}{address}{match[1]})" if address else "none"


def _rich_attribute(_tag: str, name: str, value: str) -> str | None:
    """Keep of an address only what leads to a picture of this mail, or out by a click."""
    if name == "src":
        return value if _PART.fullmatch(value) else None
    return value if name != "href" or not value.startswith("#") else None


_RICH = nh3.Cleaner(
    tags=_RICH_TAGS,
    clean_content_tags=_DROPPED_WHOLE | {"style"},
    attributes=_RICH_ATTRIBUTES,
    attribute_filter=_rich_attribute,
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
)


def _outer(cleaner: nh3.Cleaner, source: str, name: str) -> str:
    """Return the attributes of the page's ``<html>`` or ``<body>``, cleaned, with a blank before each."""
    begin = re.search(rf"<{name}(?=[\s>])", source, re.IGNORECASE)
    match = _ATTRIBUTES.match(source, begin.end()) if begin else None
    if match is None:
        return ""
    cleaned = cleaner.clean(f"<div{match[1]}></div>")
    return cleaned[4:-7] if cleaned.startswith("<div") and cleaned.endswith("></div>") else ""


def _text(markup: str) -> str:
    """Return the few characters that the sanitiser escapes as they are."""
    for name, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", " "), ("&amp;", "&")):
        markup = markup.replace(name, sign)
    return markup

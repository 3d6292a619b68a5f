"""HTML mail as readable text, in one pass over its tags.

No tree is built: cost and memory grow with the input alone, whatever it nests. (A layout engine must be kept from
290 KB of HTML that make 1 GB of text: one wide table cell pads every row.) What the reader of the mail would not see
is left out: hidden preheaders, scripts, styles, comments.
"""

import html
import re

from desktop.parsing import limits


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MARKUP = re.compile("<[a-zA-Z/!?]")
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})((?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""")
_TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_SKIPPED = {
    name: re.compile(rf"</{name}(?![a-z])", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "noframes", "xmp", "iframe", "noembed")
}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|\shidden(?:[\s=/]|$)"
    r"|max-height\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
)
_VOID = _names("area base br col embed hr img input link meta param source track wbr basefont bgsound frame")
_BLOCKS = _names(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form header hgroup html li main menu nav ol pre section summary table tbody tfoot thead tr ul caption"
)
_SPACED = _names("p h1 h2 h3 h4 h5 h6")
_IMPLIED_END = {
    "p": _names("p"),
    "li": _names("li"),
    "td": _names("td th"),
    "th": _names("td th"),
    "tr": _names("td th tr"),
    "option": _names("option"),
}
_MEANT = _BLOCKS | _SPACED | frozenset(_SKIPPED) | _names("td th br hr")
"""Elements that make a difference even without attributes."""
_ENDS_ANYTHING = _names("td th tr tbody table body html")
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\ufeff]|(?<!\\w)\u200c|\u200c(?!\\w)")
"""Characters that only break or fill lines; a non-joiner between letters means something."""
_HUGE_NUMBER = re.compile(r"&#\d{8,};?")
_ALT_TEXT = re.compile(r"""<img\s[^>]{0,2000}?\salt\s{0,5}=\s{0,5}(?:"([^"]{1,300})"|'([^']{1,300})')""", re.IGNORECASE)
_MANY_LINES = re.compile(r"\n{3,}")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)


def declared_charset(data: bytes) -> str:
    """Return the charset that an HTML document names in its first 2 KB, or ``""``."""
    match = _META_CHARSET.search(data[:2048])
    return match[1].decode("ascii") if match else ""


def to_text(source: str) -> str:
    """Return what a reader sees of an HTML document, as text."""
    source = source[: limits.HTML_CHARS]
    return _Writer(source).write() or _alternate_texts(source)


def _alternate_texts(source: str) -> str:
    """Return what the pictures of a mail made of pictures only say in their ``alt`` texts."""
    texts = (_unescape(match[1] or match[2]).strip() for match in _ALT_TEXT.finditer(source[:100_000]))
    return "\n".join(text for text in texts if text)


class _Writer:
    """One pass. ``hidden`` names the elements that are open inside of one that is not shown, that one included."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.fresh = True  # at the start of a line: blanks are dropped
        self.gap = False  # a blank is due before the next word
        self.hidden: list[str] = []
        self.bullet = False  # a bullet stands alone: the block after it stays on its line
        self.pre = 0
        self.quotes_pair = True

    def write(self) -> str:
        source, pos = self.source, 0
        while True:
            found = _MARKUP.search(source, pos)
            if found is None:
                self._text(source[pos:])
                break
            at = found.start()
            if at > pos:
                self._text(source[pos:at])
            match = _TAG.match(source, at) if self.quotes_pair else None
            if match is None:
                pos = self._no_tag(at)
                continue
            closing, name, attributes = match.groups()
            pos = match.end()
            name = name.lower()
            if attributes or self.hidden or name in _MEANT:
                pos = self._tag(name, attributes, pos, closing=bool(closing))
        return _MANY_LINES.sub("\n\n", "".join(self.out)).strip()

    def _no_tag(self, at: int) -> int:
        """Deal with a ``<`` at *at* that begins a comment, a declaration or something broken; return where to go on."""
        source = self.source
        if source.startswith("<!--", at):
            end = source.find("-->", at + 2)
            return end + 3 if end >= 0 else len(source)
        name = _TAG_NAME.match(source, at)
        if name is None:
            return self._after_bracket(at)
        self.quotes_pair = False  # a quote is never closed: from here on, tags end at the next bracket
        end = self._after_bracket(at)
        closing = source.startswith("</", at)
        return self._tag(name[1].lower(), source[name.end() : end - 1], end, closing=closing)

    def _after_bracket(self, at: int) -> int:
        end = self.source.find(">", at)
        return end + 1 if end >= 0 else len(self.source)

    def _tag(self, name: str, attributes: str, end: int, *, closing: bool) -> int:
        if self.hidden:
            self._inside_hidden(name, attributes, closing=closing)
        elif closing:
            self._close(name)
        elif name in _SKIPPED:
            pass
        elif name not in _VOID and attributes and is_hidden(attributes):
            self.hidden.append(name)
        else:
            self._open(name)
        if name in _SKIPPED and not closing:
            stop = _SKIPPED[name].search(self.source, end)
            return self._after_bracket(stop.start()) if stop else len(self.source)
        return end

    def _inside_hidden(self, name: str, attributes: str, *, closing: bool) -> None:
        """Keep count of what is open until the hidden element is closed; a new ``<p>`` or ``<li>`` ends the last."""
        if closing:
            if name in self.hidden[-limits.HTML_DEPTH :]:
                while self.hidden.pop() != name:
                    pass
            elif name in _ENDS_ANYTHING:
                self.hidden.clear()
        elif name not in _VOID and not attributes.endswith("/"):
            if self.hidden[-1] in _IMPLIED_END.get(name, ()):
                if len(self.hidden) == 1:
                    self.hidden.clear()
                    if not is_hidden(attributes):
                        self._open(name)
                        return
                else:
                    self.hidden.pop()
            self.hidden.append(name)

    def _open(self, name: str) -> None:
        if name == "br":
            self._line()
        elif name in _BLOCKS:
            self._block(1)
            if name == "li":
                self._raw("* ")
                self.bullet = self.fresh = True
            elif name == "pre":
                self.pre += 1
        elif name in _SPACED:
            self._block(2)
        elif name in {"td", "th"}:
            self.gap = True
        elif name == "hr":
            self._block(1)
            self._raw("---")
            self._block(1)

    def _close(self, name: str) -> None:
        if name in _BLOCKS:
            self._block(1)
            if name == "pre" and self.pre:
                self.pre -= 1
        elif name in _SPACED:
            self._block(2)
        elif name in {"td", "th"}:
            self.gap = True

    def _text(self, text: str) -> None:
        if self.hidden:
            return
        if "&" in text:
            text = _unescape(text)
        if self.pre:
            if text:
                self.out.append(text)
                self.fresh = text.endswith("\n")
            return
        if not text.isascii():
            text = _INVISIBLE.sub("", text)
        words = " ".join(text.split())
        if not words:
            self.gap = self.gap or bool(text)
            return
        if (self.gap or text[0].isspace()) and not self.fresh:
            self.out.append(" ")
        self._raw(words)
        self.gap = text[-1].isspace()

    def _raw(self, text: str) -> None:
        self.out.append(text)
        self.fresh = self.gap = self.bullet = False

    def _line(self) -> None:
        self.out.append("\n")
        self.fresh = True
        self.gap = False

    def _block(self, breaks: int) -> None:
        """Begin a new block: on a line of its own, after *breaks* - 1 blank lines."""
        if self.bullet:
            return
        if self.out and not self.fresh:
            self._line()
        if breaks > 1 and self.out and self.out[-1] != "\n\n":
            self.out.append("\n")
        self.gap = False


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of more than 4,300 digits
        return html.unescape(_HUGE_NUMBER.sub("\ufffd", text))


def is_hidden(attributes: str) -> bool:
    """Tell whether an element with these attributes is not seen."""
    attributes = attributes.lower()
    return ("style" in attributes or "hidden" in attributes) and _HIDING.search(attributes) is not None

"""Where a link in a mail leads in truth, and what is odd about it. No window, no network: words in, words out.

The address is taken apart, judged and put together again from what was judged; only that is ever opened, so no other
program reads it another way.
"""

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qsl, quote, unquote

from desktop.ui.mail_view import hosts

MAX_CHARS = 8_000
HINT_CHARS = 200
_UNSEEN = "\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_UNSEEN_IN_WORDS, _INVISIBLE = re.compile(f"[{_UNSEEN}]"), re.compile(f"[{_UNSEEN}\x20\xa0]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30}):", re.IGNORECASE)
_WEB = re.compile(r"(https?)://([^/?#\\]*)((?:[/?#].*)?)", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(?:(.*)@)?(\[[0-9a-f:.]+\]|[^:@\[\]]*)(?::([0-9]{0,5}))?", re.IGNORECASE | re.DOTALL)
_SAYS_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_SAYS_HOST = re.compile(r"(?:[^\s.,;:@/<>\"']+\.)+([A-Za-z\u00a1-\uffff]{2,})(?:[/?#]\S*)?")  # quicker to compile
_FILE_ENDINGS = frozenset(
    [
        *("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "txt", "csv", "zip", "png", "jpg", "jpeg"),
        *("gif", "htm", "html", "xml", "json", "exe", "mp3", "mp4", "mov", "eml", "ics"),
    ]
)
_PORTS = {"http": "80", "https": "443"}
_KEPT_SIGNS = "/?#[]@!$&'()*+,;=:%-._~"


class Kind(Enum):
    """What opening a link would start."""

    WEB = "web"
    MAIL = "mail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is shown to a person.

    ``address`` is what would be opened, all of it visible, ``""`` for a link that is not opened. ``place`` is the host,
    or the recipient of a mail: with its letters and, where they are not plain, its spelling in ASCII. ``doubts`` are
    sentences.
    """

    kind: Kind
    address: str = ""
    host: str = ""
    place: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """The address in one short line, for a status bar or a tooltip."""
        text = self.address or " ".join(self.doubts)
        return text if len(text) <= HINT_CHARS else text[: HINT_CHARS - 1] + "…"


def read_link(address: str, words: str = "") -> Link:
    """Return where *address* leads; *words* is the text that stands for it in the mail."""
    if len(address) > MAX_CHARS:
        return _refused("Its address is longer than any real one.")
    address = _INVISIBLE.sub("", address)
    scheme = _SCHEME.match(address)
    name = scheme[1].lower() if scheme else ""
    if name in _PORTS:
        return _web(address, words)
    if name == "mailto":
        return _mail(address[len("mailto:") :])
    kind = f" but to something else on this computer ({name}:)" if name else ""
    return _refused(f"It leads to no web page and no mail address{kind}.")


def _refused(why: str) -> Link:
    return Link(Kind.NONE, doubts=(why,))


def _web(address: str, words: str) -> Link:
    parts = _WEB.fullmatch(address)
    authority = _AUTHORITY.fullmatch(parts[2]) if parts else None
    host = hosts.to_ascii(unquote(authority[2])) if authority else ""
    if parts is None or authority is None or not host or int(authority[3] or 0) > 65535:
        return _refused("Its address is written in a way that different programs read differently.")
    scheme = parts[1].lower()
    port = f":{authority[3]}" if authority[3] and authority[3] != _PORTS[scheme] else ""
    letters = hosts.to_unicode(host)
    doubts = [*_doubts_of_host(host, letters), *_doubts_of_words(host, words)]
    if authority[1]:
        shown = unquote(authority[1]).partition(":")[0][:80]
        doubts.insert(0, f"“{_INVISIBLE.sub('', shown)}” before the @ is not where it leads; it is left out.")
    if port:
        doubts.append(f"It uses an unusual port ({authority[3]}).")
    return Link(
        Kind.WEB,
        f"{scheme}://{host}{port}{quote(_STRAY_PERCENT.sub('%25', parts[3]), safe=_KEPT_SIGNS) or '/'}",
        host,
        host if letters == host or hosts.looks_latin(letters) else f"{letters} ({host})",
        tuple(doubts),
    )


def _doubts_of_host(host: str, letters: str) -> list[str]:
    if hosts.is_number(host):
        return ["It leads to a number instead of a name."]
    if hosts.mixes_alphabets(letters):
        return ["Its name mixes letters of different alphabets, as forged names do."]
    if hosts.looks_latin(letters):
        return ["Its name is written in foreign letters that look like Latin ones, as forged names are."]
    return []


def _doubts_of_words(host: str, words: str) -> list[str]:
    """Compare a link with its own words, if those look like an address."""
    said = _host_in(words)
    if not said or host == said or host.endswith(f".{said}") or said.endswith(f".{host}"):
        return []
    return [f"The mail says “{hosts.to_unicode(said)}”, but the link leads elsewhere."]


def _host_in(words: str) -> str:
    words = _UNSEEN_IN_WORDS.sub("", words).strip()
    found = _SAYS_ADDRESS.search(words)
    text = found[0] if found else ""
    if not text:
        plain = _SAYS_HOST.fullmatch(words)
        if plain is None or plain[1].lower() in _FILE_ENDINGS:
            return ""
        text = words
    text = re.sub(r"^https?://", "", text, flags=re.IGNORECASE)
    authority = re.split(r"[/?#\\]", text, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    return hosts.to_ascii(authority.rstrip(".,;!)")).removeprefix("www.")


def _mail(rest: str) -> Link:
    """Keep of a mailto link who, what about and the text: no copies to others, no attachments (reliability I2)."""
    who, _, fields = rest.partition("?")
    to = _INVISIBLE.sub("", unquote(who))
    if "@" not in to:
        return _refused("It names nobody to write to.")
    query = [
        f"{name.lower()}={quote(_one_paragraph(value), safe='')}"
        for name, value in parse_qsl(fields.replace("+", "%2B"))
        if name.lower() in {"subject", "body"}
    ]
    return Link(Kind.MAIL, f"mailto:{quote(to, safe='@,')}" + ("?" + "&".join(query) if query else ""), place=to[:200])


def _one_paragraph(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:2000]

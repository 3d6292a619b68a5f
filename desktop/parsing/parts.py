"""Answers about one part of a stored message: the same parts, in the same order, as the reader found."""

from desktop.domain.errors import MessageRejected
from desktop.domain.reasons import ReasonCode
from desktop.parsing import body as bodies
from desktop.parsing import clean, headers, htmltext, limits, structure
from desktop.parsing.charsets import decode
from desktop.parsing.structure import Tree
from desktop.parsing.words import header_text


def extract_attachment(raw_bytes: bytes, part_path: str) -> bytes:
    """Return the decoded bytes of the part at *part_path* (``Attachment.part``). Raises MessageRejected (NOT_FOUND)."""
    for part in structure.parse(raw_bytes).parts:
        if part.path == part_path and (part.leaf or part.kind.startswith("message/")):
            return part.content()[0]
    raise MessageRejected(ReasonCode.NOT_FOUND, f"The message has no part {part_path!r}.")


def extract_html(raw_bytes: bytes) -> str | None:
    """Return the HTML form of a message's body as it was sent, or None.

    It is text of the sender's and must be sanitised before it is shown. It is cut at the cap, without a word: what is
    longer than that is not shown as HTML.
    """
    tree = structure.parse(raw_bytes)
    index = bodies.find_html(tree)
    return html_source(tree, index)[0] if index >= 0 else None


def html_source(tree: Tree, index: int) -> tuple[str, bool]:
    """Return the HTML of the part at *index* up to the cap, and whether that is all of it."""
    part = tree.parts[index]
    data = part.content(limits.TEXT_BYTES)[0]
    charset = part.content_type.params.get("charset", "") or htmltext.declared_charset(data)
    text = clean.lines(decode(data, charset)[0])
    is_whole = len(text) <= limits.HTML_CHARS and len(data) <= limits.TEXT_BYTES
    return text[: limits.HTML_CHARS], is_whole


def header_lines(raw_bytes: bytes) -> list[tuple[str, str]]:
    """Return the header fields as (name as written, value as one clean line), topmost first, for a trace."""
    start = 3 if raw_bytes.startswith(b"\xef\xbb\xbf") else 0
    found: list[tuple[str, str]] = []
    for first, last in headers.field_spans(raw_bytes, start, len(raw_bytes)):
        if len(found) >= limits.PARTS:
            break
        line = raw_bytes[first : min(last, first + limits.FIELD_BYTES)]
        name, colon, value = line.partition(b":")
        if colon and headers.is_field(line):
            label = name.strip().decode("ascii", "replace")
            found.append((label, clean.one_line(header_text(value), limits.SUBJECT_CHARS)))
    return found

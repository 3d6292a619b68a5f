"""What is said of a mail that has no text: never "empty" when there is something to name."""

from desktop.domain.mail import Attachment
from desktop.parsing import calendars, clean
from desktop.parsing.body import HTML_KINDS
from desktop.parsing.charsets import decode
from desktop.parsing.structure import Part, Tree

_CIPHERS = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_CALENDARS = {"text/calendar", "application/ics"}
_OUTLOOK = {"application/ms-tnef", "application/vnd.ms-tnef"}
_REPORTS = {"message/delivery-status": "delivery report", "message/disposition-notification": "read receipt"}


def describe(tree: Tree, attachments: tuple[Attachment, ...]) -> str:
    """Return, in square brackets, what a message without text is."""
    for part in tree.parts:
        words = _special(part)
        if words:
            return words
    if any(part.kind in HTML_KINDS and part.end - part.start > 100 for part in tree.parts):
        return "[pictures only, no text]"
    if len(attachments) == 1:
        return f"[no text, 1 attachment: {attachments[0].name}]"
    if attachments:
        shown = ", ".join(attachment.name for attachment in attachments[:5])
        more = ", …" if len(attachments) > 5 else ""
        return f"[no text, {len(attachments)} attachments: {shown}{more}]"
    return "[empty message]"


def not_fetched(size_bytes: int) -> str:
    """Return what stands for the text of a message of which only the headers were fetched."""
    return f"[only the headers were fetched: the message has {size_bytes / (1 << 20):.1f} MB]"


def _special(part: Part) -> str:
    if part.kind == "multipart/encrypted":
        return "[encrypted message]"
    if part.kind in _CIPHERS:
        signed = "signed" in part.content_type.params.get("smime-type", "").lower()
        return "[signed message, its text is inside the attachment]" if signed else "[encrypted message]"
    if part.kind in _OUTLOOK or part.content_type.params.get("name", "").lower() == "winmail.dat":
        return "[message in a format of Outlook's own: winmail.dat]"
    if part.kind in _CALENDARS:
        return calendars.describe(_decoded(part))
    if part.kind in _REPORTS:
        return f"[{_REPORTS[part.kind]}]\n{clean.lines(_decoded(part))[:2000].strip()}"
    return ""


def _decoded(part: Part) -> str:
    data, _ = part.content(100_000)
    return decode(data, part.content_type.params.get("charset", ""))[0]

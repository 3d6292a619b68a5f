"""Attachment names that are safe to save under, on every system (reliability I4).

A name is what is left of the sender's wish: one component of a path, no character that any file system gives a
meaning, no device of Windows, no reversed reading direction, short, and unique within its mail.
"""

import re
import unicodedata

from desktop.parsing import clean, limits

_FORBIDDEN = re.compile('[<>:"/\\\\|?*%$`~\u00ad\u034f\u061c\u180e\u200b-\u200f\u2044\u2060-\u206f\u2215\uff0f\uff3c]')
_DRIVE = re.compile(r"^[A-Za-z]:")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$", "config$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/rtf": ".rtf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/ics": ".ics",
    "application/ms-tnef": ".dat",
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/news": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/xml": ".xml",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}


def extension_for(kind: str) -> str:
    """Return the file name extension for a media type; the system's own table would differ from one to the next."""
    return _EXTENSIONS.get(kind, ".bin")


def safe(declared: str, kind: str, number: int) -> str:
    """Return a safe file name for attachment *number* (from 1) that its sender calls *declared*."""
    name = unicodedata.normalize("NFC", declared[: 4 * limits.DECLARED_NAME_CHARS])
    name = clean.one_line(name, 4 * limits.DECLARED_NAME_CHARS)
    name = _DRIVE.sub("", name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip())
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if not name.strip("_ .-"):
        return f"attachment-{number}{extension_for(kind)}"
    if name.startswith("-"):
        name = f"_{name}"
    if name.partition(".")[0].rstrip().lower() in _DEVICES:
        name = f"_{name}"
    return _shortened(name, limits.ATTACHMENT_NAME_BYTES)


def unique(name: str, taken: dict[str, int]) -> str:
    """Return *name*, numbered if the mail has it already; *taken* keeps count and is changed."""
    key = name.casefold()
    if key not in taken:
        taken[key] = 1
        return name
    stem, extension = _cut(name)
    while True:
        taken[key] += 1
        numbered = f"{stem} ({taken[key]}){extension}"
        if numbered.casefold() not in taken:
            taken[numbered.casefold()] = 1
            return numbered


def _cut(name: str) -> tuple[str, str]:
    """Return stem and extension; what is too long to be an extension is none."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension.encode()) > 20 or " " in extension:
        return name, ""
    return stem, dot + extension


def _shortened(name: str, limit: int) -> str:
    """Return *name* in at most *limit* bytes of UTF-8, its extension kept."""
    if len(name.encode()) <= limit:
        return name
    stem, extension = _cut(name)
    room = limit - len(extension.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + extension

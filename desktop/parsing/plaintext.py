"""Plain text parts made readable: flowed lines joined (RFC 3676), and the short preview of a body."""

import re

from desktop.parsing import limits

_STUBS = re.compile(
    r"(?:your|this|the)\s+(?:e-?mail|mail)?\s*(?:client|program|reader|software|app|browser)[^.]{0,60}"
    r"(?:not|n't|cannot|unable)[^.]{0,60}html"
    r"|(?:view|read|see|display)[^.]{0,60}(?:html|web\s?browser|online version)"
    r"|html[- ](?:e-?mail|mail|message|format|capable|enabled|only)"
    r"|this\s+(?:is\s+an?\s+)?(?:html|multi-?part|mime)[^.]{0,40}(?:message|format|e-?mail)"
    r"|unterst(?:ü|ue)tzt[^.]{0,60}html|kein(?:e)?\s+html|html-(?:e-?mail|nachricht|ansicht)",
    re.IGNORECASE,
)
_STUB_CHARS = 400
_ATTRIBUTION = re.compile(
    r"^(?:on\b.{5,200}\bwrote|am\b.{5,200}\bschrieb.{0,80}|le\b.{5,200}\ba écrit|el\b.{5,200}\bescribió"
    r"|il\b.{5,200}\bha scritto|op\b.{5,200}\bschreef.{0,80}|em\b.{5,200}\bescreveu)\s?:$",
    re.IGNORECASE,
)
_QUOTE_BEGINS = re.compile(
    r"^(?:-{2,}\s?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|forwarded message)"
    r"|_{20,}$|begin forwarded message:)",
    re.IGNORECASE,
)
_FORWARD_HEAD = re.compile(r"^(?:from|date|sent|to|subject|von|gesendet|an|betreff|de|envoyé|objet):\s", re.IGNORECASE)
_RULER = re.compile(r"[-=_*~#+.]{4,}")
_BARE_LINK = re.compile(r"[<(\[]?https?://\S+")


def is_stub(text: str) -> bool:
    """Tell whether a plain text part only says that the mail is to be read as HTML."""
    text = text.strip()
    return not text or (len(text) <= _STUB_CHARS and _STUBS.search(text) is not None)


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines of ``format=flowed`` text (RFC 3676 section 4.2): a line that ends in a blank goes on."""
    out: list[str] = []
    run: list[str] = []
    run_depth = 0
    for line in text.split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        if body.startswith(" "):
            body = body[1:]
        if run and (depth != run_depth or body in {"", "-- "}):
            out.append(_quoted("".join(run), run_depth))
            run = []
        flows = body.endswith(" ") and body != "-- "
        run.append(body[:-1] if flows and delete_space else body)
        run_depth = depth
        if not flows:
            out.append(_quoted("".join(run), run_depth))
            run = []
    if run:
        out.append(_quoted("".join(run), run_depth))
    return "\n".join(out)


def _quoted(text: str, depth: int) -> str:
    return f"{'>' * depth} {text}" if depth else text


def preview(text: str) -> str:
    """Return the beginning of what the sender wrote, on one line: no quoted text, no rulers, no bare links."""
    source = text[: limits.PREVIEW_SOURCE_CHARS]
    kept: list[str] = []
    size = 0
    for raw_line in source.split("\n"):
        line = raw_line.strip()
        if not line or line[0] == ">" or (line[0] in "<([h" and _BARE_LINK.fullmatch(line)):
            continue
        if line == "--" and kept:  # a signature begins
            break
        if _QUOTE_BEGINS.match(line) or (line[-1] == ":" and len(line) < 250 and _ATTRIBUTION.match(line)):
            if kept:
                break
            continue
        if (not line[0].isalnum() and _RULER.fullmatch(line)) or (not kept and _FORWARD_HEAD.match(line)):
            continue
        kept.append(line)
        size += len(line) + 1
        if size > limits.PREVIEW_CHARS:
            break
    words = " ".join(" ".join(kept or [source]).split())
    if len(words) <= limits.PREVIEW_CHARS:
        return words
    cut = words[: limits.PREVIEW_CHARS]
    return (cut[: cut.rfind(" ")] if " " in cut[-30:] else cut[:-1]).rstrip() + "…"

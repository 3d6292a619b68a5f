"""The parts of a message that are not its body, with names that are safe to save under."""

from collections.abc import Sequence

from desktop.domain.attachments import Stretch, decoded_size
from desktop.domain.mail import Attachment
from desktop.parsing import clean, limits, names
from desktop.parsing.body import Body, content_id
from desktop.parsing.notes import Notes
from desktop.parsing.structure import Part, Tree
from desktop.parsing.words import header_text


def list_attachments(tree: Tree, body: Body, notes: Notes, left: Sequence[Stretch] = ()) -> tuple[Attachment, ...]:
    """Return every part to be saved or shown in the body, in the order of reading; *left* was left on the server."""
    found: list[Attachment] = []
    taken: dict[str, int] = {}
    shown = body.used | body.passed_over
    for index, part in enumerate(tree.parts):
        if index in shown or (not part.leaf and not part.kind.startswith("message/")):
            continue
        cut = _cut_out_of(tree, part, left)
        if part.start >= part.end and part.parent < 0 and not cut:
            continue  # a message without a body has no attachment either
        declared = part.disposition.params.get("filename") or part.content_type.params.get("name") or ""
        if clean.has_override(declared):
            notes.add("The name of an attachment turns the reading direction around.")
        name = names.unique(names.safe(_wished_name(tree, part, declared), part.kind, len(found) + 1), taken)
        size_bytes, oddity = part.size() if not cut else (_size_of_cut(part, cut), "")
        notes.add(oddity)
        cid = content_id(part)
        found.append(
            Attachment(
                part=part.path,
                name=name,
                declared_name=clean.one_line(declared, limits.DECLARED_NAME_CHARS),
                content_type=part.kind,
                size_bytes=size_bytes,
                content_id=cid,
                inline=_is_inline(tree, part, cid),
                encoding=part.encoding() if cut else "",
                span=(part.start, part.end) if cut else None,
            )
        )
    return tuple(found)


def _cut_out_of(tree: Tree, part: Part, left: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches that were left out of a part; what was encoded as a whole is looked into only whole."""
    if len(part.source) != len(tree.parts[0].source):
        return []
    return [one for one in left if part.start <= one.at <= part.end]


def _size_of_cut(part: Part, cut: Sequence[Stretch]) -> int:
    length = part.end - part.start + sum(one.length for one in cut)
    return decoded_size(length, part.encoding() if part.leaf else "")


def _wished_name(tree: Tree, part: Part, declared: str) -> str:
    """Return the name to save a part under: its own; an embedded message's is made of its subject and ends in .eml."""
    if not part.kind.startswith("message/") or part.leaf:
        return declared
    name = declared
    if not name:
        subjects = (tree.parts[child].headers.first("subject") for child in part.children)
        name = clean.one_line(next((header_text(raw) for raw in subjects if raw), ""), 100)
    return f"{name}.eml" if name and not name.lower().endswith(".eml") else name


def _is_inline(tree: Tree, part: Part, cid: str) -> bool:
    """Tell whether a part is shown inside the body: it can be pointed at, and nobody called it an attachment."""
    if not cid or part.disposition.value == "attachment" or part.parent < 0:
        return False
    return part.kind.startswith("image/") or tree.parts[part.parent].kind == "multipart/related"

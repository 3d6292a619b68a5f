"""A message made ready to be shown: its text, and its HTML where that can be shown without harm or delay."""

from desktop.parsing import body as bodies
from desktop.parsing import htmlshape, limits, notext, structure
from desktop.parsing.attachments import list_attachments
from desktop.parsing.body import Body
from desktop.parsing.guard import one_message
from desktop.parsing.htmlclean import Page
from desktop.parsing.notes import Notes
from desktop.parsing.parts import html_source
from desktop.parsing.pictures import shape_of
from desktop.parsing.shown import Picture, ShownMail
from desktop.parsing.structure import Tree

TOO_LONG = f"Its HTML is longer than {limits.HTML_CHARS >> 20} MB, so the mail is shown in a simpler form."
TOO_DEEP = "Its HTML is built in a way that could stop a browser, so the mail is shown in a simpler form."
MORE_TEXT = "The mail has more text than its HTML form shows; the plain text has all of it."
_NO_PICTURE = Picture("", b"")


def read_view(content: bytes) -> ShownMail:
    """Return the forms in which a message is shown. Raises MessageRejected, and nothing else."""
    with one_message("view"):
        return _read_view(content)


def _read_view(content: bytes) -> ShownMail:
    notes = Notes()
    tree = structure.parse(content)
    body = bodies.read_body(tree, notes)
    text = body.text if body.text.strip() else notext.describe(tree, list_attachments(tree, body, notes))
    index = bodies.find_html(tree)
    if index < 0:
        return ShownMail(text)
    source, is_whole = html_source(tree, index)
    if not is_whole:
        return ShownMail(text, why_simple=TOO_LONG)
    if htmlshape.piled_up(source) > limits.SOURCE_DEPTH:
        return ShownMail(text, why_simple=TOO_DEEP)
    page = Page(source, _by_content_id(tree))
    is_flat = _is_flat(page.page)
    return ShownMail(
        text,
        html=page.document() if is_flat else "",
        rich=page.rich(),
        pictures=_pictures(tree, page.named),
        remote=len(page.remote),
        links=page.links(),
        why_simple="" if is_flat else TOO_DEEP,
        note=MORE_TEXT if _has_more_text(tree, body, index) else "",
    )


def _is_flat(page: str) -> bool:
    """Tell whether a browser engine lays the page out without trouble."""
    if len(page) > limits.WEB_CHARS:
        return False
    shape = htmlshape.measure(page)
    return shape.depth <= limits.WEB_DEPTH and shape.tables <= limits.WEB_TABLES and shape.tags <= limits.WEB_TAGS


def _by_content_id(tree: Tree) -> dict[str, int]:
    """Return the parts that the body may point at; what belongs to a message inside this one is not among them."""
    found: dict[str, int] = {}
    for index, part in enumerate(tree.parts):
        content_id = bodies.content_id(part) if part.leaf else ""
        if content_id and not bodies.is_inside_message(tree.parts, part):
            found.setdefault(content_id, index)
    return found


def _pictures(tree: Tree, indexes: list[int]) -> tuple[Picture, ...]:
    room = limits.PICTURES_BYTES
    found: list[Picture] = []
    for index in indexes:
        part = tree.parts[index]
        picture = _NO_PICTURE
        if part.end - part.start <= 2 * room:
            data = part.content()[0]
            shape = shape_of(data)
            if shape is not None and shape.pixels <= limits.PICTURE_PIXELS and len(data) <= room:
                picture = Picture(shape.kind, data)
        room -= len(picture.data)
        found.append(picture)
    return tuple(found)


def _has_more_text(tree: Tree, body: Body, index: int) -> bool:
    """Tell whether the readable text has words from parts that are no other form of the HTML part."""
    alternatives = _ancestors(tree, index, "multipart/alternative")
    return any(
        used != index
        and not alternatives & _ancestors(tree, used, "multipart/alternative")
        and bodies.part_text(tree.parts[used], Notes()).strip()
        for used in body.used
    )


def _ancestors(tree: Tree, index: int, kind: str) -> set[int]:
    """Return the multiparts of a *kind* around a part."""
    found: set[int] = set()
    parent = tree.parts[index].parent
    while parent >= 0:
        if tree.parts[parent].kind == kind:
            found.add(parent)
        parent = tree.parts[parent].parent
    return found

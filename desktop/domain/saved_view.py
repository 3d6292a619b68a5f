"""A view of the list of emails under a name: what is listed, in which order, and which columns show it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.domain.email_list import Chip, EmailOrder
from desktop.domain.ids import ViewId

NAME_CHARS = 60
VIEWS = 50
"""How many views there may be."""
SEARCH_CHARS = 2_000
SHARED_CHARS = 20_000
_SHARED = "postroom-view 1 "
"""What a view begins with that somebody sends to somebody else."""


@dataclass(frozen=True, slots=True)
class ViewContent:
    """What a view shows. ``mailbox`` is an address; ``columns`` are arrangements by the layout they belong to."""

    search: str = ""
    chip: Chip = Chip.ALL
    mailbox: str = ""
    order: EmailOrder = EmailOrder.NEWEST
    columns: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return it as it is stored."""
        values = {"search": self.search, "chip": self.chip.value, "mailbox": self.mailbox, "order": self.order.value}
        return json.dumps({**values, "columns": dict(self.columns)}, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as it is kept."""

    id: ViewId
    name: str
    content: ViewContent


def content_of(text: str) -> ViewContent:
    """Return what :meth:`ViewContent.as_json` wrote; what it does not know, or is nonsense, is as usual."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return ViewContent()
    if not isinstance(values, dict):
        return ViewContent()
    columns = values.get("columns")
    chip, order = str(values.get("chip")), str(values.get("order"))
    return ViewContent(
        _text(values, "search")[:SEARCH_CHARS],
        Chip(chip) if chip in set(Chip) else Chip.ALL,
        _text(values, "mailbox"),
        EmailOrder(order) if order in set(EmailOrder) else EmailOrder.NEWEST,
        columns if isinstance(columns, dict) else {},
    )


def shared_text(view: SavedView) -> str:
    """Return a view as one line of text, to send to somebody."""
    return f"{_SHARED}{json.dumps({'name': view.name}, ensure_ascii=False)} {view.content.as_json()}"


def from_shared_text(text: str) -> tuple[str, ViewContent] | None:
    """Return the name and content of a view that somebody sent; None for any other text."""
    plain = text.strip()
    if not plain.startswith(_SHARED) or len(plain) > SHARED_CHARS:
        return None
    try:
        head, end = json.JSONDecoder().raw_decode(plain, len(_SHARED))
    except (ValueError, RecursionError):
        return None
    name = head.get("name") if isinstance(head, dict) else None
    return (name, content_of(plain[end:])) if isinstance(name, str) and name.strip() else None


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""

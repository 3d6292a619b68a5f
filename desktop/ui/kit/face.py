"""What a button of ours says about itself to the style: its kind, its icon, the key or count it shows."""

from dataclasses import dataclass

KINDS = ("secondary", "primary", "quiet", "danger", "danger_filled", "icon", "filter", "segment", "tab", "toast")

RINGED = "focus_ring"
"""Dynamic property: this widget, which is no button, wants the focus ring too; its value is the radius of the ring."""
BY_MOUSE = "focused_by_mouse"
"""Dynamic property of buttons: they got the focus by a click, and show no ring."""


@dataclass(slots=True)
class Face:
    """The looks of one button. ``hint`` is a key or a count after the words; a ``badge`` is a count with a fill."""

    kind: str = "secondary"
    icon: str = ""
    hint: str = ""
    is_small: bool = False
    has_arrow: bool = False
    is_dashed: bool = False
    badge: int | None = None
    badge_is_bad: bool = False
    icon_px: int = 16


PLAIN = Face()
"""A button of Qt's own, as dialogs make them."""


def face_of(widget: object) -> Face:
    """Return a button's face; a button that has none looks plain."""
    face = getattr(widget, "face", PLAIN)
    return face if isinstance(face, Face) else PLAIN

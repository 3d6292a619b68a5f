"""A mail made ready to be shown: what crosses from the child that read it to the window."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture that came with the mail; ``kind`` is its media type by its own bytes.

    Both fields are empty for one that cannot be shown.
    """

    kind: str
    data: bytes

    def __repr__(self) -> str:
        return f"<Picture {len(self.data)} bytes>"


@dataclass(frozen=True, slots=True)
class ShownMail:
    """The forms of one mail.

    ``text`` is the readable text. ``html`` is a whole document for a browser engine, ``""`` when the mail has no HTML
    or none that is shown as sent; then ``why_simple`` may say why. ``rich`` is the same for a simple rich-text view,
    ``""`` when that would be too much for one. In both, ``part/N`` stands for ``pictures[N]``, and no script, frame,
    form or ``<link>`` is left. ``remote`` counts the pictures on the network that ``html`` names. ``links`` are the
    (address, words) of links whose words look like an address. ``note`` says what the HTML form does not hold.
    """

    text: str
    html: str = ""
    rich: str = ""
    pictures: tuple[Picture, ...] = ()
    remote: int = 0
    links: tuple[tuple[str, str], ...] = ()
    why_simple: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return f"<ShownMail html={len(self.html)} rich={len(self.rich)} text={len(self.text)}>"

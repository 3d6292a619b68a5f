"""What a rule that is being written would do to the mail that is here."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.domain.ids import EmailId
from desktop.domain.rows import EmailRow
from desktop.services.match_rules import RulePreview
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Label, follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import Note
from desktop.ui.preview.verdicts import sender_of, subject_of
from desktop.ui.toasts import announce
from desktop.ui.words import number

SHOWN = 6
HEADINGS = ("From", "Subject", "Filed with now")
WAITS, KEPT = "waits in Needs Review", "nobody"


class RulePreviewPanel(QWidget):
    """Says how many mails fit, and shows the first of them, those that the rule contradicts before the others."""

    def __init__(self) -> None:
        super().__init__()
        self.said = Label("", "body", "text2", wrap=True)
        self.against = Note("warn", "", glyph=True)
        self._head = Label("Preview", "section")
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._cells: list[tuple[ElidedLabel, ElidedLabel, ElidedLabel]] = []
        self._column = VBox(8, 0, self)
        for widget in (self._head, self.said, self.against, self._table):
            self._column.addWidget(widget)
        headings = tuple(Label(words, "caption", "text3") for words in HEADINGS)
        self._put(0, headings)
        self.show_words("Say what a mail must have, and what it fits is shown here.")
        follow_theme(self._dress)

    def show_words(self, words: str) -> None:
        """Say why there is no preview."""
        self.said.setText(words)
        self.against.hide()
        self._table.hide()

    def show_preview(self, found: RulePreview, rows: Sequence[EmailRow]) -> None:
        """Show what fits; *rows* are those to show, as :func:`to_show` orders them."""
        count, of = number(len(found.fitting)), number(found.looked_at)
        stay = f" {number(found.decided)} you decided yourself; they stay as they are." if found.decided else ""
        self.said.setText(f"Fits {count} of the newest {of} emails.{stay} Nothing that is here moves.")
        many = len(found.against)
        is_one = many == 1
        self.against.show_note(
            "warn",
            f"{number(many)} of them {'is' if is_one else 'are'} filed otherwise: the rule contradicts "
            f"{'it' if is_one else 'them'}.",
        )
        self.against.setVisible(bool(many))
        against = set(found.against)
        while len(self._cells) < len(rows):
            cells = (ElidedLabel("", "body"), ElidedLabel("", "body", "text2"), ElidedLabel("", "body", "text2"))
            self._put(len(self._cells) + 1, cells)
            self._cells.append(cells)
        for at, line in enumerate(self._cells):
            for cell in line:
                cell.setVisible(at < len(rows))
            if at < len(rows):
                self._fill(line, rows[at], is_against=rows[at].id in against)
        self._table.setVisible(bool(rows))
        announce(self, f"{self.said.text()} {self.against.label.text() if many else ''}".strip())

    @property
    def shown(self) -> list[tuple[str, ...]]:
        """What stands in the rows."""
        return [tuple(cell.text() for cell in cells) for cells in self._cells if not cells[0].isHidden()]

    def _fill(self, cells: Sequence[Label], row: EmailRow, *, is_against: bool) -> None:
        whose = row.customer or (WAITS if row.needs_review else KEPT)
        texts = (sender_of(row), subject_of(row), f"Contradicts {whose}" if is_against else whose)
        for cell, text in zip(cells, texts, strict=True):
            cell.setText(text)
        cells[0].setToolTip(row.from_address)
        cells[2].set_color("warn" if is_against else "text2")

    def _put(self, line: int, cells: Sequence[QWidget]) -> None:
        for at, cell in enumerate(cells):
            self._grid.addWidget(cell, line, at)

    def _dress(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(scaled(16))
        self._grid.setVerticalSpacing(scaled(4))
        for at, share in enumerate((2, 3, 2)):
            self._grid.setColumnStretch(at, share)


def to_show(found: RulePreview) -> list[EmailId]:
    """Return the mails to show: those that are contradicted first, then the newest."""
    others = [one for one in found.fitting if one not in set(found.against)]
    return [*found.against, *others][:SHOWN]

"""The import dialog: a file, its columns, what would come of it, and one button that says how many."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.services.customer_columns import FIELDS, UNUSED
from desktop.services.customer_csv import MAX_BYTES, CsvTable, read_csv, read_headers
from desktop.services.customer_import import ImportReport, import_customers
from desktop.services.spreadsheets import spreadsheet_cell
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice
from desktop.ui.kit.labels import ElidedLabel, Label, Line
from desktop.ui.kit.messages import Note
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.kit.states import EmptyState
from desktop.ui.ops import Job

WIDTH, HEIGHT = 720, 620
FIELD_WORDS = {
    "name": "Name",
    "email": "Address",
    "company": "Company",
    "owner": "Owner",
    "tags": "Tags",
    "phone": "Phone",
}
SAMPLE = (
    ("name", "email", "company", "owner", "tags"),
    ("Wei Zhang", "wei@acme-parts.example;orders@acme-parts.example", "Acme Parts", "Ana Ruiz", "wholesale;leeds"),
    ("Front Desk", "desk@lumenclinic.example", "Lumen Clinic", "", ""),
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do with these columns."""

    headers: tuple[str, ...]
    table: CsvTable | None
    report: ImportReport | None
    refused: AppError | None


class ImportDialog(QDialog):
    """Asks for a file and what its columns are; nothing is stored before the last button."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        super().__init__(parent)
        self._frame = frame
        self._path: Path | None = None
        self._data = b""
        self._preview: Preview | None = None
        self._choices: list[tuple[str, Choice]] = []
        self.setWindowTitle("Import customers")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAcceptDrops(True)
        self.resize(scaled(WIDTH), scaled(HEIGHT))
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(24), scaled(16), scaled(24), scaled(16))
        column.setSpacing(scaled(12))
        column.addWidget(Label("Import customers", "title"))
        column.addLayout(self._make_file_row())
        self._start = EmptyState(
            "upload",
            "A CSV file with a line of column names",
            "Every spreadsheet and address book can save one. Postroom finds name, address, company, owner, tags and "
            "phone by the names of the columns. Drop the file here, or choose it.",
            "Choose a file…",
            "Save a sample…",
        )
        self._start.primary.clicked.connect(lambda _checked=False: self.choose())
        self._start.secondary.clicked.connect(lambda _checked=False: self._save_sample())
        self._pages = QStackedWidget()
        self._pages.addWidget(self._start)
        self._pages.addWidget(self._make_page())
        column.addWidget(self._pages, 1)
        column.addWidget(Line())
        column.addLayout(self._make_foot())
        self._can()

    # --- layout -----------------------------------------------------------------------------------------------------

    def _make_file_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(scaled(12))
        self._file = ElidedLabel("No file chosen yet", "body", "text2", mode="middle")
        self._other = Button("Choose another…", small=True)
        self._other.clicked.connect(lambda _checked=False: self.choose())
        row.addWidget(self._file, 1)
        row.addWidget(self._other)
        return row

    def _make_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(12))
        column.addWidget(Label("Which column is what", "section"))
        self._columns = QScrollArea()
        self._columns.setAccessibleName("Columns of the file")
        self._columns.setWidgetResizable(True)
        self._columns.setFrameShape(QScrollArea.Shape.NoFrame)
        self._columns.setMaximumHeight(scaled(176))
        column.addWidget(self._columns)
        self._said = Note("info", "")
        column.addWidget(self._said)
        column.addWidget(Label("What would happen", "section"))
        self._outcomes = QListWidget()
        self._outcomes.setAccessibleName("What would happen with the first rows")
        self._outcomes.setUniformItemSizes(True)
        column.addWidget(self._outcomes, 1)
        self._skip = QCheckBox("Leave out the rows that cannot be imported")
        self._skip.toggled.connect(lambda _on: self._can())
        column.addWidget(self._skip)
        return page

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(scaled(8))
        self._busy = ProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setAccessibleName("Reading the file")
        self._busy.setFixedWidth(scaled(160))
        self._busy.hide()
        self._cancel = Button("Cancel", key_hint="Esc")
        self._cancel.clicked.connect(lambda _checked=False: self.reject())
        self._import = Button("Import", kind="primary", key_hint="Enter")
        self._import.clicked.connect(lambda _checked=False: self._carry_out())
        self._import.setDefault(True)
        row.addWidget(self._busy)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._import)
        return row

    # --- the file ---------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a file."""
        path, _ = QFileDialog.getOpenFileName(self, "Choose a CSV file", "", "CSV (*.csv *.tsv *.txt);;All files (*)")
        if path:
            self.load(Path(path))

    def load(self, path: Path) -> None:
        """Read a file and show what is in it."""
        self._path = path
        self._file.setText(path.name)
        self._read({}, path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One local file may be dropped."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the dropped file."""
        self.load(Path(event.mimeData().urls()[0].toLocalFile()))

    def _read(self, mapping: Mapping[str, str], path: Path | None = None) -> None:
        self._busy.show()
        data, store, clock = self._data, self._frame.ops.store, self._frame.clock

        def work(_job: Job) -> tuple[bytes, Preview]:
            content = _content(path) if path is not None else data
            return content, _look(content, mapping, store, clock, path.name if path else "the file")

        self._frame.ops.work(self, work, partial(self._show, is_new=path is not None), failed=self._fail, slot="read")

    def _show(self, found: tuple[bytes, Preview], *, is_new: bool) -> None:
        self._busy.hide()
        self._data, self._preview = found
        preview = self._preview
        self._pages.setCurrentIndex(1)
        if is_new:
            self._show_columns(preview)
        if preview.refused is not None:
            self._said.show_note("bad", str(preview.refused))
        elif preview.report is not None and preview.table is not None:
            notes = " ".join(preview.table.notes)
            self._said.show_note("info", f"{preview.report.words}. {notes}".strip())
        self._show_outcomes(preview)
        self._can()

    def _fail(self, error: AppError) -> None:
        self._busy.hide()
        self._preview = None
        self._start.show_words("This file cannot be read", str(error), "Choose another…", "Save a sample…")
        self._pages.setCurrentIndex(0)
        self._can()

    # --- columns ----------------------------------------------------------------------------------------------------

    def _show_columns(self, preview: Preview) -> None:
        fields = {header: field for field, header in preview.table.columns} if preview.table is not None else {}
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, scaled(12), 0)
        grid.setHorizontalSpacing(scaled(12))
        grid.setVerticalSpacing(scaled(4))
        grid.setColumnStretch(0, 1)
        options: list[tuple[str, object]] = [("Not used", UNUSED)]
        options += [(FIELD_WORDS[field], field) for field in FIELDS]
        self._choices = []
        for row, header in enumerate(preview.headers):
            name = header or f"Column {row + 1}"
            choice = Choice(options, name=f"Column {name} is", small=True)
            choice.choose(fields.get(header, UNUSED))
            choice.currentIndexChanged.connect(lambda _at: self._read(self._mapping()))
            grid.addWidget(ElidedLabel(name), row, 0)
            grid.addWidget(choice, row, 1)
            self._choices.append((header, choice))
        self._columns.setWidget(page)

    def _mapping(self) -> dict[str, str]:
        return {header: str(choice.value) for header, choice in self._choices if header}

    def _show_outcomes(self, preview: Preview) -> None:
        self._outcomes.clear()
        report = preview.report
        if report is None:
            return
        for bad in report.bad[:100]:
            self._outcomes.addItem(f"Line {bad.line} cannot be imported: {bad.reason}")
        for row in report.sample:
            self._outcomes.addItem(f"{row.name}: {row.words}")

    # --- doing ------------------------------------------------------------------------------------------------------

    def _can(self) -> None:
        report = self._preview.report if self._preview is not None else None
        self._other.setVisible(self._preview is not None)
        bad = len(report.bad) if report is not None else 0
        self._skip.setVisible(bad > 0)
        self._skip.setText(f"Leave out {words.counted(bad, 'row')} that cannot be imported")
        todo = report.created + report.updated if report is not None else 0
        can = report is not None and todo > 0 and (bad == 0 or self._skip.isChecked())
        self._import.setEnabled(can)
        self._import.setText(f"Import {words.counted(todo, 'customer')}" if todo else "Import")
        self._import.setToolTip("" if can else "Choose a file first." if report is None else self._why_not(todo))

    @staticmethod
    def _why_not(todo: int) -> str:
        return "Everything in the file is here already." if not todo else "Tick that the bad rows are left out."

    def _carry_out(self) -> None:
        preview = self._preview
        if preview is None or preview.table is None:
            return
        table, ops, skip = preview.table, self._frame.ops, self._skip.isChecked()
        source = self._path.name if self._path is not None else "the file"
        self._import.setEnabled(False)
        self._busy.show()

        def work(_job: Job) -> ImportReport:
            store: Any = ops.store
            return import_customers(store, table, skip_bad=skip, preview=False, clock=self._frame.clock, source=source)

        ops.work(self, work, self._done, failed=self._refused)

    def _done(self, report: ImportReport) -> None:
        self._frame.ops.announce(report.change)
        self._frame.ops.said.emit(report.change)
        self.accept()

    def _refused(self, error: AppError) -> None:
        self._busy.hide()
        self._said.show_note("bad", str(error))
        self._can()

    def _save_sample(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Save a sample", "customers.csv", "CSV (*.csv)")
        if path:
            target = Path(path)
            self._frame.ops.work(
                self, lambda _job: target.write_text(sample_csv(), encoding="utf-8-sig"), self._sample_saved
            )

    def _sample_saved(self, _count: int) -> None:
        self._frame.doors.toast("Saved the sample. Fill it in, then import it here.")


def sample_csv() -> str:
    """Return a small table to fill in, as spreadsheets read it."""
    return "\r\n".join(",".join(spreadsheet_cell(cell) for cell in row) for row in SAMPLE) + "\r\n"


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"{path.name} cannot be read: {error.strerror}.",
            meaning="Nothing was imported.",
            action="Choose another file, or look at its permissions.",
        ) from error


def _look(content: bytes, mapping: Mapping[str, str], store: Any, clock: Any, source: str) -> Preview:
    headers = read_headers(content)
    try:
        table = read_csv(content, mapping)
    except CommandRefused as refused:
        return Preview(headers, None, None, refused)
    report = import_customers(store, table, skip_bad=True, preview=True, clock=clock, source=source)
    return Preview(headers, table, report, None)

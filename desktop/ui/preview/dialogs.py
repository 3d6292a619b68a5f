"""Asking where to put a file, without waiting for the answer."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.ui.state import UiState

FOLDER = "folder"


def ask_file(
    parent: QWidget, state: UiState, title: str, name: str, then: Callable[[Path], object], *, kind: str = ""
) -> QFileDialog:
    """Ask for a file to write, *name* suggested, and go on with its path; *kind* is a filter such as ``CSV (*.csv)``.

    A file that is there already is asked about by the dialog.
    """
    dialog = _dialog(parent, state, title, QFileDialog.FileMode.AnyFile, then)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if kind:
        dialog.setNameFilter(kind)
        dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    dialog.open()
    return dialog


def ask_folder(parent: QWidget, state: UiState, title: str, then: Callable[[Path], object]) -> QFileDialog:
    """Ask for a folder to write to, and go on with its path."""
    dialog = _dialog(parent, state, title, QFileDialog.FileMode.Directory, then)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.open()
    return dialog


def _dialog(
    parent: QWidget, state: UiState, title: str, mode: QFileDialog.FileMode, then: Callable[[Path], object]
) -> QFileDialog:
    folder = state.get(FOLDER, "")
    if not folder or not Path(folder).is_dir():
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    dialog = QFileDialog(parent, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)

    def chosen(path: str) -> None:
        state.set(FOLDER, str(Path(path) if mode == QFileDialog.FileMode.Directory else Path(path).parent))
        then(Path(path))

    dialog.fileSelected.connect(chosen)
    return dialog

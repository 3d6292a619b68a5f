"""Every command of the window, declared once: menus, context menus, palette, shortcut sheet and keys all read this.

A key without Ctrl or Alt belongs to a widget, never to the window: typed into a field it is a letter. Such keys can be
switched off (WCAG 2.1.4).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from desktop.ui.kit.icons import icon

MENUS = ("File", "Edit", "View", "Mailbox", "Email", "Customer", "Go", "Help")
EVERYWHERE = "Everywhere"
TYPED_NOWHERE = frozenset({"?", "/"})
"""Single characters that may be keys of the whole window: a focused field keeps them for itself."""


@dataclass(frozen=True, slots=True)
class Act:
    """One command. ``text`` has its mnemonic; ``place`` is the screen it works in (as the shortcut sheet groups it).

    ``group`` puts a separator between neighbours of different groups in a menu. ``words`` is what palette and screen
    readers say when ``text`` alone would not be understood.
    """

    id: str
    text: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    place: str = EVERYWHERE
    group: int = 0
    words: str = ""

    @property
    def plain(self) -> str:
        """The text without mnemonic and dots."""
        return self.words or self.text.replace("&", "").removesuffix("…")


def is_single_letter(key: str) -> bool:
    """Tell whether *key* is what a person might type into a field (no Ctrl, Alt or Meta, and not a function key)."""
    sequence = QKeySequence(key)
    text = sequence.toString(QKeySequence.SequenceFormat.PortableText).removeprefix("Shift+")
    return len(text) == 1


class Actions(QObject):
    """The registry. Screens add theirs when they are made; the window builds its menus from it.

    ``missing`` is asked to have what is not made yet add its actions, when somebody wants to know of all of them.
    """

    changed = Signal()
    """An action was added, or can or cannot be carried out any more."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.missing: Callable[[], object] = _nothing
        self._window = parent
        self._section = 0
        self._sections: dict[str, int] = {}
        self._acts: dict[str, tuple[Act, QAction]] = {}
        self._reasons: dict[str, str] = {}
        self._letters = True

    def add(self, act: Act, run: Callable[[], object], *, within: QWidget | None = None) -> QAction:
        """Register *act*; its keys work in *within* and what lies in it, or in the whole window when there is none."""
        if act.id in self._acts:
            raise ValueError(f"there is an action {act.id} already")
        if within is None and any(is_single_letter(key) for key in act.keys if key not in TYPED_NOWHERE):
            raise ValueError(f"{act.id}: a single letter needs a widget of its own")
        action = QAction(act.text, within or self._window)
        action.setObjectName(act.id)
        if act.icon:
            action.setIcon(icon(act.icon))
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut if within else Qt.ShortcutContext.WindowShortcut
        )
        action.triggered.connect(lambda _checked=False: run())
        action.changed.connect(self.changed)
        self._acts[act.id] = (act, action)
        self._sections[act.id] = self._section
        self._set_keys(act, action)
        (within or self._window).addAction(action)
        self.changed.emit()
        return action

    def keep_place(self) -> int:
        """Keep a place in the order for actions that come later: behind those that are here, before those to come."""
        self._section += 2
        return self._section - 1

    @contextmanager
    def at(self, place: int) -> Iterator[None]:
        """What is added meanwhile belongs to a place that was kept."""
        before, self._section = self._section, place
        try:
            yield
        finally:
            self._section = before

    def has(self, act_id: str) -> bool:
        """Tell whether an action of this id was added by now."""
        return act_id in self._acts

    def action(self, act_id: str) -> QAction:
        """Return the action of this id."""
        if act_id not in self._acts:
            self.missing()
        return self._acts[act_id][1]

    def act(self, act_id: str) -> Act:
        """Return the declaration of this id."""
        return self._acts[act_id][0]

    def enable(self, act_id: str, can: bool, why_not: str = "") -> None:
        """Say whether an action can be carried out now and, if not, why: shown in palette and tooltips."""
        action = self.action(act_id)
        if not isValid(action):  # the window is being taken down, and its parts say so to one another
            return
        self._reasons[act_id] = "" if can else why_not
        action.setEnabled(can)
        action.setToolTip(why_not if not can and why_not else self.act(act_id).plain)
        action.setStatusTip("" if can else why_not)

    def reason(self, act_id: str) -> str:
        """Return why the action cannot be carried out now; empty when it can or nobody said."""
        return self._reasons.get(act_id, "")

    def every(self) -> Iterator[tuple[Act, QAction]]:
        """Yield all actions in the order they were added, or were to be added."""
        self.missing()
        yield from self._known()

    def in_menu(self, menu: str) -> Sequence[tuple[Act, QAction]]:
        """Return those actions of a menu that are here by now, by group and then by order of adding."""
        return sorted((pair for pair in self._known() if pair[0].menu == menu), key=lambda pair: pair[0].group)

    def fill(self, menu: QMenu, act_ids: Sequence[str]) -> QMenu:
        """Put actions into a context menu; an empty id is a separator."""
        for act_id in act_ids:
            if act_id:
                menu.addAction(self.action(act_id))
            else:
                menu.addSeparator()
        return menu

    def use_letters(self, on: bool) -> None:
        """Switch single-letter keys on or off; what they do stays in menus and palette."""
        self._letters = on
        for act, action in self._known():
            self._set_keys(act, action)
        self.changed.emit()

    def _known(self) -> Sequence[tuple[Act, QAction]]:
        return sorted(self._acts.values(), key=lambda pair: self._sections[pair[0].id])

    def _set_keys(self, act: Act, action: QAction) -> None:
        keys = [key for key in act.keys if self._letters or not is_single_letter(key)]
        action.setShortcuts([QKeySequence(key) for key in keys])


def _nothing() -> None:
    """Everything is here."""


def key_words(action: QAction) -> str:
    """Return an action's first key as a person reads it, or nothing."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)

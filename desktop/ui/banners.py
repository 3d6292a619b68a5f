"""Banners say what lasts: offline, demo, a mailbox that waits for a person. One at a time, the most severe first."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.kit.messages import Banner
from desktop.ui.toasts import announce

SEVERITY = ("bad", "warn", "mute", "info")


@dataclass(frozen=True, slots=True)
class State:
    """A state that lasts. ``state`` is its severity (bad, warn, mute, info) and its looks."""

    state: str
    text: str
    button: str = ""
    act: Callable[[], object] | None = None
    can_close: bool = False


class Banners(QWidget):
    """The place above a screen where a banner stands, and no room at all when there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._states: dict[str, State] = {}
        self._shown: tuple[str, State] | None = None
        self._banner: Banner | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def set(self, name: str, state: State | None) -> None:
        """Say that something lasts, or with None that it is over."""
        if state is None:
            self._states.pop(name, None)
        else:
            self._states[name] = state
        self._show()

    @property
    def shown(self) -> State | None:
        """The state whose banner is shown."""
        return self._shown[1] if self._shown else None

    def _show(self) -> None:
        best = min(self._states.items(), key=lambda item: SEVERITY.index(item[1].state), default=None)
        if best is not None and self._shown is not None and self._looks(best) == self._looks(self._shown):
            self._shown = best
            return
        self._shown = best
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
        self.setVisible(best is not None)
        if best is None:
            return
        name, state = best
        banner = Banner(state.state, state.text, state.button, can_close=state.can_close)
        banner.acted.connect(self._act)
        banner.closed.connect(lambda: self.set(name, None))
        self._column.addWidget(banner)
        self._banner = banner
        announce(self, state.text)

    @staticmethod
    def _looks(shown: tuple[str, State]) -> tuple[str, ...]:
        name, state = shown
        return (name, state.state, state.text, state.button)

    def _act(self) -> None:
        if self._shown is not None and self._shown[1].act is not None:
            self._shown[1].act()

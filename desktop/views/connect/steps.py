"""A test as it goes on: each step with a glyph, its words and how long it took, and on top what came of all."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.probing import Step
from desktop.ui import words
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Glyph, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.kit.surfaces import Card

RUNNING = "In progress"


class StepLine(QWidget):
    """One step."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step
        self._glyph = Glyph("info", RUNNING)
        self._words = Label("", "body", wrap=True)
        self._took = Label("", "caption", "text3")
        self._why = Label("", "caption", "bad", wrap=True)
        line = HBox(12)
        line.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        texts = VBox(0)
        texts.addWidget(self._words)
        texts.addWidget(self._why)
        line.addLayout(texts, 1)
        line.addWidget(self._took, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.show_step(step)

    def show_step(self, step: Step) -> None:
        """Show how the step stands."""
        self.step = step
        state, name = ("info", RUNNING) if not step.is_over else ("ok", "Done") if step.ok else ("bad", "Failed")
        self._glyph.show_state(state, name)
        self._words.setText(step.words)
        self._words.set_style("body" if step.is_over else "strong")
        self._took.setText("" if step.seconds is None else words.took(step.seconds))
        self._why.setText("" if step.error is None else step.error.what)
        self._why.setVisible(step.error is not None)

    def stop(self) -> None:
        """Say that the step was ended before it was over."""
        self._glyph.show_state("mute", "Stopped")
        self._words.set_style("body")
        self._took.setText("stopped")

    def said(self) -> str:
        """What the line says, for tests and screen readers."""
        return ": ".join(part for part in (self._words.text(), self._glyph.accessibleName(), self._why.text()) if part)


class StepList(Card):
    """The steps of one test, in the order they were taken."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[StepLine] = []
        self._title = Label("", "strong", wrap=True)
        self._bar = ProgressBar(thick=True, name="The test is running")
        self._bar.setRange(0, 0)
        self._column = VBox(8)
        for widget in (self._title, self._bar):
            self._column.addWidget(widget)
        self.setLayout(self._column)
        follow_theme(self._dress)
        self.hide()

    @property
    def title(self) -> str:
        """What came of it, or what is done now."""
        return self._title.text()

    def begin(self, title: str) -> None:
        """Start anew."""
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines.clear()
        self._bar.show()
        self.say(title)
        self.show()

    def tell(self, step: Step) -> None:
        """Show that a step has begun, or is over."""
        last = self.lines[-1] if self.lines else None
        if last is not None and not last.step.is_over and last.step.name == step.name:
            last.show_step(step)
            return
        line = StepLine(step)
        self.lines.append(line)
        self._column.addWidget(line)
        line.show()  # a layout would do so a turn later, when the dialog has been fitted to it

    def stop_last(self) -> None:
        """The step under way was ended before it was over."""
        for line in self.lines:
            if not line.step.is_over:
                line.stop()

    def end(self, title: str) -> None:
        """Say what came of it."""
        self.stop_last()
        self._bar.hide()
        self.say(title)

    def said(self) -> list[str]:
        """What the lines say."""
        return [line.said() for line in self.lines]

    def say(self, title: str) -> None:
        """Say on top what is done now, or what came of it."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._column.setSpacing(scaled(8))

"""What the provider is asked for, and a way round it: the middle of the first page."""

from PySide6.QtWidgets import QWidget

from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Banner
from desktop.views.connect.known import ProviderFacts
from desktop.views.connect.permissions import PermissionList
from desktop.views.connect.providers import GOOGLE, Kind

NO_APP = "Postroom needs an app of yours that is registered with {who}. It is made once, for all mailboxes."


class AskedPart(QWidget):
    """The permissions under their heading; above them, that there is no app to ask with."""

    def __init__(self) -> None:
        super().__init__()
        self.missing = Banner("warn", "", "Set up the app")
        self.title, self.permissions = Label("", "strong"), PermissionList()
        self.app_password = Button("Use an app password instead", None, "quiet", small=True)
        self._inside = QWidget()
        head, inside, column = HBox(8), VBox(0, 0, self._inside), VBox(12, 0, self)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.app_password)
        inside.addWidget(Line())
        inside.addSpacing(8)
        inside.addLayout(head)
        inside.addWidget(self.permissions)
        column.addWidget(self.missing)
        column.addWidget(self._inside)

    def show_kind(self, kind: Kind, facts: ProviderFacts | None) -> None:
        """Show what belongs to a kind of mailbox."""
        if kind.oauth is not None:
            self.permissions.show_lines(facts.lines if facts is not None else ())
            self.title.setText(f"What Postroom asks {kind.who} for")
            self.missing.label.setText(NO_APP.format(who=kind.who))
        self._inside.setVisible(kind.oauth is not None)
        self.missing.setVisible(facts is not None and not facts.has_app)
        self.app_password.setVisible(kind is GOOGLE)

"""The second page for a mailbox with a password: the password, and the servers it goes to."""

from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.domain.probing import FoundServers
from desktop.ui.frame import Frame
from desktop.views.connect.credentials import Credentials
from desktop.views.connect.draft import IMAP, SMTP, Needs, Problems, Spot, password_problems, server_problems
from desktop.views.connect.page import Foot, Page
from desktop.views.connect.search import ServerSearch


class SignInPage(Page):
    """Filled in from what is found for the address; a person's own servers are never written over."""

    def __init__(self, frame: Frame) -> None:
        super().__init__("Sign in", "")
        self._frame = frame
        self._is_looking = False
        self.credentials = Credentials()
        self.column.addWidget(self.credentials)
        self.column.addStretch(1)

    def follow(self, search: ServerSearch) -> None:
        """Fill in what is found for the address."""
        search.begun.connect(self.show_looking)
        search.found.connect(self.show_found)
        search.lost.connect(self.show_lost)

    def show_address(self, address: str) -> None:
        """Say whose password is wanted."""
        words = "The servers are asked for your folders next; nothing is saved yet."
        self.heading.show_words(f"Sign in to {address}", words)

    def show_looking(self, domain: str) -> None:
        """Say that the servers are looked for."""
        if not self.credentials.has_servers_by_hand:
            self._is_looking = True
            self.credentials.forget_found()
            self.credentials.show_looking(domain)
            self.turned.emit()

    def show_found(self, found: FoundServers) -> None:
        """Fill the servers in."""
        self._is_looking = False
        if not self.credentials.has_servers_by_hand:
            self.credentials.show_found(found)
        self.turned.emit()

    def show_lost(self, error: AppError) -> None:
        """Ask for the servers."""
        self._is_looking = False
        if not self.credentials.has_servers_by_hand:
            self.credentials.show_not_found(str(error))
        self.turned.emit()

    def problems(self) -> Problems:
        """Return what is missing before servers are asked."""
        form = self.credentials
        needs = Needs(confirm=form.confirm_hosts, own_servers_only=self._frame.is_demo)
        hosts = [form.servers.imap_draft.host, form.servers.smtp_draft.host if form.servers.smtp_draft else ""]
        found = password_problems(
            hosts, needs, has_password=bool(form.password.line.text()), is_confirmed=form.confirm.is_on
        )
        found |= server_problems(form.servers.imap_draft, IMAP, needs)
        if form.servers.smtp_draft is not None:
            found |= server_problems(form.servers.smtp_draft, SMTP, needs)
        return found

    def show_error(self, spot: Spot, words: str) -> QWidget | None:
        """Say what is wrong beside its field; returns it, or None for one of another page."""
        return self.credentials.show_error(spot, words)

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        self.credentials.clear_errors()

    def foot(self) -> Foot:
        """The servers have to be known first."""
        if self._is_looking:
            return Foot(can=False, why_not="The servers are being looked for")
        return Foot()

    def first(self) -> QWidget:
        """The password is what is missing."""
        return self.credentials.password.line

    def set_busy(self, *, on: bool) -> None:
        """Let nothing be changed; everything can still be read."""
        self.credentials.set_read_only(on=on)

"""The first page: where the mailbox is, what its provider is asked for, and whether its owner agreed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError, SourceError
from desktop.domain.mailbox import OAuthProvider, ServerSettings
from desktop.domain.probing import FoundServers
from desktop.domain.signing_in import ClientState, SignInAsk
from desktop.ui.frame import Frame
from desktop.ui.kit.inputs import text_field
from desktop.ui.kit.layouts import VBox
from desktop.ui.toasts import announce
from desktop.views.connect.asked import AskedPart
from desktop.views.connect.draft import (
    ADDRESS,
    CONSENT,
    IMAP,
    Needs,
    Problems,
    ServerDraft,
    Spot,
    address_problems,
    is_loopback,
    server_problems,
)
from desktop.views.connect.known import KnownProviders, ProviderFacts
from desktop.views.connect.page import Foot, Page
from desktop.views.connect.provider_cards import ProviderChoice
from desktop.views.connect.providers import MICROSOFT, Kind
from desktop.views.connect.rows import FormRow, Tick
from desktop.views.connect.search import ServerSearch
from desktop.views.connect.servers import ServersForm

KNOWN = "It was connected before: what it brought in is here, and the sync goes on where it ended."
NO_CONSENT = "Postroom reads a mailbox only if it is yours or its owner agreed. Tick this to go on."
DEMO = "The demo speaks to this computer only. Connect real mailboxes outside the demo."


class ProviderPage(Page):
    """Cards, address, permissions, consent."""

    SPACING = 12
    wants_app = Signal()
    """A registered app of one's own is to be set up."""

    def __init__(self, frame: Frame) -> None:
        super().__init__("Where is the mailbox?", "Use a shared address such as support@, not a personal one.")
        self._frame = frame
        self._is_by_hand = self._waits = False
        self.choice = ProviderChoice()
        self.address = text_field(placeholder="support@example.com")
        self.address.setInputMethodHints(Qt.InputMethodHint.ImhEmailCharactersOnly)
        self.address_row = FormRow("Address", {ADDRESS: self.address})
        self.servers = ServersForm()
        self.asked = AskedPart()
        self.is_shared = Tick("This is a shared mailbox or an alias: another person signs in")
        self.consent = Tick("This mailbox is mine, or its owner agreed")
        self.search, self.known = ServerSearch(frame, self), KnownProviders(frame, self)
        self._assemble()
        self._listen()
        self.show_kind()
        self.known.load("")

    # --- what is filled in ------------------------------------------------------------------------------------------

    @property
    def kind(self) -> Kind:
        """The kind of mailbox that is chosen."""
        return self.choice.kind

    @property
    def typed(self) -> str:
        """The address as typed."""
        return self.address.text().strip()

    @property
    def servers_needed(self) -> bool:
        """Whether the mail servers have to be filled in: neither the provider nor the app's file names them."""
        return self.has_app and self.kind.oauth is OAuthProvider.CUSTOM and self._own_servers() is None

    def servers_of_provider(self) -> tuple[ServerDraft, ServerDraft | None]:
        """Return the servers for reading and for sending; only for a page without problems."""
        own = self._own_servers()
        if own is None:
            return self.servers.imap_draft, self.servers.smtp_draft
        imap, smtp = own
        return ServerDraft.of(imap), ServerDraft.of(smtp) if smtp else None

    def ask(self) -> SignInAsk | None:
        """Return what is wanted of the sign-in; None for a mailbox with a password."""
        oauth, permissions = self.kind.oauth, self.asked.permissions.asked
        is_shared = oauth is OAuthProvider.MICROSOFT and self.is_shared.is_on
        return None if oauth is None else SignInAsk(oauth, self.typed, permissions, is_shared=is_shared)

    @property
    def has_app(self) -> bool:
        """Whether it is known that there is a registered app to sign in with."""
        facts = self._facts()
        return facts is not None and facts.has_app

    @property
    def client_id(self) -> str:
        """The id of the registered app, as far as it is known."""
        return app.client_id if (app := self.app()) is not None else ""

    def app(self) -> ClientState | None:
        """Return which registered app would be used; None as long as that is not known."""
        facts = self._facts()
        return None if facts is None else facts.state

    # --- going on ---------------------------------------------------------------------------------------------------

    def is_ready(self) -> bool:
        """Say what is missing; tell whether nothing is. An address that is looked up is waited for."""
        self.clear_errors()
        wrong = self._problems()
        fields = [self.show_error(spot, words) for spot, words in wrong.items()]
        if wrong and (first := fields[0]) is not None:
            announce(self, next(iter(wrong.values())))
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self.look.emit(first)
            return False
        if not self._is_by_hand and self.search.look_up(self.typed):
            return self._wait()
        if self.kind.oauth is not None and self.known.address != self.typed:
            self.known.load(self.typed)
            return self._wait()
        return True

    def foot(self) -> Foot:
        """Say where it goes on."""
        return _foot(self.kind, waits=self._waits)

    def first(self) -> QWidget:
        """Begin with the address: it chooses the card in most cases."""
        return self.address

    def show_error(self, spot: Spot, words: str) -> QWidget | None:
        """Say what is wrong beside its field; returns it, or None for one of another page."""
        if spot.field == CONSENT:
            self.consent.set_error(words)
            return self.consent.box
        row = self.address_row if spot.field == ADDRESS else None
        if spot.side and self.servers_needed:
            self.servers.unfold(open_=True)
            row = (self.servers.imap if spot.side == IMAP else self.servers.smtp).row_of(spot.field)
        if row is None:
            return None
        row.set_error(spot.field, words)
        return row.editors[spot.field]

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        for row in self.findChildren(FormRow):
            row.clear_errors()
        self.consent.set_error("")

    def choose(self, oauth: OAuthProvider | None) -> None:
        """Choose a card as a person does."""
        self._is_by_hand = True
        self.choice.choose(oauth)

    def learn_anew(self, *, goes_on: bool) -> None:
        """Another app is used now: read anew what is known, then go on if that is wanted."""
        self._waits = goes_on
        self.known.load(self.typed)
        self.turned.emit()

    def show_kind(self) -> None:
        """Show what belongs to the kind that is chosen, and whether there is an app for it."""
        self.asked.show_kind(self.kind, self._facts())
        self.is_shared.setVisible(self.kind is MICROSOFT)
        self.servers.setVisible(self.servers_needed)
        self.turned.emit()

    # --- following --------------------------------------------------------------------------------------------------

    def _problems(self) -> Problems:
        found = address_problems(self.typed, self.search.taken)
        if not found and self._frame.is_demo and self.kind.oauth is not None and not self._is_here():
            found[Spot(ADDRESS)] = DEMO
        if self.servers_needed:
            found |= server_problems(self.servers.imap_draft, IMAP, Needs())
        if not self.consent.is_on:
            found[Spot(CONSENT)] = NO_CONSENT
        return found

    def _is_here(self) -> bool:
        return is_loopback(self.servers_of_provider()[0].host)

    def _facts(self) -> ProviderFacts | None:
        return self.known.of(self.kind.oauth)

    def _own_servers(self) -> tuple[ServerSettings, ServerSettings | None] | None:
        facts = self._facts()
        return None if facts is None else facts.servers

    def _wait(self) -> bool:
        self._waits = True
        self.turned.emit()
        return False

    def _learned(self) -> None:
        self.show_kind()
        if self.known.error is not None:
            self.address_row.set_error(ADDRESS, str(self.known.error))
            self._waits = False
        self._go_on()

    def _left(self) -> None:
        if not self.typed:
            return
        wrong = address_problems(self.typed, self.search.taken)
        if wrong and self.typed.count("@") == 1:
            self.address_row.set_error(ADDRESS, next(iter(wrong.values())))
        self.search.look_up(self.typed)

    def _begun(self, domain: str) -> None:
        self.address_row.set_hint(f"Looking for the servers of {domain}…")

    def _found(self, found: FoundServers) -> None:
        if not self._is_by_hand and found.oauth is not self.kind.oauth:
            self.choice.choose(found.oauth)
            self._waits = self._waits and found.oauth is None  # what another provider asks for is read first
        if not self.servers.imap_draft.host:
            smtp = ServerDraft.of(found.smtp) if found.smtp else None
            self.servers.show_servers(ServerDraft.of(found.imap), smtp)
        back = KNOWN if self.search.was_known(self.typed) else ""
        self.address_row.set_hint(f"{found.how} {back}".strip())
        announce(self.address, self.address_row.hint)
        self._go_on()

    def _lost(self, error: AppError) -> None:
        if isinstance(error, SourceError) and error.field == ADDRESS:
            self.address_row.set_hint("")
            self.address_row.set_error(ADDRESS, str(error))
            self._waits = False
            self.turned.emit()
            return
        if not self._is_by_hand:
            self.choice.choose(None)
        self.address_row.set_hint("Nothing is known of its servers; they are filled in by hand.")
        self._go_on()

    def _go_on(self) -> None:
        if self.search.is_running:
            return
        waited, self._waits = self._waits, False
        self.turned.emit()
        if waited:
            self.wants_next.emit()

    def _chosen(self, _kind: Kind) -> None:
        self._is_by_hand = True

    def _use_password(self) -> None:
        self.choose(None)
        self.wants_next.emit()

    def _forget(self) -> None:
        self.search.stop()
        self._waits = False
        self.address_row.set_hint("")
        self.turned.emit()

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        ticks = VBox(8)
        for tick in (self.is_shared, self.consent):
            ticks.addWidget(tick)
        for part in (self.choice, self.address_row, self.servers, self.asked):
            self.column.addWidget(part)
        self.column.addLayout(ticks)
        self.column.addStretch(1)

    def _listen(self) -> None:
        self.choice.chosen.connect(self._chosen)
        self.choice.shown.connect(lambda _kind: self.show_kind())
        self.asked.permissions.changed.connect(self.turned)
        self.address.editingFinished.connect(self._left)
        self.address.textEdited.connect(lambda _text: self._forget())
        self.asked.app_password.clicked.connect(lambda _on: self._use_password())
        self.asked.missing.acted.connect(self.wants_app)
        self.known.came.connect(self._learned)
        self.search.begun.connect(self._begun)
        self.search.found.connect(self._found)
        self.search.lost.connect(self._lost)


def _foot(kind: Kind, *, waits: bool) -> Foot:
    extra = f"Use my own {kind.app}" if kind.app else ""
    if waits:
        return Foot("Next", can=False, why_not="The address is looked up", back=False, extra=extra)
    if kind.oauth is None:
        return Foot(back=False)
    return Foot("Continue in browser", "external-link", back=False, extra=extra)

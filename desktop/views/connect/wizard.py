"""The wizard that connects a mailbox: provider, allow, choose, test.

Nothing is saved before the test went well, nothing that was filled in is lost, and Cancel ends at once.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError, NeedsSignIn, SourceError
from desktop.domain.mailbox import Mailbox
from desktop.domain.probing import ProbeReport, Step
from desktop.domain.source import RemoteFolder
from desktop.security.tokens import SignedIn
from desktop.ui.frame import Frame
from desktop.ui.toasts import announce
from desktop.views.connect.allow_page import AllowPage, OpenUrl
from desktop.views.connect.choose_page import ChoosePage
from desktop.views.connect.client_sheet import ClientSheet
from desktop.views.connect.draft import Problems, sorted_out, spot_of
from desktop.views.connect.pages import Pages
from desktop.views.connect.provider_page import ProviderPage
from desktop.views.connect.sign_in_page import SignInPage
from desktop.views.connect.summary import summary_of
from desktop.views.connect.test_page import TestPage
from desktop.views.connect.wizard_sheet import (
    ALLOW,
    CHOOSE,
    DONE,
    NOTHING_SAVED,
    PROVIDER,
    TEST,
    WizardSheet,
    open_in_browser,
)
from desktop.views.connect.work import MailboxWork, Wish

NOT_READ = "The mailbox cannot be read"
NOT_WAITED = "Whether its test email arrives was not waited for"


class ConnectWizard(WizardSheet):
    """Connects a new mailbox, one page after the other."""

    def __init__(self, frame: Frame, parent: QWidget, *, open_url: OpenUrl = open_in_browser) -> None:
        self.provider, self.allow = ProviderPage(frame), AllowPage(frame, open_url)
        self.sign_in, self.choose, self.test = SignInPage(frame), ChoosePage(frame.clock.now()), TestPage(frame)
        self.pages = Pages(self.provider, self.allow, self.sign_in, self.choose, self.test)
        super().__init__(parent, "Connect a mailbox", self.pages.every())
        self._frame, self._open_url = frame, open_url
        self._signed_in: SignedIn | None = None
        self._wish: Wish | None = None
        self.work = MailboxWork(frame, self)
        self._listen()
        self.turn_to(self.provider, PROVIDER)

    # --- on and back ------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Go on from the page at hand, when nothing is missing on it."""
        self.say("bad", "")
        if self.page is self.provider:
            self._leave_provider()
        elif self.page is self.sign_in:
            self._log_in()
        elif self.page is self.choose:
            self._leave_choice()
        elif self.page is self.test:
            self._finish_or_test()

    def go_back(self) -> None:
        """Return to the page before; what waits there is ended."""
        if self.page is self.test:
            self.turn_to(self.choose, CHOOSE)
        elif self.page is self.choose and self.provider.ask() is None:
            self.turn_to(self.sign_in, ALLOW)
        else:
            self.allow.stop()
            self.turn_to(self.provider, PROVIDER)

    def more(self, *, goes_on: bool = False) -> None:
        """Use a registered app of one's own; with *goes_on* the sign-in begins once it is in use."""
        app = self.provider.app()
        if app is None:
            return
        sheet = ClientSheet(self._frame, self, app, self._open_url)
        sheet.accepted.connect(lambda: self._app_is_used(goes_on=goes_on))
        sheet.open()

    def _app_is_used(self, *, goes_on: bool) -> None:
        if self.page is self.allow:
            self.go_back()
        self.provider.learn_anew(goes_on=goes_on)

    def _leave_provider(self) -> None:
        if not self.provider.is_ready():
            return
        ask = self.provider.ask()
        if ask != self.allow.asked:
            self._signed_in = None
        self.stepper.rename(ALLOW, "Allow" if ask is not None else "Sign in")
        if ask is None:
            self.sign_in.show_address(self.provider.typed)
            self.turn_to(self.sign_in, ALLOW)
        elif not self.provider.has_app:
            self.more(goes_on=True)
        elif self._signed_in is not None:
            self._list_folders()
        else:
            self._begin_sign_in()

    def _begin_sign_in(self) -> None:
        ask = self.provider.ask()
        if ask is not None:
            self._signed_in = None
            self.turn_to(self.allow, ALLOW)
            self.allow.begin(ask, self.provider.client_id)

    def _log_in(self) -> None:
        self.sign_in.clear_errors()
        if wrong := self.sign_in.problems():
            self._show_wrong(wrong)
        else:
            self._list_folders()

    def _leave_choice(self) -> None:
        self.choose.clear_errors()
        if wrong := self.choose.problems():
            self._show_wrong(wrong)
            return
        mailbox = self._made(saves=True).mailbox
        can_send = mailbox.smtp is not None and not self._frame.is_demo
        self.test.show_mailbox(summary_of(mailbox), can_send=can_send, sends=mailbox.oauth is not None)
        self.turn_to(self.test, TEST)

    # --- asking the servers -----------------------------------------------------------------------------------------

    def _made(self, *, saves: bool) -> Wish:
        return self.pages.wish(self._signed_in, self._frame.clock.now(), saves=saves)

    def _list_folders(self) -> None:
        """The first thing that is read: until then nothing proves that one may."""
        if self._signed_in is not None:
            self.turn_to(self.allow, ALLOW)
            self.allow.show_checking()
        else:
            self.set_busy(on=True)
            self.say("info", "Asking the server for its folders")
        self.work.list_folders(self._made(saves=False))

    def _allowed(self, signed_in: SignedIn) -> None:
        self._signed_in = signed_in
        self._list_folders()

    def _listed(self, folders: Sequence[RemoteFolder]) -> None:
        self.set_busy(on=False)
        self.choose.show_folders(folders, sends=self.pages.draft().smtp is not None)
        self.turn_to(self.choose, CHOOSE)

    def _finish_or_test(self) -> None:
        if self.test.is_saved:
            self.accept()
            return
        self._wish = self._made(saves=True)
        self.set_busy(on=True)
        self.test.begin("Testing the connection")
        self.work.test(self._wish)

    def _tested(self, report: ProbeReport) -> None:
        wish = self._wish
        if wish is None:
            return
        if report.is_good_enough:
            late = " ".join(step.error.what for step in report.failures if step.error is not None)
            self._store(wish, late)
            return
        self.set_busy(on=False)
        wrong, rest = sorted_out(report.failures)
        self.test.end("The test failed")
        self._refused(wrong, f"The test failed. {rest} {NOTHING_SAVED}".replace("  ", " "))
        needs_person = [step.error for step in report.failures if isinstance(step.error, NeedsSignIn)]
        if needs_person and wish.signed_in is not None:
            self._signed_in = None
            self.turn_to(self.allow, ALLOW)
            self.allow.show_refusal(needs_person[0], NOT_READ)

    def _skip(self) -> None:
        """Save without waiting for the test message: everything before it went well."""
        self.work.stop()
        if self._wish is not None:
            self.test.tell_skipped()
            self._store(self._wish, NOT_WAITED)

    def _store(self, wish: Wish, note: str) -> None:
        self.set_busy(on=True, can_stop=False)
        self.work.save(wish, is_new=True, note=note)

    def _saved(self, mailbox: Mailbox) -> None:
        self.set_busy(on=False)
        self.stepper.go_to(DONE)
        self.test.begin_sync(mailbox, sends=self._wish is not None and self._wish.sends)
        self.scroll_up()
        self.main.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what went wrong --------------------------------------------------------------------------------------------

    def _failed(self, error: AppError) -> None:
        """Asking for the folders, testing or saving could not be done."""
        if not self.isVisible():
            self._frame.ops.troubled.emit(error)
            return
        self.set_busy(on=False)
        if self.page is self.allow:
            self._signed_in = None
            self.allow.show_refusal(error, NOT_READ)
            return
        if self.page is self.test:
            self.test.end("It did not work")
        spot = spot_of(error.field, "") if isinstance(error, SourceError) else None
        wrong = {} if spot is None else {spot: str(error)}
        self._refused(wrong, f"It did not work. {'' if spot else error} {NOTHING_SAVED}".replace("  ", " "))

    def _refused(self, wrong: Problems, words: str) -> None:
        """Say what is wrong beside its field, on the page that has it, and above the buttons what came of it."""
        if wrong:
            self._show_wrong(wrong)
        self.say("bad", words)

    def _show_wrong(self, wrong: Problems) -> None:
        first: QWidget | None = None
        for spot, words in wrong.items():
            found = self.pages.show_error(spot, words, by_password=self._signed_in is None)
            if found is not None and first is None:
                page, first = found
                if self.page is not page:
                    self.turn_to(page, {self.provider: PROVIDER, self.choose: CHOOSE}.get(page, ALLOW))
        announce(self, next(iter(wrong.values())))
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self.reveal(first.parentWidget() or first)
        elif self.page is not self.provider:
            self.say("bad", " ".join(wrong.values()))

    def _stepped(self, step: Step) -> None:
        self.test.tell(step)
        self.reveal(self.test.steps)

    # --- leaving ----------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Once it is saved there is nothing to cancel."""
        if self.test.is_saved:
            self.accept()
        else:
            super().reject()

    def stop(self) -> None:
        """End asking or testing."""
        self.work.stop()
        if self.page is self.test:
            self.test.end("Stopped")

    def done(self, result: int) -> None:
        """Leave nothing running, and no password or token behind."""
        self.work.stop()
        self.pages.leave()
        self._signed_in = self._wish = None
        super().done(result)

    def _listen(self) -> None:
        self.sign_in.follow(self.provider.search)
        self.provider.wants_next.connect(self.go_on)
        self.provider.wants_app.connect(self.more)
        self.allow.signed_in.connect(self._allowed)
        self.allow.wants_app.connect(lambda: self.more(goes_on=True))
        self.allow.wants_shared.connect(self._share)
        self.test.skipped.connect(self._skip)
        self.test.left.connect(self.accept)
        self.sign_in.credentials.servers.folded.connect(self.fit)
        self.work.stepped.connect(self._stepped)
        self.work.tested.connect(self._tested)
        self.work.listed.connect(self._listed)
        self.work.failed.connect(self._failed)
        self.work.saved.connect(self._saved)

    def _share(self) -> None:
        self.provider.is_shared.box.setChecked(True)
        self._begin_sign_in()

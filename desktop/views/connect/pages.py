"""The pages of the wizard together: what is filled in on all of them, and which one has a field."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QWidget

from desktop.security.tokens import SignedIn
from desktop.views.connect.allow_page import AllowPage
from desktop.views.connect.choose_page import ChoosePage
from desktop.views.connect.draft import PASSWORD, MailboxDraft, Spot
from desktop.views.connect.page import Page
from desktop.views.connect.provider_page import ProviderPage
from desktop.views.connect.sign_in_page import SignInPage
from desktop.views.connect.test_page import TestPage
from desktop.views.connect.work import Wish


@dataclass(frozen=True, slots=True)
class Pages:
    """In their order; of ``allow`` and ``sign_in`` only one is gone through."""

    provider: ProviderPage
    allow: AllowPage
    sign_in: SignInPage
    choose: ChoosePage
    test: TestPage

    def every(self) -> list[Page]:
        """Return all of them."""
        return [self.provider, self.allow, self.sign_in, self.choose, self.test]

    def draft(self) -> MailboxDraft:
        """Return what is filled in."""
        ask, form, choose = self.provider.ask(), self.sign_in.credentials, self.choose
        if ask is None:
            imap, smtp = form.servers.imap_draft, form.servers.smtp_draft
        else:
            imap, smtp = self.provider.servers_of_provider()
            smtp = smtp if self.provider.asked.permissions.wants_sending else None
        return MailboxDraft(
            self.provider.typed,
            imap,
            smtp,
            folders=choose.chosen or ("INBOX",),
            frequency=choose.frequency.value,
            since_days=choose.since.days.value(),
            provider=form.provider,
            direction=choose.value,
            details=choose.details.value,
            oauth=None if ask is None else ask.provider,
            attachments=choose.attachments.value,
        )

    def wish(self, signed_in: SignedIn | None, now: datetime, *, saves: bool) -> Wish:
        """Return what is filled in as a mailbox, with a password or a sign-in; it sends only where it is saved."""
        password = self.sign_in.credentials.password.secret() if signed_in is None else None
        sends = saves and self.test.send.is_on
        return Wish(self.draft().new_mailbox(now), password, saves=saves, sends=sends, signed_in=signed_in)

    def show_error(self, spot: Spot, words: str, *, by_password: bool) -> tuple[Page, QWidget] | None:
        """Say what is wrong beside its field; returns the page that has it and the field, None when no page has."""
        field = self.provider.show_error(spot, words)
        if field is not None:
            return self.provider, field
        if by_password or spot.field == PASSWORD:
            field = self.sign_in.show_error(spot, words)
            if field is not None:
                return self.sign_in, field
        field = self.choose.show_error(spot, words)
        return None if field is None else (self.choose, field)

    def leave(self) -> None:
        """Leave nothing running, and no password behind."""
        self.allow.stop()
        self.test.stop()
        self.provider.search.stop()
        self.sign_in.credentials.password.line.clear()

"""Signing in in the browser: what is shown while a person is waited for, and each way it can end."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.errors import CommandRefused, Misconfigured, NeedsSignIn, SourceError, TokenRefused, Transient
from desktop.domain.mailbox import Direction, OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.views.connect.draft import ADDRESS as ADDRESS_FIELD
from desktop.views.connect.refusals import Way
from desktop.views.connect.wizard import ConnectWizard
from tests.gui.browsers import TOKEN
from tests.gui.connect.scene import ADDRESS, FOUND, Scene, failing, page_of, press, type_into
from tests.helpers.mails import FixedClock

CHECKS = "Postroom checks the answer and lists the folders"


def waiting(scene: Scene, oauth: OAuthProvider = OAuthProvider.GOOGLE) -> ConnectWizard:
    """Open the wizard and go on to the browser, in which nobody does anything yet."""
    scene.browser.waits = True
    wizard = begun(scene, oauth)
    scene.qtbot.waitUntil(lambda: bool(scene.opened) or not scene.has_browser)
    scene.qtbot.waitUntil(wizard.allow.copy.isEnabled)
    return wizard


def begun(scene: Scene, oauth: OAuthProvider = OAuthProvider.GOOGLE) -> ConnectWizard:
    """Open the wizard and press the button that goes to the browser."""
    scene.servers.found = replace(FOUND, oauth=oauth)
    wizard = scene.wizard()
    scene.fill(wizard)
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.allow)
    return wizard


def refused(scene: Scene, error: SourceError, oauth: OAuthProvider = OAuthProvider.GOOGLE) -> ConnectWizard:
    """Sign in in a way that ends with an error."""
    scene.browser.sign_in_error = error
    wizard = begun(scene, oauth)
    scene.qtbot.waitUntil(lambda: wizard.allow.error is error)
    return wizard


def words_on(widget: QWidget) -> str:
    """Everything a screen reader could say of what is shown."""
    found = []
    for one in (widget, *widget.findChildren(QWidget)):
        if one.isVisible() and (interface := QAccessible.queryAccessibleInterface(one)) is not None:
            found += [interface.text(kind) for kind in QAccessible.Text if kind is not QAccessible.Text.UserText]
    return " ".join(found)


def test_the_browser_opens_at_the_providers_page_and_the_wizard_says_what_to_do_there(scene: Scene) -> None:
    wizard = waiting(scene)
    allow = wizard.allow
    assert scene.opened == [scene.browser.url]
    assert allow.heading.head.text() == "Waiting for your browser"
    assert allow.heading.lead.text() == f"Finish signing in to {ADDRESS} there. This page moves on by itself."
    assert [line.said() for line in allow.lines] == [
        "Browser opened: Done. A tab at accounts.example, 0 s ago",
        "Sign in and choose Allow: In progress. Tick every box. Google names all of Gmail, as for every mail program",
        f"{CHECKS}: To come. Only after the test the mailbox counts as connected",
    ]
    assert not wizard.main.isEnabled()
    assert wizard.main.toolTip() == "It goes on by itself once you have signed in"
    assert allow.help.port.words.text() == "A firewall may block the local port 127.0.0.1:53682"
    assert allow.help.account.words.text() == f"Postroom accepts only {ADDRESS} here"
    assert QApplication.focusWidget() is allow.again


def test_the_time_that_is_left_runs_down(scene: Scene, clock: FixedClock) -> None:
    wizard = waiting(scene)
    assert wizard.allow.left.text() == "5:00"
    clock.advance(seconds=29)
    wizard.allow.tick()
    assert wizard.allow.left.text() == "4:31"
    assert wizard.allow.lines.opened.said().endswith("29 s ago")
    clock.advance(minutes=6)
    wizard.allow.tick()
    assert wizard.allow.left.text() == "0:00"


def test_the_clock_ticks_by_itself(scene: Scene, clock: FixedClock) -> None:
    wizard = waiting(scene)
    clock.advance(seconds=2)
    scene.qtbot.waitUntil(lambda: wizard.allow.left.text() == "4:58")


def test_the_page_can_be_opened_again_and_its_link_copied(scene: Scene) -> None:
    wizard = waiting(scene)
    press(wizard.allow.again)
    assert scene.opened == [scene.browser.url] * 2
    press(wizard.allow.copy)
    assert QGuiApplication.clipboard().text() == scene.browser.url
    assert "The link was copied." in words_on(wizard.allow)


def test_without_a_browser_the_link_is_what_helps(scene: Scene) -> None:
    scene.has_browser = False
    wizard = waiting(scene)
    assert wizard.allow.lines.opened.said() == (
        "No browser could be opened: Warning. Copy the link and open it in a browser of this computer"
    )


def test_what_may_go_wrong_is_explained_while_waiting(scene: Scene) -> None:
    wizard = waiting(scene)
    rows = wizard.allow.help
    press(rows.admin.button)
    sentence = QGuiApplication.clipboard().text()
    assert "postroom-1" in sentence
    assert "acme.example" in sentence
    assert sentence in words_on(rows)
    press(rows.account.button)
    assert f"sign in as {ADDRESS}" in words_on(rows)
    press(rows.port.button)
    assert "127.0.0.1:53682" in rows.port.more.label.text()
    assert rows.port.more.isVisible()


def test_signing_in_goes_on_to_the_folders_by_itself_and_then_connects(scene: Scene) -> None:
    wizard = begun(scene)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    (ask,) = scene.browser.asked
    assert (ask.provider, ask.address, ask.pinned, ask.is_shared) == (OAuthProvider.GOOGLE, ADDRESS, None, False)
    assert ask.permissions == {Permission.IDENTITY, Permission.READ}
    assert wizard.choose.folders.list.words() == ["INBOX", "Gesendet (sent mail)", "Spam"]
    press(wizard.main)
    assert wizard.test.summary.said()[0] == f"Mailbox: {ADDRESS} (Gmail, imap.google.example)"
    assert not wizard.test.send.isVisible()
    press(wizard.main)
    scene.settle()
    assert scene.servers.passwords == [TOKEN]
    ((what, made),) = scene.browser.saved
    assert (what, made.oauth, made.imap.host) == ("connect", OAuthProvider.GOOGLE, "imap.google.example")
    assert (made.smtp, made.direction) == (None, Direction.INBOUND)
    assert scene.sync.asked == [("changed", None), ("sync", made.id)]


def test_sending_is_asked_for_when_ticked_and_then_tried(scene: Scene) -> None:
    scene.servers.found = replace(FOUND, oauth=OAuthProvider.GOOGLE)
    wizard = scene.wizard()
    scene.fill(wizard)
    tick = wizard.provider.asked.permissions.rows[1].box
    assert tick is not None
    assert tick.text() == "Optional, off"
    tick.click()
    assert tick.text() == "Optional, on"
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    assert Permission.SEND in scene.browser.asked[0].permissions
    assert wizard.choose.details.reply_to.isVisible()
    press(wizard.main)
    assert wizard.test.send.is_on
    press(wizard.main)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["folders", "test and send"]
    made = scene.browser.saved[0][1]
    assert made.smtp is not None
    assert made.smtp.host == "smtp.google.example"


def test_a_token_is_in_no_widget_and_no_repr(scene: Scene) -> None:
    wizard = begun(scene)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    press(wizard.main)
    press(wizard.main)
    scene.settle()
    assert TOKEN not in words_on(wizard)
    assert TOKEN not in repr(wizard._wish)
    wizard.reject()
    assert wizard._wish is None


# --- the ways it can end ----------------------------------------------------------------------------------------------

ENDINGS: dict[str, tuple[SourceError, str, list[Way]]] = {
    "too_late": (
        NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The sign-in was not finished within 5 minutes."),
        "The sign-in was not finished",
        [Way.AGAIN],
    ),
    "denied": (
        NeedsSignIn(ReasonCode.ACCOUNT_CONSENT_DENIED, "Google says that you chose Cancel."),
        "The consent was not given",
        [Way.AGAIN],
    ),
    "scope": (
        NeedsSignIn(ReasonCode.ACCOUNT_SCOPE_MISSING, "Read email in the folders you pick was not ticked."),
        "A permission was not granted",
        [Way.AGAIN],
    ),
    "wrong": (
        NeedsSignIn(ReasonCode.ACCOUNT_WRONG_IDENTITY, "Expected support@acme.example, got ana@acme.example."),
        "Another account signed in",
        [Way.OTHER_ACCOUNT],
    ),
    "admin": (
        NeedsSignIn(ReasonCode.ACCOUNT_ADMIN_CONSENT, "An administrator has to agree first."),
        "An administrator has to agree first",
        [Way.COPY, Way.AGAIN],
    ),
    "secret": (
        Misconfigured(ReasonCode.ACCOUNT_APP_SECRET, "Google refused the app's secret."),
        "The app that signs in is refused",
        [Way.APP, Way.AGAIN],
    ),
    "unreachable": (
        Transient(ReasonCode.ISSUER_UNREACHABLE, "accounts.example cannot be reached."),
        "The sign-in server cannot be reached",
        [Way.AGAIN],
    ),
    "disabled": (
        NeedsSignIn(ReasonCode.ACCOUNT_DISABLED, "The account is disabled."),
        "The account is disabled",
        [Way.AGAIN, Way.OTHER_ACCOUNT],
    ),
    "port": (
        Misconfigured(ReasonCode.SETTINGS_INVALID, "The browser's answer cannot be received on this computer."),
        "The sign-in could not begin",
        [Way.AGAIN],
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_says_what_happened_and_what_to_do(scene: Scene, ending: str) -> None:
    error, title, ways = ENDINGS[ending]
    wizard = refused(scene, error)
    assert wizard.allow.heading.head.text() == title
    assert wizard.allow.heading.lead.text() == f"{ADDRESS} was not connected; nothing was changed."
    assert error.what in words_on(wizard.allow)
    assert list(wizard.allow.ways) == ways
    assert QApplication.focusWidget() is wizard.allow.ways[ways[0]]
    assert not wizard.allow.bar.isVisible()
    assert wizard.back.isEnabled()
    scene.browser.sign_in_error = None
    button = next(wizard.allow.ways[way] for way in (Way.AGAIN, Way.OTHER_ACCOUNT) if way in wizard.allow.ways)
    press(button)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    assert len(scene.browser.asked) == 2


def test_an_admins_consent_has_a_sentence_to_send(scene: Scene) -> None:
    wizard = refused(scene, ENDINGS["admin"][0], OAuthProvider.MICROSOFT)
    press(wizard.allow.ways[Way.COPY])
    sentence = QGuiApplication.clipboard().text()
    assert "https://login.microsoftonline.com/organizations/adminconsent?client_id=postroom-1" in sentence
    assert ADDRESS in sentence


def test_the_sentence_that_an_error_quotes_is_the_one_that_is_copied(scene: Scene) -> None:
    action = "Send this to the administrator: “Please permit the app 4711 for mail.”"
    wizard = refused(scene, NeedsSignIn(ReasonCode.ACCOUNT_ADMIN_CONSENT, "An administrator must.", action=action))
    press(wizard.allow.ways[Way.COPY])
    assert QGuiApplication.clipboard().text() == "Please permit the app 4711 for mail."
    assert wizard.allow.ways[Way.COPY].text() == "Copied"


def test_another_account_at_microsoft_may_be_one_the_mailbox_is_shared_with(scene: Scene) -> None:
    wizard = refused(scene, ENDINGS["wrong"][0], OAuthProvider.MICROSOFT)
    assert list(wizard.allow.ways) == [Way.OTHER_ACCOUNT, Way.SHARED]
    scene.browser.sign_in_error = None
    press(wizard.allow.ways[Way.SHARED])
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    assert [ask.is_shared for ask in scene.browser.asked] == [False, True]


def test_whoever_may_not_open_a_shared_mailbox_lets_another_person_sign_in(scene: Scene) -> None:
    """The browser remembers who signed in: trying again alone would bring the same account back."""
    refusal = TokenRefused(ReasonCode.ACCOUNT_REVOKED, "imap.acme.example does not accept Postroom's sign-in.")
    scene.servers.found = replace(FOUND, oauth=OAuthProvider.MICROSOFT)
    scene.servers.report = failing(refusal)
    wizard = scene.wizard()
    scene.fill(wizard)
    wizard.provider.is_shared.box.click()
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: wizard.allow.error is not None)
    assert list(wizard.allow.ways) == [Way.OTHER_ACCOUNT, Way.AGAIN]


def test_a_shared_mailbox_can_be_said_before(scene: Scene) -> None:
    scene.servers.found = replace(FOUND, oauth=OAuthProvider.MICROSOFT)
    wizard = scene.wizard()
    scene.fill(wizard)
    wizard.provider.is_shared.box.click()
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    assert scene.browser.asked[0].is_shared


def test_a_mailbox_that_cannot_be_read_is_said_where_it_was_allowed(scene: Scene) -> None:
    scene.servers.report = failing(NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "IMAP is switched off for this account."))
    wizard = begun(scene)
    scene.qtbot.waitUntil(lambda: wizard.allow.error is not None)
    assert wizard.allow.heading.head.text() == "The mailbox cannot be read"
    assert "IMAP is switched off for this account." in words_on(wizard.allow)


def test_a_token_refused_by_the_test_is_asked_for_again(scene: Scene) -> None:
    wizard = begun(scene)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    press(wizard.main)
    scene.servers.report = failing(NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "It has expired.", field="password"))
    press(wizard.main)
    scene.settle()
    assert wizard.page is wizard.allow
    assert "It has expired." in words_on(wizard.allow)
    assert scene.browser.saved == []


def test_tokens_that_cannot_be_stored_are_said_and_tried_again(scene: Scene) -> None:
    wizard = begun(scene)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    press(wizard.main)
    scene.browser.save_error = CommandRefused(ReasonCode.KEYRING_MISSING, "The keyring is locked.", action="Unlock it.")
    press(wizard.main)
    scene.settle()
    assert "The keyring is locked. Unlock it." in wizard.outcome.label.text()
    scene.browser.save_error = None
    press(wizard.main)
    scene.settle()
    assert wizard.test.is_saved


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_cancel_ends_the_waiting_at_once_and_closes(scene: Scene) -> None:
    wizard = waiting(scene)
    press(wizard.cancel)
    assert not wizard.isVisible()
    scene.settle()
    assert scene.browser.ended == 1


def test_escape_and_the_windows_own_button_do_the_same(scene: Scene) -> None:
    wizard = waiting(scene)
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    assert not wizard.isVisible()
    scene.settle()
    scene.opened.clear()
    scene.browser.goes_on.clear()
    other = waiting(scene)
    other.close()
    scene.settle()
    assert scene.browser.ended == 2


def test_back_ends_the_waiting_and_what_was_filled_in_is_still_there(scene: Scene) -> None:
    wizard = waiting(scene)
    QTest.keyClick(wizard, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    assert wizard.page is wizard.provider
    assert wizard.provider.typed == ADDRESS
    assert wizard.provider.consent.is_on
    scene.settle()
    assert scene.browser.ended == 1
    scene.browser.waits = False
    QTest.keyClick(wizard, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)


def test_going_back_from_the_folders_does_not_ask_for_the_browser_again(scene: Scene) -> None:
    wizard = begun(scene)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    press(wizard.back)
    assert page_of(wizard) is wizard.provider
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: page_of(wizard) is wizard.choose)
    assert len(scene.browser.asked) == 1
    press(wizard.back)
    tick = wizard.provider.asked.permissions.rows[1].box
    assert tick is not None
    tick.click()
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: len(scene.browser.asked) == 2)
    scene.qtbot.waitUntil(lambda: page_of(wizard) is wizard.choose)
    press(wizard.back)
    wizard.provider.choose(None)
    press(wizard.main)
    assert page_of(wizard) is wizard.sign_in
    type_into(wizard.sign_in.credentials.password.line, "secret")
    press(wizard.main)
    scene.settle()
    press(wizard.main)
    press(wizard.main)
    scene.settle()
    assert scene.servers.passwords == ["secret"]


def test_cancel_before_the_page_is_there_leaves_nothing_waiting(scene: Scene) -> None:
    scene.browser.waits = True
    wizard = begun(scene)
    wizard.reject()
    scene.settle()
    assert not wizard.isVisible()
    assert scene.opened in ([], [scene.browser.url])


def test_an_app_password_is_a_way_round_the_browser(scene: Scene) -> None:
    scene.servers.found = replace(FOUND, oauth=OAuthProvider.GOOGLE)
    wizard = scene.wizard()
    scene.fill(wizard)
    press(wizard.provider.asked.app_password)
    assert wizard.page is wizard.sign_in
    assert wizard.sign_in.credentials.servers.imap.host.text() == "imap.acme.example"
    assert wizard.sign_in.credentials.password.hint == "Acme wants an app password."


def test_what_another_provider_asks_for_is_seen_before_its_page_opens(scene: Scene) -> None:
    """The address says that the mailbox is at Microsoft while what Google asks for is on the page."""
    scene.servers.found = replace(FOUND, oauth=OAuthProvider.MICROSOFT)
    wizard = scene.wizard()
    type_into(wizard.provider.address, ADDRESS)
    wizard.provider.consent.box.setChecked(True)
    press(wizard.main)
    scene.settle()
    assert wizard.page is wizard.provider
    assert scene.opened == []
    assert wizard.provider.asked.title.text() == "What Postroom asks Microsoft for"
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)


def test_another_provider_needs_its_mail_servers(scene: Scene) -> None:
    wizard = scene.wizard()
    wizard.provider.choose(OAuthProvider.CUSTOM)
    scene.servers.found = replace(FOUND, imap=replace(FOUND.imap, host=""))
    scene.fill(wizard)
    assert wizard.provider.servers.isVisible()
    press(wizard.main)
    assert wizard.page is wizard.provider
    assert wizard.provider.servers.imap.server.errors["host"].startswith("Enter the name of the server")
    type_into(wizard.provider.servers.imap.host, "mail.acme.example")
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    assert scene.browser.asked[0].provider is OAuthProvider.CUSTOM
    press(wizard.main)
    press(wizard.main)
    scene.settle()
    assert scene.browser.saved[0][1].imap.host == "mail.acme.example"


def test_what_is_known_of_the_providers_and_cannot_be_read_is_said(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> object:
        raise Misconfigured(ReasonCode.SETTINGS_INVALID, "The file of the Google app cannot be read.")

    monkeypatch.setattr(scene.browser, "client_state", broken)
    scene.servers.found = replace(FOUND, oauth=OAuthProvider.GOOGLE)
    wizard = scene.wizard()
    scene.fill(wizard)
    press(wizard.main)
    scene.settle()
    assert wizard.provider.address_row.errors[ADDRESS_FIELD] == "The file of the Google app cannot be read."
    assert wizard.page is wizard.provider

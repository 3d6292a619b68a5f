"""A registered app of one's own: by its id and secret or by its file, errors beside the fields."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.errors import Misconfigured, NeedsSignIn
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import ClientOrigin, ClientState
from desktop.views.connect.client_sheet import CLIENT_ID, FILE, SECRET, ClientSheet
from desktop.views.connect.refusals import Way
from desktop.views.connect.wizard import ConnectWizard
from tests.gui.connect.scene import FOUND, IMAP, SMTP, Scene, press, type_into

GOOGLE = OAuthProvider.GOOGLE


def sheet_of(wizard: QWidget) -> ClientSheet:
    """The sheet that is open."""
    (sheet,) = [one for one in wizard.findChildren(ClientSheet) if one.isVisible()]
    return sheet


def opened(scene: Scene, oauth: OAuthProvider = GOOGLE) -> tuple[ConnectWizard, ClientSheet]:
    """Open the sheet from the foot of the first page."""
    wizard = scene.wizard()
    wizard.provider.choose(oauth)
    press(wizard.extra)
    return wizard, sheet_of(wizard)


@pytest.mark.parametrize(
    ("oauth", "words"),
    [(GOOGLE, "Use my own Google app"), (OAuthProvider.MICROSOFT, "Use my own Microsoft app")],
)
def test_the_button_names_whose_app_it_is(scene: Scene, oauth: OAuthProvider, words: str) -> None:
    wizard, sheet = opened(scene, oauth)
    assert wizard.extra.text() == words
    assert sheet.windowTitle() == words


def test_an_id_and_a_secret_are_used_and_the_secret_is_shown_to_nobody(scene: Scene) -> None:
    wizard, sheet = opened(scene)
    type_into(sheet.client_id, " 123.apps.example ")
    type_into(sheet.secret, "GOCSPX-4711")
    assert sheet.secret.echoMode() == QLineEdit.EchoMode.Password
    press(sheet.use)
    scene.settle()
    assert scene.browser.used == [(GOOGLE, "123.apps.example", "GOCSPX-4711", None)]
    assert not wizard.findChildren(ClientSheet)


def test_a_file_is_enough(scene: Scene, tmp_path: Path) -> None:
    _, sheet = opened(scene)
    sheet.take_file(tmp_path / "client.json")
    press(sheet.use)
    scene.settle()
    assert scene.browser.used == [(GOOGLE, "", None, tmp_path / "client.json")]


@pytest.mark.parametrize(("field", "row"), [("client_id", CLIENT_ID), ("client_secret", SECRET), ("file", FILE)])
def test_an_error_stands_beside_its_field(scene: Scene, field: str, row: str) -> None:
    _, sheet = opened(scene)
    scene.browser.client_error = Misconfigured(ReasonCode.SETTINGS_INVALID, "That is no app.", field=field)
    type_into(sheet.client_id, "123")
    press(sheet.use)
    scene.settle()
    assert sheet.rows[row].errors == {row: "That is no app."}
    assert sheet.isVisible()


def test_an_error_of_no_field_and_nothing_given_are_said(scene: Scene) -> None:
    _, sheet = opened(scene)
    press(sheet.use)
    assert sheet.rows[CLIENT_ID].errors[CLIENT_ID].startswith("Give the client id")
    scene.browser.client_error = Misconfigured(ReasonCode.STORE_READ_ONLY, "The settings cannot be written.")
    type_into(sheet.client_id, "123")
    press(sheet.use)
    scene.settle()
    assert sheet.outcome.label.text() == "The settings cannot be written."


def test_another_providers_app_comes_before_its_servers_which_its_file_may_name(scene: Scene) -> None:
    custom = OAuthProvider.CUSTOM
    scene.browser.clients[custom] = ClientState(custom, ClientOrigin.MISSING)
    wizard = scene.wizard()
    wizard.provider.choose(custom)
    scene.fill(wizard)
    assert not wizard.provider.servers.isVisible()
    press(wizard.main)
    scene.settle()
    scene.browser.servers = (IMAP, SMTP)
    assert sheet_of(wizard).file.accessibleName() == "Its file"
    sheet_of(wizard).take_file(Path("client.json"))
    press(sheet_of(wizard).use)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    press(wizard.main)
    assert wizard.test.summary.said()[0].endswith("(Another provider, imap.acme.example)")


def test_another_provider_needs_its_file(scene: Scene) -> None:
    _, sheet = opened(scene, OAuthProvider.CUSTOM)
    assert not sheet.client_id.isVisible()
    press(sheet.use)
    assert sheet.rows[FILE].errors[FILE] == "Choose the file."


def test_where_there_is_no_app_it_is_asked_for_before_the_browser(scene: Scene) -> None:
    scene.browser.clients[GOOGLE] = ClientState(GOOGLE, ClientOrigin.MISSING)
    scene.servers.found = replace(FOUND, oauth=GOOGLE)
    wizard = scene.wizard()
    scene.fill(wizard)
    assert wizard.provider.asked.missing.isVisible()
    assert wizard.provider.asked.missing.label.text().startswith("Postroom needs an app of yours that is registered")
    press(wizard.main)
    scene.settle()
    sheet = sheet_of(wizard)
    assert scene.opened == []
    type_into(sheet.client_id, "123")
    press(sheet.use)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)
    assert not wizard.provider.asked.missing.isVisible()
    assert scene.opened == [scene.browser.url]


def test_the_page_of_help_is_one_click_away(scene: Scene) -> None:
    _, sheet = opened(scene)
    press(sheet.guide)
    assert scene.opened[0].endswith("docs/providers/google.md")


def test_a_refused_app_is_mended_from_the_error(scene: Scene) -> None:
    scene.servers.found = replace(FOUND, oauth=GOOGLE)
    scene.browser.sign_in_error = NeedsSignIn(ReasonCode.ACCOUNT_APP_SECRET, "Google refused the app's secret.")
    wizard = scene.wizard()
    scene.fill(wizard)
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: wizard.allow.error is not None)
    press(wizard.allow.ways[Way.APP])
    scene.browser.sign_in_error = None
    type_into(sheet_of(wizard).client_id, "123")
    press(sheet_of(wizard).use)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.choose)

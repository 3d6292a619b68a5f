"""Customers, privacy and the page about the program: what they say and where they lead."""

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import desktop
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import StoreError
from desktop.domain.mailbox import MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import Details, add_customer
from desktop.views.settings.about import AboutPage, LicenceDialog, versions
from desktop.views.settings.customers import CustomersPage
from desktop.views.settings.privacy import PrivacyPage
from tests.gui.settings.conftest import BILLING, SALES, SUPPORT, Scene, StoredHosts
from tests.helpers.mails import FixedClock


def words_of(page: PrivacyPage | AboutPage) -> str:
    """Everything the rows say."""
    return " ".join(row.words for section in page.sections for row in section.rows)


def test_customers_are_counted_and_brought_in(scene: Scene, clock: FixedClock) -> None:
    page = cast("CustomersPage", scene.go("customers"))
    assert page.here.more == "None yet"
    with scene.store.write() as uow:
        add_customer(uow, Details("Acme"), ("a@acme.example",), clock)
    scene.ops.announce(ChangeSet(Changed.CUSTOMERS))
    scene.qtbot.waitUntil(lambda: page.here.more == "1 customer")
    QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert scene.went.asked == [("import", None)]


def test_privacy_says_where_the_data_is_and_who_is_contacted(scene: Scene) -> None:
    page = cast("PrivacyPage", scene.go("privacy"))
    said = words_of(page)
    assert "a-folder/postroom" in said
    assert "In this desktop's keyring; your session opens it." in said
    assert "EXAMINE" in said
    QTest.mouseClick(page.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "a-folder/postroom"
    assert scene.went.toasts == ["The path of the profile is copied."]


def test_each_host_is_listed_once_with_port_and_reason_and_can_be_copied(scene: Scene) -> None:
    page = cast("PrivacyPage", scene.go("privacy"))
    scene.settle()
    assert [(one.host, one.port) for one in page.hosts] == [("imap.acme.example", 993), ("smtp.acme.example", 465)]
    said = words_of(page)
    everyone = "billing@acme.example"
    assert f"imap.acme.example Reads mail: support@acme.example, sales@acme.example, {everyone}. port 993" in said
    assert "Your name service Looks for mail servers while you connect a mailbox" in said
    assert "Whoever a mail names Shows pictures of a mail, only when you ask for them" in said
    page.copy_hosts.setFocus()
    QTest.keyClick(page.copy_hosts, Qt.Key.Key_Space)
    assert [line.split("\t")[:2] for line in QGuiApplication.clipboard().text().splitlines()] == [
        ["imap.acme.example", "993"],
        ["smtp.acme.example", "465"],
    ]
    assert scene.went.toasts == ["Copied 2 hosts."]


def test_hosts_come_and_go_with_their_mailboxes(scene: Scene) -> None:
    page = cast("PrivacyPage", scene.go("privacy"))
    for mailbox_id in (SUPPORT, SALES, BILLING):
        with scene.store.write() as uow:
            uow.mailboxes.set_state(mailbox_id, MailboxState.DISCONNECTED)
    scene.ops.announce(ChangeSet(Changed.MAILBOXES))
    scene.qtbot.waitUntil(lambda: page.hosts == ())
    assert "acme.example" not in words_of(page)


def test_without_a_mailbox_nobody_is_contacted(bare: Scene) -> None:
    page = cast("PrivacyPage", bare.go("privacy"))
    assert page.sections[-1]._words == "Hosts Postroom speaks to None, as long as no mailbox is connected."


def test_a_list_that_cannot_be_made_says_why(scene: Scene) -> None:
    page = cast("PrivacyPage", scene.go("privacy"))
    connections = cast("StoredHosts", scene.frame.connections)
    connections.trouble = StoreError(ReasonCode.STORE_BUSY, "The database is in use.", action="Try again.")
    scene.screen.refresh()
    scene.settle()
    assert "The list cannot be made now The database is in use. Try again." in words_of(page)
    connections.trouble = None
    scene.screen.refresh()
    scene.qtbot.waitUntil(lambda: len(page.hosts) == 2)


def test_about_names_versions_and_licences(scene: Scene) -> None:
    page = cast("AboutPage", scene.go("about"))
    said = words_of(page)
    assert f"Postroom {desktop.__version__}" in said
    for name, version in versions():
        assert name in said
        assert version in said
    QTest.mouseClick(page.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines()[0] == f"Postroom {desktop.__version__}"


def test_a_licence_is_read_in_a_window_of_its_own(scene: Scene) -> None:
    page = cast("AboutPage", scene.go("about"))
    for name, words in (("Inter", "SIL OPEN FONT LICENSE"), ("Lucide", "ISC License")):
        QTest.mouseClick(page.licences[name], Qt.MouseButton.LeftButton)
        scene.settle()
        dialogs = [one for one in QApplication.topLevelWidgets() if isinstance(one, LicenceDialog) and one.isVisible()]
        assert len(dialogs) == 1
        assert words.casefold() in dialogs[0].text.toPlainText().casefold()
        assert dialogs[0].text.isReadOnly()
        QTest.keyClick(dialogs[0], Qt.Key.Key_Escape)

"""The wizard as a window: keys alone are enough, the tab order is the reading order, everything has a name."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.domain.mailbox import OAuthProvider
from desktop.ui.kit.theme import theme
from desktop.views.connect.wizard import ConnectWizard
from tests.gui.connect.scene import ADDRESS, PASSWORD, Scene, focused, page_of, press, tab_chain


def test_a_mailbox_is_connected_by_keys_alone(scene: Scene) -> None:
    wizard = scene.wizard()
    QTest.keyClicks(focused(), ADDRESS)
    while focused() is not wizard.provider.consent.box:
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    scene.settle()
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert page_of(wizard) is wizard.sign_in
    QTest.keyClicks(focused(), PASSWORD)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    scene.settle()
    assert page_of(wizard) is wizard.choose
    QTest.keyClick(focused(), Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["folders", "test", "connect"]
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert not wizard.isVisible()


def named(stops: list[QWidget]) -> None:
    """Every stop has a name of its own."""
    names = [stop.accessibleName() for stop in stops]
    assert all(names)
    assert len(set(names)) == len(names)


def test_tab_goes_down_the_first_page(scene: Scene) -> None:
    wizard = scene.wizard()
    page = wizard.provider
    stops = tab_chain(page.address)
    send = page.asked.permissions.rows[1].box
    assert stops[:4] == [page.address, page.asked.app_password, send, page.consent.box]
    assert stops[4:7] == [wizard.extra, wizard.cancel, wizard.main]
    assert stops[7:] == [page.choice.card(OAuthProvider.GOOGLE).button]
    named(stops)


def test_arrows_choose_another_card(scene: Scene) -> None:
    wizard = scene.wizard()
    wizard.provider.choice.card(OAuthProvider.GOOGLE).button.setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Right)
    assert wizard.provider.kind.oauth is OAuthProvider.MICROSOFT
    assert wizard.provider.asked.title.text() == "What Postroom asks Microsoft for"
    assert wizard.provider.is_shared.isVisible()


def test_tab_goes_down_the_pages_of_a_password(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_password(wizard)
    form = wizard.sign_in.credentials
    stops = tab_chain(form.password.line)
    assert stops == [form.password.line, form.password.eye, form.servers.fold, wizard.back, wizard.cancel, wizard.main]
    named(stops)
    press(wizard.main)
    scene.settle()
    choose = wizard.choose
    stops = tab_chain(choose.first())
    details = choose.details
    expected: list[QWidget] = [choose.first(), choose.folders.list, choose.since.days]
    expected += [choose.frequency.choice, choose.attachments.choice]
    expected += [details.purpose, details.owner, details.recovery, details.display_name, details.reply_to]
    assert stops == [*expected, wizard.back, wizard.cancel, wizard.main]
    named(stops)


def test_while_the_server_is_asked_nothing_can_be_changed_and_it_can_be_stopped(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_password(wizard)
    scene.servers.hangs = True
    press(wizard.main)
    scene.qtbot.waitUntil(scene.servers.reached.is_set)
    assert wizard.sign_in.credentials.password.line.isReadOnly()
    assert not wizard.main.isEnabled()
    assert focused() is wizard.cancel
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert scene.servers.ended.is_set()
    assert wizard.isVisible()
    assert not wizard.sign_in.credentials.password.line.isReadOnly()
    scene.settle()
    assert page_of(wizard) is wizard.sign_in
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert not wizard.isVisible()
    assert wizard.sign_in.credentials.password.line.text() == ""


@pytest.mark.parametrize("percent", [100, 200])
def test_it_stands_in_a_small_window_and_with_large_letters(scene: Scene, percent: int) -> None:
    theme().set_text_scale(percent)
    try:
        wizard = scene.wizard()
        wizard.resize(QSize(640, 420))
        scene.fill(wizard)
        assert wizard.main.visibleRegion().boundingRect() == wizard.main.rect()
        press(wizard.main)
        for button in wizard.findChildren(QPushButton):
            if button.isVisible():
                assert button.width() >= button.sizeHint().width()
    finally:
        theme().set_text_scale(100)


def test_the_step_at_hand_keeps_its_name_where_there_is_no_room(scene: Scene) -> None:
    wizard: ConnectWizard = scene.wizard()
    wizard.stepper.resize(200, wizard.stepper.height())
    assert not wizard.stepper.grab().isNull()
    assert wizard.stepper.accessibleName() == "Step 1 of 4: Provider"
    assert QApplication.focusWidget() is wizard.provider.address


def test_the_cards_are_as_large_as_their_words_whatever_is_chosen(scene: Scene) -> None:
    wizard = scene.wizard()
    before = wizard.provider.choice.height()
    wizard.provider.choose(None)
    scene.qtbot.waitUntil(lambda: not wizard.provider.asked._inside.isVisible())
    scene.qtbot.wait(0)
    assert wizard.provider.choice.height() == before

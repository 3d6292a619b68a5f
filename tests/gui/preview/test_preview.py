"""The preview: what a person sees of one email, of several, and of one that cannot be shown."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError, MessageRejected
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.review import assign
from desktop.ui.preview.preview import MailPreview
from tests.gui.mailroom import letter, page, parcel
from tests.gui.preview.conftest import Pane
from tests.helpers.mails import FixedClock

HUGE = letter(subject="Big plans", more="X-Note: only the headers of this one were fetched\n")


def test_an_email_has_its_head_its_trace_and_its_text(pane: Pane) -> None:
    pane.room.customer("Acme Parts", "ann@acme.example")
    pane.show(pane.room.keep(letter(subject="Two orders", text="Our two orders are one parcel now.")))
    head = pane.preview.page.head
    assert (head.subject.text(), head.name.text(), head.address.text()) == ("Two orders", "Ann Lee", "ann@acme.example")
    assert head.date.text().startswith("Today ")
    assert "1 March 2026" in head.date.toolTip()
    assert head.to.text() == "to support@"
    assert pane.words == ["Received", "Fetched", "Kept", "Matched", "Filed"]
    assert pane.body == "Our two orders are one parcel now."
    assert not pane.preview.page.files.isVisible()


def test_every_recipient_can_be_found(pane: Pane) -> None:
    more = "Cc: Bo <bo@x.example>, carl@y.example\nTo: Dora <dora@z.example>\n"
    pane.show(pane.room.keep(letter(more=more)))
    head = pane.preview.page.head
    to, cc = head.people
    assert "dora@z.example" in to.toolTip()
    assert cc.text() == "Cc Bo, carl@y.example"
    assert cc.isVisible()


def test_without_a_choice_it_says_so(pane: Pane) -> None:
    pane.show(pane.room.keep(letter()))
    pane.show(None)
    assert pane.preview.nothing.isVisible()
    assert pane.preview.nothing.title.text() == "No email chosen"
    assert pane.preview.letter is None


def test_a_step_of_the_trace_says_its_sentence_and_takes_it_away(pane: Pane) -> None:
    pane.show(pane.room.keep(letter()))
    strip = pane.preview.page.strip
    waiting = strip.buttons[-1]
    assert (waiting.text(), waiting.step.state) == ("Waiting", "half")
    assert "Needs Review" in waiting.toolTip()
    QTest.mouseClick(waiting, Qt.MouseButton.LeftButton)
    assert strip.sentence.isVisible()
    assert strip.sentence.text() == waiting.toolTip()
    waiting.setFocus()
    QTest.keyClick(waiting, Qt.Key.Key_Space)
    assert not strip.sentence.isVisible()


def test_where_there_is_little_room_steps_that_went_well_lose_their_words_first(pane: Pane) -> None:
    pane.show(pane.room.keep(letter()))
    strip = pane.preview.page.strip
    strip.setFixedWidth(260)
    pane.qtbot.waitUntil(lambda: strip.width() == 260)
    brief = {button.text(): button.is_brief for button in strip.buttons}
    assert (brief["Received"], brief["Waiting"]) == (True, False)


def test_m_explains_everything_and_m_brings_the_email_back(pane: Pane) -> None:
    pane.room.customer("Acme Parts", "ann@acme.example")
    pane.show(pane.room.keep(letter(text="the body")))
    pane.preview.setFocus()
    pane.press("M")
    text = pane.preview.page.sheet.explanation.toPlainText()
    assert pane.preview.page.sheet.explanation.isVisible()
    for part in ("What happened", "Decisions", "Acme Parts", "Decided by the rule Exact address.", "INBOX"):
        assert part in text
    assert pane.preview.page.why.text() == "Show the email"
    pane.press("M")
    assert not pane.preview.page.sheet.explanation.isVisible()
    assert pane.body == "the body"


def test_the_explanation_stays_open_from_email_to_email(pane: Pane) -> None:
    first, second = pane.room.keep(letter(subject="One")), pane.room.keep(letter("Bo <bo@b.example>", "Two"))
    pane.show(first)
    pane.preview.explain()
    pane.show(second)
    assert "bo@b.example" in pane.preview.page.sheet.explanation.toPlainText()
    pane.preview.explain()
    assert pane.body == "Good day."


def test_html_has_its_plain_text_one_key_away(pane: Pane) -> None:
    pane.show(pane.room.keep(page("<h1>Offer</h1><p>Buy <b>now</b></p>", text="Offer: buy now.")))
    view = pane.preview.page.sheet.view
    pane.qtbot.waitUntil(lambda: view.form in {"rich", "web"})
    pane.preview.setFocus()
    pane.press("Ctrl+Shift+P")
    assert view.form == "plain"
    assert "buy now" in pane.body
    pane.show(pane.room.keep(page("<p>Another</p>", "Another", text="The other one.")))
    assert view.form == "plain", "what a person chose holds for the next email"
    pane.press("Ctrl+Shift+P")
    assert view.form in {"rich", "web"}


def test_remote_pictures_are_blocked_until_asked_for(demo_pane: Callable[[], Pane]) -> None:
    pane = demo_pane()
    body = '<p>Hi</p><img src="http://127.0.0.1:9/a.png"><img src="http://127.0.0.1:9/b.png">'
    with pane.qtbot.waitSignal(pane.preview.shown, timeout=20_000):
        pane.preview.show_email(pane.room.keep(page(body)))
    note = pane.preview.page.remote
    assert note.isVisible()
    assert note.label.text() == "2 remote images are blocked"
    with pane.qtbot.waitSignal(pane.preview.page.sheet.view.shown, timeout=20_000):
        QTest.mouseClick(note.show_once, Qt.MouseButton.LeftButton)
    assert not note.isVisible()


def test_an_email_that_cannot_be_read_says_why_and_can_be_saved(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_mail: object) -> Any:
        raise MessageRejected(ReasonCode.UNPARSEABLE, "Reading it takes more memory than a message may.")

    monkeypatch.setattr("tests.gui.mailroom.read", refuse)
    pane.show(pane.room.keep(letter()))
    said = _labels(pane.preview.page.sheet)
    assert "Postroom could not read this email." in said
    assert any("more memory than a message may" in text for text in said)
    assert "Save as .eml…" in {button.text() for button in _buttons(pane.preview.page.sheet)}
    assert pane.words == ["Received", "Fetched", "Kept", "Matched", "Set aside"]


def test_of_a_huge_email_only_the_headers_are_here(pane: Pane) -> None:
    pane.show(pane.room.keep(HUGE, whole=False, size=40_000_000))
    said = _labels(pane.preview.page.sheet)
    assert "Only the headers of this email are here: it has 40.0 MB." in said
    assert pane.preview.page.strip.buttons[1].step.state == "warn"


def test_a_message_that_was_not_kept_shows_its_verdict(pane: Pane) -> None:
    pane.room.undelivered("The server did not deliver it in 3 tries.")
    with pane.ops.store.read() as read:
        (seen,) = read.emails.page(_failed(), limit=10)
    pane.preview.show_seen(seen.seen_id)
    pane.settle()
    assert pane.preview.page.head.subject.text() == "Not delivered yet"
    assert pane.words == ["Received", "Fetched", "Kept", "Matched", "Filed"]
    assert "The server did not deliver it in 3 tries." in _labels(pane.preview.page.sheet)
    assert pane.preview.letter is None


def test_several_emails_are_summed_up(pane: Pane, clock: FixedClock) -> None:
    senders = ("Ann <ann@a.example>", "Ann <ann@a.example>", "Bo <bo@b.example>")
    ids = [pane.room.keep(letter(who, f"No {at}")) for at, who in enumerate(senders)]
    with pane.ops.store.read() as read:
        pane.preview.show_selection(3, read.email_list.rows(ids))
    summary = pane.preview.summary
    assert summary.isVisible()
    assert summary.title.text() == "3 emails selected"
    assert summary.caption.text() == "2 senders, 3 today"
    said = _labels(summary)
    assert {"Ann", "2 emails", "Bo", "1 email", "One undo takes everything back"} <= set(said)


def test_an_email_that_is_gone_says_so(pane: Pane) -> None:
    pane.show(EmailId(4711))
    assert pane.preview.trouble.isVisible()
    assert pane.preview.trouble.title.text() == "This email is not here any more"


def test_only_the_last_choice_is_shown(pane: Pane) -> None:
    ids = [pane.room.keep(letter(subject=f"No {at}", text=f"text {at}")) for at in range(5)]
    for email_id in ids:
        pane.preview.show_email(email_id)
    pane.settle()
    assert (pane.preview.page.head.subject.text(), pane.body) == ("No 4", "text 4")


def test_an_answer_that_comes_too_late_is_dropped(pane: Pane) -> None:
    pane.preview.show_email(pane.room.keep(page("<p>late</p>")))
    pane.preview.show_email(None)
    pane.settle()
    assert pane.preview.nothing.isVisible()


def test_filing_it_changes_the_trace_and_leaves_the_body_alone(pane: Pane, clock: FixedClock) -> None:
    customer_id = pane.room.customer("Lumen Clinic", "front@lumen.example")
    email_id = pane.room.keep(letter(text="\n".join(f"line {at}" for at in range(200))))
    pane.show(email_id)
    bar = pane.preview.page.sheet.view._plain.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    where = bar.value()
    pane.ops.run(
        pane.preview, lambda uow, now: assign(uow, [email_id], customer_id, remember=False, clock=now), quiet=True
    )
    pane.settle()
    pane.preview.refresh()
    pane.settle()
    assert pane.words[-1] == "Filed"
    assert "Assigned to Lumen Clinic by hand" in pane.preview.page.strip.buttons[3].toolTip()
    assert bar.value() == where > 0


def test_a_body_that_cannot_be_made_ready_is_shown_as_text_with_the_reason(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_content: bytes) -> Any:
        raise MessageRejected(ReasonCode.UNPARSEABLE, "Reading it took too long.")

    monkeypatch.setattr(pane.frame.mails, "read_view", refuse)
    pane.show(pane.room.keep(page("<p>rich</p>", text="the plain part")))
    assert "the plain part" in pane.body
    assert "Reading it took too long." in pane.preview.page.sheet.view.note


def test_a_store_that_cannot_be_read_says_so_and_is_asked_again(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    email_id = pane.room.keep(letter(text="here after all"))
    broken = AppError(ReasonCode.STORE_DAMAGED, "The database is damaged.", action="Restore a backup.")

    def refuse(*_args: object) -> Any:
        raise broken

    with monkeypatch.context() as patch:
        patch.setattr("desktop.ui.preview.preview.read_letter", refuse)
        pane.show(email_id)
    assert pane.preview.trouble.title.text() == "The database is damaged."
    QTest.mouseClick(pane.preview.trouble.primary, Qt.MouseButton.LeftButton)
    pane.settle()
    assert pane.body == "here after all"


def test_words_of_strangers_are_never_markup(pane: Pane) -> None:
    pane.show(pane.room.keep(letter('"<b>Boss</b>" <boss@x.example>', "<img src=x> & <b>bold</b>")))
    head = pane.preview.page.head
    assert head.subject.text() == "<img src=x> & <b>bold</b>"
    assert head.subject.textFormat() == Qt.TextFormat.PlainText
    assert head.name.textFormat() == Qt.TextFormat.PlainText
    pane.preview.explain()
    assert "boss@x.example" in pane.preview.page.sheet.explanation.toPlainText()


def test_zoom_goes_in_and_out_by_key_and_is_kept(pane: Pane) -> None:
    pane.show(pane.room.keep(letter()))
    view = pane.preview.page.sheet.view
    pane.preview.setFocus()
    normal = view._plain.font().pixelSize()
    for _ in range(5):
        pane.press("Ctrl+=")
    assert view._plain.font().pixelSize() == round(normal * 1.5)
    pane.press("Ctrl+-")
    assert pane.frame.state.get("preview.zoom") == 140
    pane.press("Ctrl+0")
    assert view._plain.font().pixelSize() == normal


def test_nothing_of_a_mail_reaches_the_log(pane: Pane, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        pane.show(pane.room.keep(letter("Mata <mata@spy.example>", "Top secret", "the crown jewels")))
        pane.show(pane.room.keep(parcel(("map.pdf", "application/pdf", b"%PDF-1.4"), text="under the tree")))
    for secret in ("Mata", "spy.example", "Top secret", "crown jewels", "map.pdf", "under the tree"):
        assert secret not in caplog.text


def test_reading_commands_are_declared_once_and_work_on_the_preview_that_is_seen(pane: Pane) -> None:
    other = MailPreview(pane.frame)
    pane.qtbot.addWidget(other)
    email_id = pane.room.keep(letter())
    pane.show(email_id)
    other.show_email(email_id)
    pane.settle()
    pane.frame.actions.action("mail.explain").trigger()
    assert pane.preview.page.sheet.is_explaining
    assert not other.page.sheet.is_explaining


def test_commands_say_why_they_cannot_be_used(pane: Pane) -> None:
    pane.show(None)
    actions = pane.frame.actions
    assert not actions.action("mail.save").isEnabled()
    assert actions.reason("mail.explain") == "No email is shown."
    pane.show(pane.room.keep(letter()))
    assert actions.action("mail.save").isEnabled()
    assert actions.reason("mail.save_files") == "No email with attachments is shown."


def test_everything_that_takes_the_focus_has_a_name(pane: Pane) -> None:
    pane.show(pane.room.keep(parcel(("a.pdf", "application/pdf", b"%PDF-1.4"))))
    nameless = [
        widget
        for widget in pane.preview.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert nameless == []


def _labels(widget: QWidget) -> list[str]:
    from desktop.ui.kit.labels import Label

    return [label.text() for label in widget.findChildren(Label) if label.isVisible()]


def _buttons(widget: QWidget) -> list[Any]:
    from desktop.ui.kit.buttons import KitButton

    return [button for button in widget.findChildren(KitButton) if button.isVisible()]


def _failed() -> Any:
    from desktop.domain.email_list import EmailFilter

    return EmailFilter(status="error")

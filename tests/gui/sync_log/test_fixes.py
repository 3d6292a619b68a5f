"""Every trouble of a sign-in leads to Reconnect, and what somebody else must do leads there."""

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.activity import Level, Problem
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import fix_of
from desktop.ui.frame import Place
from desktop.ui.ops import Ops
from desktop.views.sync_log.acts import mend
from desktop.views.sync_log.detail import fix_text
from desktop.views.sync_log.model import Entry, of_problem
from tests.gui.frames import make_frame
from tests.helpers.mails import NOON, FixedClock

BILLING = MailboxId(2)
SIGN_IN = (
    ReasonCode.ACCOUNT_SIGN_IN,
    ReasonCode.ACCOUNT_DISABLED,
    ReasonCode.ACCOUNT_REVOKED,
    ReasonCode.ACCOUNT_SCOPE_MISSING,
    ReasonCode.ACCOUNT_WRONG_IDENTITY,
    ReasonCode.ACCOUNT_ADMIN_CONSENT,
    ReasonCode.ACCOUNT_CONSENT_DENIED,
    ReasonCode.ACCOUNT_EXPIRES_SOON,
)


def entry_of(code: ReasonCode) -> Entry:
    """A line of the log about billing@."""
    address = "billing@shop.example"
    trouble = Problem("k", Level.FAILED, BILLING, address, code, "It happened.", "It means.", "Do.", fix_of(code), NOON)
    return of_problem(trouble)


@pytest.mark.parametrize(
    ("code", "button", "door"),
    [
        *((code, "Reconnect billing@", "reconnect") for code in SIGN_IN),
        (ReasonCode.TLS_UNTRUSTED, "Change settings of billing@", "edit"),
        (ReasonCode.REVIEW_DUE, "Review settings of billing@", "review"),
    ],
)
def test_what_needs_a_person_leads_to_the_door_for_it(
    qtbot: QtBot, ops: Ops, clock: FixedClock, code: ReasonCode, button: str, door: str
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    entry = entry_of(code)
    assert fix_text(entry) == button
    mend(frame, entry)
    assert (went.asked, sync.asked) == ([(door, BILLING)], [])


def test_an_app_that_is_refused_leads_to_the_settings_of_apps(qtbot: QtBot, ops: Ops, clock: FixedClock) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, _, _ = make_frame(ops, clock, window)
    mend(frame, entry_of(ReasonCode.ACCOUNT_APP_SECRET))
    assert went.places == [Place("settings", part="sign_in")]


@pytest.mark.parametrize(
    "code", [ReasonCode.ISSUER_UNREACHABLE, ReasonCode.ACCOUNT_THROTTLED, ReasonCode.MAIL_NOT_ARRIVING]
)
def test_what_passes_by_itself_asks_nobody_to_sign_in(
    qtbot: QtBot, ops: Ops, clock: FixedClock, code: ReasonCode
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    mend(frame, entry_of(code))
    assert (went.asked, sync.asked) == ([], [("sync", BILLING)])

"""Every trouble of a sign-in leads to Reconnect, and what somebody else must do leads there."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.activity import Fix, Level, Problem
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import FAILURES, WORDS, ReasonCode
from desktop.domain.troubles import fix_of
from desktop.store.store import Store
from desktop.ui.frame import Place
from desktop.ui.ops import Ops
from desktop.views.sync_log.acts import Acts
from desktop.views.sync_log.fixes import FIX_WORDS, fix_text, link_text
from desktop.views.sync_log.model import Entry, of_activity, of_problem
from tests.gui.frames import make_frame
from tests.helpers.mails import NOON, FixedClock, place_in

ROOT = Path(__file__).parents[3]
BILLING = MailboxId(2)
FREQUENCY = Place("settings", mailbox_id=BILLING, part="frequency")
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
    Acts(frame).mend(entry)
    assert (went.asked, sync.asked) == ([(door, BILLING)], [])


def test_an_app_that_is_refused_leads_to_the_settings_of_apps(qtbot: QtBot, ops: Ops, clock: FixedClock) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, _, _ = make_frame(ops, clock, window)
    Acts(frame).mend(entry_of(ReasonCode.ACCOUNT_APP_SECRET))
    assert went.places == [Place("settings", part="sign_in")]


@pytest.mark.parametrize(
    "code", [ReasonCode.ISSUER_UNREACHABLE, ReasonCode.SERVER_UNREACHABLE, ReasonCode.MAIL_NOT_ARRIVING]
)
def test_what_passes_by_itself_asks_nobody_to_sign_in(
    qtbot: QtBot, ops: Ops, clock: FixedClock, code: ReasonCode
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    Acts(frame).mend(entry_of(code))
    assert (went.asked, sync.asked) == ([], [("sync", BILLING)])


VERDICTS = {*WORDS, ReasonCode.AUDITED} - FAILURES
"""What became of a message, or of a comparison that found nothing: no trouble."""
AT_REST = {ReasonCode.STOPPED}
TROUBLES = sorted(set(ReasonCode) - VERDICTS - AT_REST)


def test_whatever_goes_wrong_has_three_sentences_and_a_button_that_leads_somewhere(
    qtbot: QtBot, ops: Ops, clock: FixedClock, store: Store
) -> None:
    place_in(store, "support@shop.example")
    with store.write() as uow:
        for code in TROUBLES:
            run = uow.records.begin_run(MailboxId(1), NOON)
            uow.records.end_run(run, code.value, {"folders": [], "seconds": 1.0}, NOON)
            for mailbox_id in (MailboxId(1), None):
                words = f"Something is wrong with {mailbox_id} ({len(TROUBLES)}: {code.value.lower()})."
                uow.records.say("error", words, NOON, mailbox_id=mailbox_id, code=code.value)
        rows = uow.read.activity.page(limit=1000)
    assert len(rows) == 3 * len(TROUBLES)
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    for entry in (of_activity(row, NOON) for row in rows):
        for sentence in (entry.happened, entry.meaning, entry.action):
            assert sentence.endswith("."), entry
            assert entry.code not in sentence
        assert link_text(entry), entry
        assert fix_text(entry), entry
        if entry.mailbox_id is not None:
            before = len(went.places) + len(went.asked) + len(sync.asked)
            Acts(frame).mend(entry)
            assert len(went.places) + len(went.asked) + len(sync.asked) == before + 1, entry


@pytest.mark.parametrize(
    ("code", "button", "place"),
    [
        (ReasonCode.ACCOUNT_THROTTLED, "Change frequency of billing@", FREQUENCY),
        (ReasonCode.STORE_FULL, "Show where the profile lies", Place("settings", part="privacy")),
        (ReasonCode.UNPARSEABLE, "Show these emails", Place("emails", mailbox_id=BILLING, part="errors")),
    ],
)
def test_what_is_mended_elsewhere_leads_there(
    qtbot: QtBot, ops: Ops, clock: FixedClock, code: ReasonCode, button: str, place: Place
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, _, _ = make_frame(ops, clock, window)
    assert fix_text(entry_of(code)) == button
    Acts(frame).mend(entry_of(code))
    assert went.places == [place]


def test_every_fix_has_its_words_and_an_icon_there_is() -> None:
    assert set(FIX_WORDS) == set(Fix) - {Fix.NONE}
    icons = {path.stem for path in (ROOT / "resources" / "icons" / "lucide").glob("*.svg")}
    assert {known.icon for known in FIX_WORDS.values()} <= icons

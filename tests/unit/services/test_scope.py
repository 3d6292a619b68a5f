"""A changed scope says what it adds and what it leaves."""

from dataclasses import replace
from datetime import timedelta

from desktop.domain.ids import MailboxId, Ref
from desktop.domain.intake import LeftOut
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from desktop.domain.scope_change import FolderCount, ScopeChange
from desktop.services.scope import KnownHere, Reach, known_here, reaches, scope_change
from desktop.store.store import Store
from tests.helpers.mails import NOON, mailbox, packed, parsed, place_in

HELD = mailbox(folders=("INBOX", "Sales"))
SINCE = HELD.synced_from
NOTHING = KnownHere({}, {})


def test_the_same_scope_is_nothing() -> None:
    changed = replace(HELD, address="other@shop.example")
    assert reaches(HELD, changed) == ()
    assert scope_change(HELD, changed, {}, NOTHING).is_nothing


def test_a_new_folder_adds_and_one_that_goes_leaves_its_mail() -> None:
    changed = replace(HELD, folders=("INBOX", "Support"))
    assert reaches(HELD, changed) == (Reach("Support", SINCE),)
    told = scope_change(HELD, changed, {"Support": 12}, KnownHere({"Sales": 7, "Support": 2}, {}))
    assert told == ScopeChange((FolderCount("Support", 10),), (FolderCount("Sales", 7),))


def test_a_server_that_cannot_say_is_told_as_such() -> None:
    changed = replace(HELD, folders=("INBOX", "Sales", "Support", "Archive"))
    told = scope_change(HELD, changed, {"Support": None}, NOTHING)
    assert told.added == (FolderCount("Support", None), FolderCount("Archive", None))


def test_an_empty_new_folder_is_named_too() -> None:
    changed = replace(HELD, folders=("INBOX", "Sales", "Support"))
    assert scope_change(HELD, changed, {"Support": 0}, NOTHING).added == (FolderCount("Support", 0),)


def test_reaching_further_back_asks_for_what_is_older() -> None:
    earlier = replace(HELD, synced_from=SINCE - timedelta(days=30))
    assert reaches(HELD, earlier)[0] == Reach("INBOX", earlier.synced_from, SINCE)
    told = scope_change(HELD, earlier, {"INBOX": 40, "Sales": 0}, KnownHere({"INBOX": 9}, {}))
    assert told == ScopeChange((FolderCount("INBOX", 40),))
    later = replace(HELD, synced_from=SINCE + timedelta(days=3))
    assert scope_change(HELD, later, {}, NOTHING).is_nothing


def test_both_directions_add_the_sent_mail_that_was_left_out() -> None:
    changed = replace(HELD, direction=Direction.BOTH, folders=("INBOX", "Sales", "Sent"))
    told = scope_change(HELD, changed, {"Sent": 5}, KnownHere({}, {"INBOX": 3}))
    assert told.added == (FolderCount("INBOX", 3), FolderCount("Sent", 5))


def test_manual_selection_syncs_no_folder() -> None:
    manual = replace(HELD, direction=Direction.MANUAL)
    assert reaches(HELD, manual) == ()
    told = scope_change(HELD, manual, {}, KnownHere({"INBOX": 4, "Sales": 1}, {}))
    assert told == ScopeChange((), (FolderCount("INBOX", 4), FolderCount("Sales", 1)))
    back = scope_change(manual, HELD, {"INBOX": 10, "Sales": 1}, KnownHere({"INBOX": 4, "Sales": 1}, {}))
    assert back.added == (FolderCount("INBOX", 6), FolderCount("Sales", 0))


def test_what_is_here_of_each_folder(store: Store) -> None:
    inbox, sales = place_in(store), place_in(store, folder="Sales")
    out = LeftOut(Ref("9"), ReasonCode.DIRECTION_OFF, "Sent mail.", NOON)
    with store.write() as uow:
        uow.intake.take_in(inbox, [packed(1, parsed("a")), packed(2, parsed("b"))], [out], NOON)
        uow.intake.take_in(sales, [packed(1, parsed("c"))], [], NOON)
    with store.read() as read:
        held = read.mailboxes.by_address("support@shop.example")
        assert held is not None
        inboxes = replace(held, folders=("INBOX",))
        assert known_here(read, held, inboxes) == KnownHere({"Sales": 1}, {"INBOX": 1})
        manual = replace(held, direction=Direction.MANUAL)
        assert known_here(read, held, manual) == KnownHere({"INBOX": 2, "Sales": 1}, {})
        assert read.dependents.emails_in(MailboxId(7), "INBOX") == 0

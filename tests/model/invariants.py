"""What must hold after every step, and what must hold once the server has been quiet: each broken one is a sentence.

Every sentence begins with the name of its invariant, by which the planted bugs say what has to catch them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.refset import RefSet
from tests.model.letters import Kind, Letter
from tests.model.server import Folder, ModelServer, Slot, Temper
from tests.model.stored import Row, Stored, verdict
from tests.model.world import LIMITS, SYNCED_FROM

OPEN = "FETCH_RETRYING"
OF_FLAGS = "flags are the server's"
MISSING = "MISSING_ON_SERVER"
TOO_OLD = "BEFORE_START_DATE"
OUR_MISTAKE = ReasonCode.INTERNAL_ERROR


class Broken(AssertionError):
    """An invariant does not hold."""


def require(complaints: Iterable[str]) -> None:
    """Raise with all *complaints*, if there are any."""
    found = list(complaints)
    if found:
        raise Broken("; ".join(found[:6]))


def always(stored: Stored, server: ModelServer) -> Iterator[str]:
    """What holds at every commit."""
    yield from _nothing_doubled(stored)
    yield from _all_or_nothing(stored)
    yield from _one_verdict_each(stored)
    yield from _cursor_tells_the_truth(stored)
    for row in stored.ledger:
        yield from _place_tells_the_truth(row, stored, server)
    for row in stored.ranges:
        yield from _range_tells_the_truth(row, stored, server)


def _nothing_doubled(stored: Stored) -> Iterator[str]:
    for serial, count in Counter(stored.serials.values()).items():
        if count > 1 and serial >= 0:
            yield f"nothing doubled: serial {serial} has {count} emails"


def _all_or_nothing(stored: Stored) -> Iterator[str]:
    placed = {row["email_id"] for row in stored.ledger}
    for number, row in stored.emails.items():
        decided = stored.decisions.get(number, [])
        effects = len(stored.outbox.get(number, []))
        if not decided:
            yield f"all or nothing: email {number} has no decision"
        elif any(decided[-1][name] != row[name] for name in ("code", "reason", "customer_id", "decided_by")):
            yield f"all or nothing: email {number} does not show its newest decision"
        if effects == 0:
            yield f"all or nothing: email {number} has no planned effect"
        if effects > 1:
            yield f"one effect each: email {number} has {effects}"
        if stored.serials[number] < 0:
            yield f"all or nothing: email {number} has no bytes, or not its own"
        if number not in placed:
            yield f"all or nothing: email {number} was never seen anywhere"
        if number in stored.unsearchable:
            yield f"all or nothing: email {number} cannot be searched"


def _one_verdict_each(stored: Stored) -> Iterator[str]:
    seen = Counter((row["folder_id"], row["epoch"], row["ref"]) for row in stored.ledger)
    yield from (f"one verdict each: {place} has {count} rows" for place, count in seen.items() if count > 1)
    for row in stored.ranges:
        refs = RefSet.parse(row["refs"])
        if row["count"] != len(refs):
            yield f"one verdict each: the range {refs} counts {row['count']}"
        for ref in refs:
            if (row["folder_id"], row["epoch"], str(ref)) in seen:
                yield f"one verdict each: number {ref} has a row and lies in a range"


def _cursor_tells_the_truth(stored: Stored) -> Iterator[str]:
    judged: dict[tuple[int, str], set[int]] = {}
    for row in stored.ledger:
        if row["code"] != OPEN:
            judged.setdefault((row["folder_id"], row["epoch"]), set()).add(int(row["ref"]))
    for row in stored.ranges:
        judged.setdefault((row["folder_id"], row["epoch"]), set()).update(RefSet.parse(row["refs"]))
    for row in stored.cursors:
        covered = set(range(row["first_ref"], row["last_ref"] + 1))
        bare = covered - judged.get((row["folder_id"], row["epoch"]), set())
        if bare:
            yield f"the cursor tells the truth: it covers {sorted(bare)} without a verdict"


def _place_tells_the_truth(row: Row, stored: Stored, server: ModelServer) -> Iterator[str]:
    folder = _folder(row, stored, server)
    where = f"{folder.name}/{row['epoch']}/{row['ref']}"
    letters = folder.ever.get((row["epoch"].partition("~")[0], int(row["ref"])))
    if not letters:
        yield f"nothing invented: the server never had {where}"
        return
    if row["email_id"] is not None:
        is_current = stored.folders[row["folder_id"]]["epoch"] == row["epoch"]
        possible = {one.serial for one in (letters[-1:] if is_current else letters)}
        serial = stored.serials.get(row["email_id"], -1)
        if serial not in possible:
            yield f"nothing merged: {where} was serial {sorted(possible)}, stored as {serial}"
        if not any(is_in_range(letter, row, stored) for letter in letters):
            yield f"out of range stays out: {where} was brought in"
    slot = _slot(folder, row) if stored.folders[row["folder_id"]]["epoch"] == row["epoch"] else None
    if slot is None or slot.was_away:
        return
    if row["gone_at"] is not None:
        yield f"nothing is called gone that is there: {where}"
    if row["code"] == MISSING:
        yield f"nothing is called missing that is there: {where}"


def first_day(stored: Stored, address: str) -> datetime:
    """Return the instant from which on a mailbox is synced now."""
    return moment(stored.mailboxes[address]["synced_from"])


def moment(stored: int) -> datetime:
    """Return an instant as it is stored."""
    return datetime.fromtimestamp(stored / 1000, UTC)


def is_in_range(letter: Letter, row: Row, stored: Stored) -> bool:
    """Tell whether a letter may be here: it is new enough, or the backfill that its place names was for it."""
    if letter.received_at >= first_day(stored, stored.folders[row["folder_id"]]["address"]):
        return True
    by = stored.backfills.get(row["backfill_id"])
    return by is not None and moment(by["since"]) <= letter.received_at < moment(by["until"])


def _range_tells_the_truth(row: Row, stored: Stored, server: ModelServer) -> Iterator[str]:
    folder, folder_row = _folder(row, stored, server), stored.folders[row["folder_id"]]
    since = first_day(stored, folder_row["address"])
    there = folder.visible() if row["epoch"] == str(folder.epoch) else {}
    for ref in RefSet.parse(row["refs"]) if row["code"] == TOO_OLD else ():
        letters = folder.ever.get((row["epoch"], ref), [])
        first = SYNCED_FROM if ref not in there or there[ref].was_away else since
        if all(letter.received_at >= first for letter in letters):
            yield f"nothing lost: {folder.name}/{row['epoch']}/{ref} was left out as too old"


def _folder(row: Row, stored: Stored, server: ModelServer) -> Folder:
    known = stored.folders[row["folder_id"]]
    return server.accounts[known["address"]][known["name"]]


def _slot(folder: Folder, row: Row) -> Slot | None:
    """Return the message that this place names now, if the server shows one there."""
    return folder.visible().get(int(row["ref"])) if row["epoch"] == str(folder.epoch) else None


# --- from one state to the next ---------------------------------------------------------------------------------------


def automation(before: Stored, after: Stored) -> Iterator[str]:
    """What no sync and no second reading may do."""
    yield from history_only_grows(before, after)
    for number, held in before.by_person().items():
        if verdict(after.emails[number]) != held:
            yield f"a person's decision is final: email {number} is now {after.emails[number]['code']}"


def history_only_grows(before: Stored, after: Stored) -> Iterator[str]:
    """Nothing that was stored disappears, and no decision that was made."""
    for number in before.emails:
        if number not in after.emails:
            yield f"history only grows: email {number} is gone"
        elif after.decisions.get(number, [])[: len(before.decisions[number])] != before.decisions[number]:
            yield f"history only grows: decisions on email {number} are gone or changed"
    kept = {row["id"] for row in after.ledger}
    for row in before.ledger:
        if row["id"] not in kept:
            yield f"history only grows: the place {row['ref']} is gone"


def taken_back(before: Stored, after: Stored, backfill: int) -> Iterator[str]:
    """What taking a backfill back may do: what it alone brought goes, whole, and nothing else is touched."""
    mine = {row["email_id"] for row in before.ledger if row["backfill_id"] == backfill}
    others = {row["email_id"] for row in before.ledger if row["backfill_id"] != backfill}
    goes = mine - others - {None}
    for number in before.emails.keys() ^ after.emails.keys() ^ goes:
        yield f"undo takes what it brought, and that alone: email {number}"
    for number in before.emails.keys() - goes:
        if verdict(after.emails[number]) != verdict(before.emails[number]):
            yield f"undo takes what it brought, and that alone: email {number} is decided anew"
        if after.decisions[number] != before.decisions[number]:
            yield f"undo takes what it brought, and that alone: decisions on email {number}"
    if left := [row["ref"] for row in after.ledger if row["backfill_id"] == backfill]:
        yield f"undo takes what it brought, and that alone: the places {left} are still its"
    kept = {row["id"] for row in after.ledger}
    if lost := [row["ref"] for row in before.ledger if row["backfill_id"] != backfill and row["id"] not in kept]:
        yield f"undo takes what it brought, and that alone: the places {lost} are gone"


def nothing_is_guessed(
    before: Stored, after: Stored, letters: dict[int, Letter], *, learned: bool, known: Iterable[int] = ()
) -> Iterator[str]:
    """Mail decided by a rule in this step is filed for the one customer who has its sender's address, or not at all.

    *known* are emails decided in this step by an older book of customers. With *learned* the parser reads everything.
    """
    for number, row in after.emails.items():
        is_new = len(after.decisions.get(number, [])) > len(before.decisions.get(number, []))
        if number in set(known) or not is_new or row["decided_by"] == "person" or after.serials[number] < 0:
            continue
        letter = letters[after.serials[number]]
        if letter.kind is Kind.UNREADABLE and not learned:
            continue
        owners = after.owners(letter.sender) if letter.sender else set()
        right = next(iter(owners)) if len(owners) == 1 else None
        if row["customer_id"] != right or bool(row["needs_review"]) != (right is None):
            yield f"nothing is filed by guessing: serial {letter.serial} went to {row['customer_id']}, not {right}"


def receipt(told: MailboxReceipt) -> Iterator[str]:
    """The figures of a receipt add up, and no error is a bug of the program."""
    if told.error is not None and told.error.code is OUR_MISTAKE:
        yield f"no error of its own: {told.error.detail}"
    for one in told.folders:
        if one.fetched != one.stored + one.skipped + one.parked + one.duplicates:
            yield f"the receipt adds up: {one}"
        if one.review > one.stored:
            yield f"the receipt adds up: {one}"


# --- when the server has been quiet -----------------------------------------------------------------------------------


def quiet(stored: Stored, server: ModelServer) -> Iterator[str]:
    """What holds when nothing went wrong any more and everything was synced."""
    for known in stored.folders.values():
        folder = server.accounts[known["address"]][known["name"]]
        rows = [row for row in stored.ledger if row["folder_id"] == known["id"]]
        since = first_day(stored, known["address"])
        yield from _every_message_has_its_verdict(folder, rows, _ranges(stored, known["id"], folder), since)
        yield from _places_are_the_servers(folder, rows)
        yield from _flags_are_the_servers(folder, rows)
    yield from _ranges_are_the_servers(stored, server)
    yield from _live_mail_is_the_servers(stored, server)


def _ranges(stored: Stored, folder_id: int, folder: Folder) -> set[int]:
    here = [row for row in stored.ranges if (row["folder_id"], row["epoch"]) == (folder_id, str(folder.epoch))]
    return {ref for row in here for ref in RefSet.parse(row["refs"])}


def _every_message_has_its_verdict(
    folder: Folder, rows: list[Row], in_range: set[int], since: datetime
) -> Iterator[str]:
    here = {int(row["ref"]): row for row in rows if row["epoch"] == str(folder.epoch)}
    for uid, slot in folder.visible().items():
        where = f"{folder.name}/{folder.epoch}/{uid} (serial {slot.letter.serial})"
        row = here.get(uid)
        if row is None and uid not in in_range:
            yield f"nothing lost: {where} has no verdict"
        elif row is not None and row["code"] == MISSING:
            yield f"nothing lost: {where} is called missing"
        elif row is not None and row["code"] == OPEN and is_fetchable(slot, since):
            yield f"nothing lost: {where} is not asked for any more"
        elif row is not None and row["code"] == TOO_OLD and slot.letter.received_at < since:
            continue
        elif row is not None and row["code"] != OPEN and row["email_id"] is None:
            yield f"nothing lost: {where} was left out as {row['code']}"


def is_fetchable(slot: Slot, since: datetime) -> bool:
    """Tell whether the server gives this message away when it is asked for in the right manner."""
    if slot.letter.received_at < since:
        return slot.temper not in {Temper.NOT_DESCRIBED, Temper.BREAKS_DESCRIBE}
    return slot.temper is Temper.GOOD


def _places_are_the_servers(folder: Folder, rows: list[Row]) -> Iterator[str]:
    visible = folder.visible()
    for row in rows:
        is_there = row["epoch"] == str(folder.epoch) and int(row["ref"]) in visible
        where = f"{folder.name}/{row['epoch']}/{row['ref']}"
        if is_there and row["gone_at"] is not None:
            yield f"nothing is called gone that is there: {where}"
        if not is_there and row["gone_at"] is None:
            yield f"live places are the server's: {where} still counts"
        if not is_there and row["code"] == OPEN:
            yield f"live places are the server's: {where} is still waited for"


def _flags_are_the_servers(folder: Folder, rows: list[Row]) -> Iterator[str]:
    visible = folder.visible()
    for row in rows:
        slot = visible.get(int(row["ref"])) if row["epoch"] == str(folder.epoch) else None
        if slot is not None and row["email_id"] is not None and row["flags"] != slot.flags:
            yield f"{OF_FLAGS}: {folder.name}/{row['epoch']}/{row['ref']} has {row['flags']!r}"


def _ranges_are_the_servers(stored: Stored, server: ModelServer) -> Iterator[str]:
    for row in stored.ranges:
        if row["epoch"] != str(_folder(row, stored, server).epoch):
            yield f"live places are the server's: the range {row['refs']} of epoch {row['epoch']} still counts"


def _live_mail_is_the_servers(stored: Stored, server: ModelServer) -> Iterator[str]:
    live = {stored.serials[row["email_id"]] for row in stored.ledger if row["email_id"] and row["gone_at"] is None}
    there = {
        slot.letter.serial
        for address, folders in server.accounts.items()
        for folder in folders.values()
        for slot in folder.visible().values()
        if slot.letter.received_at >= (since := first_day(stored, address)) and is_fetchable(slot, since)
    }
    if there - live:
        yield f"nothing lost: serials {sorted(there - live)} have no place here"
    if live - there - _once_fetched(server):
        yield f"live places are the server's: serials {sorted(live - there)} are not there"


def _once_fetched(server: ModelServer) -> set[int]:
    """Serials on the server that may be here although they cannot be fetched now."""
    return {slot.letter.serial for folder in server.folders() for slot in folder.visible().values()}


def given_up(stored: Stored) -> int:
    """Return how many messages are asked for no more until tomorrow."""
    return sum(row["code"] == OPEN and row["attempts"] >= LIMITS.tries for row in stored.ledger)

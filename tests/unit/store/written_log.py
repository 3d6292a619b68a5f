"""A log as syncs write it, for tests that read it."""

from datetime import datetime, timedelta

from desktop.domain.activity import ActivityFilter, ActivityRow
from desktop.domain.errors import AppError, NeedsSignIn, Transient
from desktop.domain.reasons import ReasonCode
from tests.helpers.mails import NOON
from tests.unit.store.screens import SUPPORT, Office

REFUSED = NeedsSignIn(
    ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.", meaning="New mail waits there.", action="Reconnect."
)
SLOW_DOWN = Transient(ReasonCode.ACCOUNT_THROTTLED, "The server asks us to slow down.", meaning="Nothing is lost.")


class Log:
    """Writes syncs into the log as a sync does, a minute apart."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = NOON

    def sync(
        self,
        mailbox: str = SUPPORT,
        *,
        fetched: int = 0,
        review: int = 0,
        error: AppError | None = None,
        said: str = "",
        edge: bool = False,
    ) -> datetime:
        """One sync; with *edge*, its error is new and gets an entry; *said* is an entry of a good sync."""
        box, begun = self.office.place(mailbox).mailbox_id, self.now
        self.now += timedelta(seconds=30)
        folder = {"name": "INBOX", "fetched": fetched, "stored": fetched, "review": review}
        code = error.code.value if error else "SYNCED"
        with self.office.store.write() as uow:
            number = uow.records.begin_run(box, begun)
            if error and edge:
                uow.records.say_error(error, self.now, mailbox_id=box)
            if said:
                uow.records.say("info", said, self.now, mailbox_id=box, code="SYNCED")
            if fetched and not error:
                uow.records.say("info", f"{fetched} new emails.", self.now, mailbox_id=box, code="SYNCED")
            uow.records.end_run(number, code, {"folders": [folder], "seconds": 1.8}, self.now)
        ended, self.now = self.now, self.now + timedelta(seconds=30)
        return ended

    def begin(self, mailbox: str = SUPPORT) -> int:
        box = self.office.place(mailbox).mailbox_id
        with self.office.store.write() as uow:
            return uow.records.begin_run(box, self.now)

    def say(self, level: str, what: str, mailbox: str = SUPPORT, code: str = "") -> None:
        box = self.office.place(mailbox).mailbox_id
        with self.office.store.write() as uow:
            uow.records.say(level, what, self.now, mailbox_id=box, code=code)
        self.now += timedelta(minutes=1)


def page(log: Log, wanted: ActivityFilter | None = None, **options: object) -> list[ActivityRow]:
    with log.office.store.read() as read:
        return read.activity.page(wanted or ActivityFilter(), **options)  # type: ignore[arg-type]


def lines(log: Log) -> list[tuple[str, str, int]]:
    return [(row.outcome.value, row.what, row.count) for row in page(log)]

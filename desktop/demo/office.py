"""The demo's world: a firm with three mailboxes, 600 customers and 90 days of mail, the same for the same seed."""

import csv
import io
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from desktop.demo.clients import Client, make_clients
from desktop.demo.composing import HOME, DemoMail
from desktop.demo.correspondence import Correspondence
from desktop.demo.hours import working_times
from desktop.demo.showcase import showcase
from desktop.domain.customer import Customer
from desktop.domain.mailbox import Direction, Frequency
from desktop.security.secrets import Secret

DAYS = 90
MAILS = 4_200
TO_REVIEW = 47
"""How many of them wait for a person: 46 whose sender is no single customer's, and one that cannot be read."""
HELD = 26
"""How many wait at the server of the mailbox that is signed out."""

SUPPORT, SALES, BILLING = f"support@{HOME}", f"sales@{HOME}", f"billing@{HOME}"
SHARES = {SUPPORT: 2_460, SALES: 1_140, BILLING: 600}
QUIET = timedelta(minutes=112)
"""How long before now the made-up mail ends: what is newer was written by hand."""

PASSWORD = "sesame"  # noqa: S105 - it opens a server on this computer with nothing but made-up mail
OLD_PASSWORD = "winter"  # noqa: S105
HINT = f"The password of {BILLING} was changed at its provider. On the dashboard press R; the new one is: {PASSWORD}"
"""For the screen that asks for it; a real provider would have told its customer."""


@dataclass(frozen=True, slots=True)
class DemoMailbox:
    """One mailbox of the firm.

    *password* is the one it is connected with. Where it was changed at the provider afterwards, *new_password* is the
    one that opens it since. A slow one is at the end of a slow line.
    """

    address: str
    frequency: Frequency
    direction: Direction
    password: Secret
    new_password: Secret | None = None
    is_slow: bool = False


class DemoOffice:
    """Everything the demo begins with. *now* must be aware; its time zone says when people are at work.

    `mails` are in the order of their arrival, and no two arrive in the same second. All are before *now*, none is
    older than `DAYS`, and those of `BILLING` are older than `signed_out_at`.
    """

    def __init__(self, seed: int, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("the demo needs to know in which time zone it is now")
        self.seed = seed
        self.now = now
        yesterday = now.replace(hour=17, minute=20, second=0, microsecond=0) - timedelta(days=1)
        self.signed_out_at = yesterday
        """When the password of `BILLING` was changed."""
        self.mailboxes = (
            DemoMailbox(SUPPORT, Frequency.EVERY_5_MINUTES, Direction.INBOUND, Secret(PASSWORD)),
            DemoMailbox(SALES, Frequency.EVERY_15_MINUTES, Direction.INBOUND, Secret(PASSWORD), is_slow=True),
            DemoMailbox(BILLING, Frequency.EVERY_60_MINUTES, Direction.INBOUND, Secret(OLD_PASSWORD), Secret(PASSWORD)),
        )

    @cached_property
    def clients(self) -> tuple[Client, ...]:
        """The customers with the people who write for them."""
        return tuple(make_clients(self._chance("clients")))

    @property
    def customers(self) -> tuple[Customer, ...]:
        """The customers as they are to be stored, without ids."""
        return tuple(client.customer for client in self.clients)

    @property
    def customers_csv(self) -> bytes:
        """The customers as a file for the import."""
        target = io.StringIO(newline="")
        writer = csv.writer(target)
        writer.writerow(("Name", "Company", "Owner", "Tags", "Emails"))
        for one in self.customers:
            writer.writerow((one.name, one.company, one.owner, "; ".join(one.tags), "; ".join(one.emails)))
        return target.getvalue().encode()

    @property
    def mails(self) -> tuple[DemoMail, ...]:
        """What is in the three mailboxes when they are first synced: `MAILS`, of which `TO_REVIEW` match nobody."""
        return self._written[0]

    @property
    def held(self) -> tuple[DemoMail, ...]:
        """What has come to `BILLING` since it was signed out: `HELD`, all from customers."""
        return self._written[1]

    @cached_property
    def _written(self) -> tuple[tuple[DemoMail, ...], tuple[DemoMail, ...]]:
        mails = list(showcase(self.now, self._chance("showcase")))
        taken = {int(mail.received_at.timestamp()) for mail in mails}
        begin = self.now - timedelta(days=DAYS) + timedelta(hours=2)
        held: list[DemoMail] = []
        for address, share in SHARES.items():
            rng = self._chance(address)
            writing = Correspondence(address, self.clients, rng)
            count = share - sum(mail.mailbox == address for mail in mails)
            end = self.signed_out_at - timedelta(minutes=14) if address == BILLING else self.now - QUIET
            mails += [writing.next(at) for at in working_times(rng, begin, end, count, taken)]
            if address == BILLING:
                waits_from = self.signed_out_at + timedelta(minutes=15)
                held = [writing.next(at) for at in working_times(rng, waits_from, self.now, HELD, taken)]
        mails.sort(key=lambda mail: mail.received_at)
        return tuple(mails), tuple(held)

    def _chance(self, what: str) -> random.Random:
        """Return a source of chance of its own for each thing, so that none shifts another."""
        return random.Random(f"postroom demo, {self.seed}, {what}")  # noqa: S311 - nothing secret comes of it

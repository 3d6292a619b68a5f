"""New mail while the demo runs: one at a time, whenever the window's timer asks."""

import random
import threading
from collections.abc import Callable
from datetime import datetime

from desktop.demo.composing import DemoMail
from desktop.demo.correspondence import Correspondence
from desktop.demo.office import SALES, SUPPORT, DemoOffice

EVERY_S = 30.0
"""Seconds between two new mails."""

STRANGER_EVERY, FIRST_STRANGER = 6, 3
"""One new mail in so many is from somebody whom no customer knows, and how many come before the first of them."""

TO_SUPPORT = 0.7


class Arrivals:
    """Writes the mail that arrives from now on and hands it to *deliver*; *time* says what time it is then.

    `SUPPORT` and `SALES` get it: what `BILLING` holds back shall stay the number that the demo speaks of.
    """

    def __init__(self, office: DemoOffice, deliver: Callable[[DemoMail], None], time: Callable[[], datetime]) -> None:
        self._rng = random.Random(f"postroom demo, {office.seed}, arrivals")  # noqa: S311 - nothing secret
        self._deliver = deliver
        self._time = time
        self._writers = {address: Correspondence(address, office.clients, self._rng) for address in (SUPPORT, SALES)}
        self._lock = threading.Lock()
        self._count = 0

    def next_mail(self) -> DemoMail:
        """Deliver one mail and return it; may be called from any thread."""
        with self._lock:
            address = SUPPORT if self._rng.random() < TO_SUPPORT else SALES
            writer, at = self._writers[address], self._time().replace(microsecond=0)
            is_stranger = self._count % STRANGER_EVERY == FIRST_STRANGER
            mail = writer.stranger(at) if is_stranger else writer.next(at)
            self._count += 1
        self._deliver(mail)
        return mail

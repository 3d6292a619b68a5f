"""New mail in the demo: most of it from customers, now and then from a stranger, always somewhere that is synced."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

from desktop.demo.arrivals import Arrivals
from desktop.demo.composing import DemoMail
from desktop.demo.office import SALES, SUPPORT, DemoOffice
from tests.unit.demo.office import FRIDAY, decided, read


class Delivered:
    """Takes what arrives, and lets half a minute pass before each."""

    def __init__(self, office: DemoOffice) -> None:
        self.mails: list[DemoMail] = []
        self._now = FRIDAY
        self.arrivals = Arrivals(office, self.mails.append, self._time)

    def _time(self) -> datetime:
        self._now += timedelta(seconds=30, microseconds=123)
        return self._now


def test_every_sixth_is_from_somebody_unknown_who_may_write_again(office: DemoOffice) -> None:
    delivered = Delivered(office)
    for _ in range(120):
        delivered.arrivals.next_mail()
    mails = read(office, delivered.mails)
    verdicts = decided(office, [mail for _, mail in mails.mails])
    assert len(verdicts) == 120
    for_review = [at for at, (_, verdict) in enumerate(verdicts) if verdict.needs_review]
    assert set(for_review) >= set(range(3, 120, 6))
    assert len(for_review) < 30
    assert all(verdicts[at][0].subject.startswith("Re: ") for at in for_review if at % 6 != 3)
    boxes = Counter(mail.mailbox for mail in delivered.mails)
    assert set(boxes) == {SUPPORT, SALES}
    assert boxes[SUPPORT] > boxes[SALES]
    assert any(mail.references for _, mail in mails.mails)


def test_it_arrives_now_and_to_the_second(office: DemoOffice) -> None:
    delivered = Delivered(office)
    handed = [delivered.arrivals.next_mail() for _ in range(3)]
    assert handed == delivered.mails
    assert [mail.received_at for mail in handed] == [FRIDAY + timedelta(seconds=30 * at) for at in (1, 2, 3)]


def test_the_same_seed_brings_the_same_mail(office: DemoOffice) -> None:
    first, second = Delivered(office), Delivered(office)
    for _ in range(10):
        first.arrivals.next_mail()
        second.arrivals.next_mail()
    assert first.mails == second.mails


def test_any_thread_may_ask(office: DemoOffice) -> None:
    mails: list[DemoMail] = []
    arrivals = Arrivals(office, mails.append, lambda: datetime.now(UTC))
    threads = [threading.Thread(target=arrivals.next_mail) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert len({mail.raw for mail in mails}) == 12

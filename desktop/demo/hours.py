"""When people write: on working days, most before and after lunch, hardly at night."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate

HOUR = timedelta(hours=1)
BY_HOUR = (1, 1, 0, 0, 0, 1, 4, 14, 42, 74, 80, 66, 44, 52, 72, 70, 56, 36, 16, 10, 8, 6, 4, 2)
BY_WEEKDAY = (1.15, 1.05, 1.0, 1.0, 0.85, 0.14, 0.09)


def working_times(rng: random.Random, begin: datetime, end: datetime, count: int, taken: set[int]) -> list[datetime]:
    """Return *count* instants in [begin, end), ascending, each a whole second that is not in *taken*; they are added.

    Hours and weekdays are those of *end*'s time zone.
    """
    slots = list(_slots(begin, end))
    weights = list(accumulate(BY_WEEKDAY[slot.weekday()] * BY_HOUR[slot.hour] + 0.05 for slot in slots))
    times: list[datetime] = []
    while len(times) < count:
        slot = rng.choices(slots, cum_weights=weights)[0]
        moment = slot + timedelta(seconds=rng.randrange(3600))
        second = int(moment.timestamp())
        if second not in taken and begin <= moment < end:
            taken.add(second)
            times.append(moment)
    return sorted(times)


def _slots(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the beginning of every hour that has a part in [begin, end)."""
    slot = begin.astimezone(end.tzinfo).replace(minute=0, second=0, microsecond=0)
    while slot < end:
        yield slot
        slot += HOUR

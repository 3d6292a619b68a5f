"""Column types that turn stored values into the program's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant, stored as whole milliseconds since 1970 UTC: sorts, compares and ages the same in every database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Refuse naive times: an instant without a zone is a bug, not a value."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a stored instant must know its time zone"
            raise ValueError(msg)
        return stored_instant(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """Return aware UTC."""
        return None if value is None else read_instant(value)


def stored_instant(moment: datetime) -> int:
    """Return *moment*, which knows its zone, as it is stored."""
    return (moment - _EPOCH) // _MILLISECOND


def read_instant(value: int) -> datetime:
    """Return a stored instant as aware UTC."""
    return _EPOCH + int(value) * _MILLISECOND

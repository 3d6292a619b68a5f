"""Every answer of an authorization server, judged before a library sees it: good, refusing, or no answer at all."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from desktop.domain.errors import SourceError, Transient
from desktop.providers.oauth.reach import Answer, unreachable
from desktop.providers.oauth.refusals import Asking, refusal_of, refused, throttled

LONGEST_WAIT_S = 24 * 3600.0


def judge(answer: Answer, asking: Asking, *, empty_will_do: bool = False) -> None:
    """Raise what *answer* means unless it is a good one: a JSON object (RFC 8259) that reports no error.

    ``empty_will_do`` where only the status counts (RFC 7009 section 2.2).
    """
    if 300 <= answer.status < 400:
        raise _not_the_server(answer, "redirection")
    if answer.status == 429:
        raise _with_wish(throttled(asking, "status 429"), answer)
    fields = _object_of(answer.body)
    refusal = None if fields is None or "error" not in fields else refusal_of(fields, asking, at_consent=False)
    if answer.status >= 500 or answer.status == 408:
        raise _ailing(answer, f"status {answer.status}")
    if refusal is not None:
        error = refused(refusal)
        raise _with_wish(error, answer)
    if answer.status >= 400:
        raise _not_the_server(answer, f"status {answer.status} without an error code")
    if fields is None and not empty_will_do:
        raise _not_the_server(answer, "not a JSON object")


def seconds_asked_for(answer: Answer, now: datetime) -> float | None:
    """Return the server's Retry-After in seconds, whether given so or as a date (RFC 9110 section 10.2.3)."""
    told = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", told):
        return min(float(told), LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), LONGEST_WAIT_S)


def unreadable(host: str, detail: str) -> Transient:
    """Return the error for an answer in which something is missing or wrong. *detail* is ours."""
    return unreachable(host, f"{host} gave an answer that cannot be right.", detail)


def _object_of(body: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _with_wish(error: SourceError, answer: Answer) -> SourceError:
    seconds = seconds_asked_for(answer, datetime.now(UTC))
    return error.after(seconds) if isinstance(error, Transient) and seconds is not None else error


def _ailing(answer: Answer, detail: str) -> SourceError:
    return _with_wish(unreachable(answer.host, f"{answer.host} has a fault of its own just now.", detail), answer)


def _not_the_server(answer: Answer, detail: str) -> Transient:
    return unreachable(
        answer.host,
        f"Something else answers in place of {answer.host}.",
        detail,
        meaning="A network that wants a sign-in first (hotel, train), a proxy or a fault at the provider does that.",
    )

"""When to try again: a pure policy; time and chance come in from outside."""

from collections import deque
from datetime import timedelta

from desktop.domain.errors import AppError, Misconfigured, NeedsSignIn, Transient
from desktop.domain.reasons import ReasonCode

FIRST_DELAY_S = 2.0
GROWTH = 1.5
LONGEST_DELAY_S = 600.0
OFFLINE_DELAY_S = 60.0
REPROBE_S = 6 * 3600.0
BY_THE_NETWORK = frozenset({ReasonCode.TLS_UNTRUSTED, ReasonCode.TLS_REFUSED})
"""What looks like a wrong setting and may be the network's doing: a hotel's portal, say, that answers for every server.
Nothing was sent there, so that it may be tried as often as a server that does not answer.
"""
LOGINS_PER_HOUR = 20
NEVER = frozenset({ReasonCode.ACCOUNT_APP_SECRET, ReasonCode.ACCOUNT_SCOPE_MISSING, ReasonCode.ACCOUNT_ADMIN_CONSENT})
"""What is the matter with a sign-in and only a person can mend, whichever kind of error says so."""


def retry_in(error: AppError, failures: int, chance: float) -> timedelta | None:
    """Return how long to wait after the *failures*-th failure in a row (1 is the first), or None: do not retry.

    Truncated exponential with jitter: *chance* in [0, 1) spreads the delay over 75 to 125 %. What the server itself
    asks for wins, and is never shortened. A refused sign-in is not retried: it would lock the account; nor is one whose
    app the provider refuses, for no time mends that. A wrong setting is looked at again after hours, because what is
    wrong may be the server's (an expired certificate, a lost folder).
    This computer being offline is found out here, and costs no server anything: it is tried every minute.
    All else passes, a full disk too: nobody comes to say that there is room again.
    """
    if isinstance(error, NeedsSignIn) or error.code in NEVER:
        return None
    if isinstance(error, Misconfigured) and error.code not in BY_THE_NETWORK:
        return timedelta(seconds=REPROBE_S * (0.75 + chance / 2))
    if isinstance(error, Transient) and error.retry_after_s is not None:
        return timedelta(seconds=error.retry_after_s * (1 + chance / 10))
    longest = OFFLINE_DELAY_S if error.code is ReasonCode.OFFLINE else LONGEST_DELAY_S
    plain = min(longest, FIRST_DELAY_S * GROWTH ** min(failures - 1, 64))
    return timedelta(seconds=plain * (0.75 + chance / 2))


class LoginBudget:
    """At most so many sign-ins an hour, whatever the schedule and the retries want; servers lock out storms."""

    def __init__(self, per_hour: int = LOGINS_PER_HOUR) -> None:
        self._per_hour = per_hour
        self._times: deque[float] = deque()

    def wait_s(self, now_s: float) -> float:
        """Return how many seconds to wait before the next sign-in; 0 when one is free now."""
        while self._times and now_s - self._times[0] >= 3600:
            self._times.popleft()
        return 0.0 if len(self._times) < self._per_hour else 3600 - (now_s - self._times[0])

    def refund(self) -> None:
        """Take the last one back: the server was not reached at all."""
        if self._times:
            self._times.pop()

    def spend(self, now_s: float) -> None:
        """Count a sign-in at *now_s* (monotonic seconds)."""
        self._times.append(now_s)

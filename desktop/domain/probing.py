"""What a connection test found: steps in order, each with its error beside the field it belongs to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop.domain.errors import Misconfigured, SourceError
from desktop.domain.mailbox import OAuthProvider, ServerSettings
from desktop.domain.source import RemoteFolder


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a test. ``side`` is the half of the form it belongs to (``imap`` or ``smtp``), ``words`` say what.

    ``seconds`` is None while the step is under way.
    """

    name: str
    side: str
    words: str
    seconds: float | None = None
    error: SourceError | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.seconds is not None

    @property
    def ok(self) -> bool:
        """Whether it went well."""
        return self.is_over and self.error is None


OnStep = Callable[[Step], None]
"""Hears of each step twice, from the thread that tests: when it begins, and when it is over."""

ARRIVE = "arrive"
"""The step that waits for the message a mailbox sent to itself."""


@dataclass(slots=True)
class ProbeReport:
    """The steps taken, in order; a side stops at its first failure, folders are each tried."""

    steps: list[Step] = field(default_factory=list)
    folders: Sequence[RemoteFolder] = ()

    @property
    def ok(self) -> bool:
        """Whether every step went well."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    @property
    def failures(self) -> list[Step]:
        """The steps that failed."""
        return [step for step in self.steps if not step.ok]

    @property
    def is_good_enough(self) -> bool:
        """Whether the mailbox may be saved: a test message that is slow to arrive is told, and no reason not to."""
        return bool(self.steps) and all(step.name == ARRIVE for step in self.failures)

    @property
    def goes_on(self) -> bool:
        """Whether the connection still works after the last step."""
        return self.steps[-1].ok or isinstance(self.steps[-1].error, Misconfigured)


@dataclass(frozen=True, slots=True)
class FoundServers:
    """Servers found for an address. ``how`` is a sentence; ``help`` says what the provider wants as a password.

    ``confirm`` lists hosts that only DNS vouches for: a person says yes before a password goes there. With
    ``needs_browser`` the provider takes no ordinary password; ``oauth`` is whose sign-in in the browser it accepts.
    """

    provider: str
    provider_name: str
    imap: ServerSettings
    smtp: ServerSettings | None
    how: str
    help: str
    needs_browser: bool
    confirm: tuple[str, ...] = ()
    oauth: OAuthProvider | None = None

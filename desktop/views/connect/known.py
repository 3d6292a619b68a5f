"""What is known of the providers one signs in with in the browser: their apps, their permissions, their servers."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import AppError
from desktop.domain.mailbox import OAuthProvider, ServerSettings
from desktop.domain.signing_in import ClientOrigin, ClientState, PermissionLine
from desktop.ui.frame import Frame


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """One provider. ``servers`` are those for reading and sending mail; None when it has none of its own."""

    state: ClientState
    lines: tuple[PermissionLine, ...] = ()
    servers: tuple[ServerSettings, ServerSettings | None] | None = None

    @property
    def has_app(self) -> bool:
        """Whether there is a registered app to sign in with."""
        return self.state.origin is not ClientOrigin.MISSING


class KnownProviders(QObject):
    """Asked anew for each address, in the background."""

    came = Signal()
    """What was asked for is known now, or cannot be: then ``error`` says why."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._facts: Mapping[OAuthProvider, ProviderFacts] = {}
        self.address: str | None = None
        self.error: AppError | None = None

    def of(self, oauth: OAuthProvider | None) -> ProviderFacts | None:
        """Return what is known of a provider; None for no provider, and as long as nothing is known."""
        return None if oauth is None else self._facts.get(oauth)

    def load(self, address: str) -> None:
        """Ask what is known, with the servers as they are for *address*."""
        browser = self._frame.browser

        def ask() -> dict[OAuthProvider, ProviderFacts]:
            return {
                one: ProviderFacts(
                    browser.client_state(one), browser.permissions(one, sends=False), browser.servers_of(one, address)
                )
                for one in OAuthProvider
            }

        def take(facts: dict[OAuthProvider, ProviderFacts]) -> None:
            self._facts, self.address, self.error = facts, address, None
            self.came.emit()

        self._frame.ops.work(self, lambda _job: ask(), take, failed=self._fail, slot="known")

    def _fail(self, error: AppError) -> None:
        self.error = error
        self.came.emit()

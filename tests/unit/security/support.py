"""Stand-ins for a keyring, a store and a vault."""

import threading
from collections.abc import Callable

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from desktop.security.secrets import Secret


class MemoryKeyring(KeyringBackend):
    """A keyring in memory; `before` runs ahead of every call and may block, raise or change what is kept."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's constructors have no annotations
        self.items: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []
        self.before: Callable[[str], None] = lambda _call: None

    def get_password(self, service: str, username: str) -> str | None:
        self._called("get")
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._called("set")
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._called("delete")
        if self.items.pop((service, username), None) is None:
            raise PasswordDeleteError("not found")

    def _called(self, call: str) -> None:
        self.calls.append(call)
        self.before(call)


class MemoryRows:
    """Sealed rows in memory, as the store offers them; `before` runs ahead of every call and may raise."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self.before: Callable[[str], None] = lambda _call: None

    def get(self, name: str) -> bytes | None:
        self.before("get")
        return self.rows.get(name)

    def put(self, name: str, sealed: bytes, then: Callable[[], None] | None = None) -> None:
        self.before("put")
        self.rows[name] = sealed
        if then is not None:
            then()

    def delete(self, name: str, then: Callable[[], None] | None = None) -> None:
        self.before("delete")
        self.rows.pop(name, None)
        if then is not None:
            then()


class MemoryVault:
    """A vault in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}

    def store(self, name: str, secret: Secret) -> None:
        self.kept[name] = secret

    def fetch(self, name: str) -> Secret | None:
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


def never_answers(release: threading.Event) -> Callable[[str], None]:
    """A prompt that nobody answers, until *release* is set (at most ten seconds)."""

    def block(_call: str) -> None:
        release.wait(10)

    return block

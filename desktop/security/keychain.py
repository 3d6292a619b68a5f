"""The desktop's own keyring, reached through one door that never hangs, never falls back and speaks in sentences.

The library is loaded at first use: many profiles are opened with a key file or a passphrase, and it takes its time.
"""

import logging
import sys
import threading
from collections.abc import Callable, Mapping
from os import environ as process_environment
from typing import TYPE_CHECKING, Any

from desktop.domain.errors import KeyUnavailable
from desktop.domain.reasons import ReasonCode
from desktop.security.secrets import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Postroom"

BACKENDS: dict[str, tuple[str, ...]] = {
    "linux": ("keyring.backends.SecretService.Keyring", "keyring.backends.kwallet.DBusKeyring"),
    "darwin": ("keyring.backends.macOS.Keyring",),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
}
"""The keyrings that are trusted, by platform and in order. Named one by one: left to itself, the keyring library takes
whatever is installed, a plain-text file included."""

WAIT_S = 30.0
WINDOWS_LIMIT_BYTES = 2560
"""CRED_MAX_CREDENTIAL_BLOB_SIZE; text goes in as UTF-16."""

_WAY_OUT = (
    "Start or unlock the desktop's keyring (GNOME Keyring, KWallet, Keychain, Credential Manager) and try again, "
    "or use a key file: make one with postroom key new FILE and give it with --key-file FILE."
)

_log = logging.getLogger(__name__)


class Keychain:
    """Named secrets in the desktop's keyring. Every method may show a prompt and take up to *wait_s* seconds.

    All methods raise only KeyUnavailable (KEYRING_MISSING). One call at a time: a prompt that nobody answered keeps
    its turn, so that what it wanted to write cannot land on top of something newer.
    """

    def __init__(
        self,
        backend: "KeyringBackend | None" = None,
        *,
        wait_s: float = WAIT_S,
        limit_bytes: int | None = WINDOWS_LIMIT_BYTES if sys.platform == "win32" else None,
    ) -> None:
        self._backend = backend
        self._wait_s = wait_s
        self._limit_bytes = limit_bytes
        self._turn = threading.Lock()

    def get(self, item: str) -> Secret | None:
        """Return the secret called *item*, or None when the keyring works and has none of that name."""
        value: str | None = self._bounded(lambda backend: backend.get_password(_service(item), item))
        return None if value is None else Secret(value)

    def takes(self, secret: Secret) -> bool:
        """Tell whether *secret* is short enough for this keyring, without asking it."""
        return self._limit_bytes is None or len(secret.reveal().encode("utf-16-le")) <= self._limit_bytes

    def set(self, item: str, secret: Secret) -> None:
        """Keep *secret* as *item* and read it back: when this returns, it is there."""
        value = secret.reveal()
        if self._limit_bytes is not None and not self.takes(secret):
            raise _unavailable(
                f"A secret is too long for this keyring, which takes {self._limit_bytes // 2:,} characters.",
                action=_WAY_OUT,
            )
        self._bounded(lambda backend: backend.set_password(_service(item), item, value))
        if self.get(item) != secret:
            raise _unavailable("The desktop's keyring did not keep what was given to it.", action=_WAY_OUT)

    def delete(self, item: str) -> None:
        """Forget *item*; nothing happens when there is none."""

        def forget(backend: "KeyringBackend") -> None:
            if backend.get_password(_service(item), item) is not None:
                backend.delete_password(_service(item), item)

        self._bounded(forget)

    def _bounded(self, call: "Callable[[KeyringBackend], Any]") -> Any:
        """Run *call* in a thread of its own and wait for it, but not for ever."""
        if not self._turn.acquire(timeout=self._wait_s):
            raise self._too_slow()
        outcome: list[Any] = []
        failure: list[Exception] = []

        def work() -> None:
            try:
                outcome.append(call(self._opened()))
            except Exception as error:  # noqa: BLE001 - thread top: whatever a keyring raises is carried over and told
                failure.append(error)
            finally:
                self._turn.release()

        thread = threading.Thread(target=work, name="keyring", daemon=True)
        thread.start()
        thread.join(self._wait_s)
        if failure:
            raise _translated(failure[0]) from failure[0]
        if not outcome:
            raise self._too_slow()
        return outcome[0]

    def _opened(self) -> "KeyringBackend":
        if self._backend is None:
            self._backend = choose_backend(sys.platform, process_environment)
        return self._backend

    def _too_slow(self) -> KeyUnavailable:
        return _unavailable(
            f"The desktop's keyring did not answer within {self._wait_s:g} seconds.",
            meaning="It may be waiting for its password in a window of its own.",
            action=_WAY_OUT,
        )


def choose_backend(platform: str, environ: Mapping[str, str]) -> "KeyringBackend":
    """Return the first trusted keyring that works here; raises KeyUnavailable when there is none.

    ``PYTHON_KEYRING_BACKEND`` can choose among the trusted ones and switch the keyring off, but never add one.
    """
    from keyring.core import load_keyring

    names = BACKENDS.get(platform, ())
    wanted = environ.get("PYTHON_KEYRING_BACKEND", "")
    reasons = []
    for name in names:
        if wanted and name != wanted:
            continue
        try:
            return load_keyring(name)
        except Exception as error:  # noqa: BLE001 - a backend that cannot load, for whatever reason, is one that is missing
            reasons.append(f"{name}: {type(error).__name__}: {error}")
    raise _unavailable(
        "There is no desktop keyring here to keep the key in.", action=_WAY_OUT, detail="; ".join(reasons)
    )


def _service(item: str) -> str:
    """Return the service name to file *item* under.

    Windows files by service name alone and shuffles items when two share one, which two processes can do at the
    same time; a name of its own for each item keeps them apart.
    """
    return f"{SERVICE}:{item}" if sys.platform == "win32" else SERVICE


def _translated(error: Exception) -> KeyUnavailable:
    if isinstance(error, KeyUnavailable):
        return error
    from keyring.errors import KeyringLocked

    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, KeyringLocked) or type(error).__name__ in {
        "LockedException",
        "PromptDismissedException",
    }:
        return _unavailable("The desktop's keyring is locked and was not unlocked.", action=_WAY_OUT, detail=detail)
    return _unavailable("The desktop's keyring could not be used.", action=_WAY_OUT, detail=detail)


def _unavailable(what: str, *, meaning: str = "", action: str = "", detail: str = "") -> KeyUnavailable:
    return KeyUnavailable(ReasonCode.KEYRING_MISSING, what, meaning=meaning, action=action, detail=detail)

"""Opens a profile: key, lock, database, settings - in this order, each given back when the block ends."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desktop.domain.clock import Clock
from desktop.security.files import make_private_dir
from desktop.security.keyfile import chosen_key_file
from desktop.security.keysource import Unlocked, obtain_key
from desktop.security.profile import default_profile_dir, load_profile, mark_created
from desktop.security.secrets import Secret
from desktop.store.opening import create_store, database_path, open_store
from desktop.store.profile_lock import ProfileLock
from desktop.workspace.clock import SystemClock
from desktop.workspace.preferences import Preferences
from desktop.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave to open a profile with. Without key file and passphrase the keyring is asked."""

    profile: Path = field(default_factory=default_profile_dir)
    key_file: Path | None = None
    passphrase: Secret | None = None
    ca_file: Path | None = None


def given(
    profile: str | None, key_file: str | None, ca_file: str | None, environ: Mapping[str, str] = os.environ
) -> Given:
    """Return what the words of a command line come to; the environment's key file counts where none is given."""
    chosen = chosen_key_file(Path(key_file) if key_file else None, environ)
    return Given(
        (Path(profile) if profile else default_profile_dir()).expanduser(),
        chosen,
        ca_file=Path(ca_file).expanduser() if ca_file else None,
    )


@contextmanager
def opened(
    wanted: Given, *, writing: bool, tell: Callable[[str], None], clock: Clock | None = None
) -> Iterator[Workspace]:
    """Open a profile; a new one is made, and told, when there is none. Errors are sentences.

    A missing database of a profile that had one is an error, never a reason to make another. *tell* hears sentences
    beside the result. Entered in one thread, it may be left in another.
    """
    profile = wanted.profile
    with ExitStack() as stack:
        exists = database_path(profile).exists()
        known = load_profile(profile) if profile.exists() else None
        is_new = not exists and not (known is not None and known.created)
        if not profile.exists():
            make_private_dir(profile)
        if writing or is_new:
            stack.enter_context(ProfileLock(profile))
        unlocked = _unlock(wanted)
        if is_new and not database_path(profile).exists():
            create_store(profile, unlocked.key.reveal().hex())
            tell(f"A new profile was made in {profile}.")
        store = open_store(profile, unlocked.key.reveal().hex(), writing=writing)
        stack.callback(store.close)
        if writing:
            store.sweep()
        if not unlocked.profile.created:
            mark_created(profile)
        settings = Preferences(profile)
        for complaint in settings.complaints:
            tell(complaint)
        yield Workspace(profile, settings, store, unlocked, wanted.ca_file, clock or SystemClock(), writing)


def _unlock(wanted: Given) -> Unlocked:
    exists = database_path(wanted.profile).exists()
    return obtain_key(wanted.profile, wanted.key_file, database_exists=exists, passphrase=wanted.passphrase)

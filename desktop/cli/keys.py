"""``key``: make a key file, keep a recovery code, come back with it."""

import sys
from argparse import Namespace
from pathlib import Path

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.output import EXIT_DONE, show
from desktop.cli.workspace import opened, profile_of
from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.security.keyfile import new_key_file
from desktop.security.keysource import keep_in_keyring, set_passphrase
from desktop.security.recovery import key_from_recovery_code, recovery_code
from desktop.security.secrets import Secret
from desktop.store.opening import open_store


def register(commands: Commands) -> None:
    """Add the commands."""
    key = commands.group("key", "The database key: key file, recovery code, passphrase.")
    new = key.add("new", run_new, "Make a key file (mode 0600). Keep a copy: without it the profile cannot be read.")
    new.add_argument("file", metavar="FILE")
    flag_json(new)
    code = key.add("recovery", run_recovery, "Print the recovery code: write it down and keep it away from here.")
    flag_json(code)
    back = key.add(
        "restore", run_restore, "Give the recovery code on stdin; the key goes to --to FILE or else to the keyring."
    )
    back.add_argument("--to", metavar="FILE", help="write a key file instead of using the keyring")
    flag_json(back)
    word = key.add("passphrase", run_passphrase, "Also open this profile by a passphrase, given on stdin.")
    flag_json(word)


def run_new(args: Namespace) -> int:
    """Make a key file."""
    path = Path(args.file).expanduser()
    new_key_file(path)
    show(args, {"file": str(path)}, [f"A new key was written to {path}. Keep a copy in a safe place."])
    return EXIT_DONE


def run_recovery(args: Namespace) -> int:
    """Print the recovery code of an existing profile: the only command that shows a secret, on purpose."""
    with opened(args, writing=False) as workspace:
        code = recovery_code(workspace.unlocked.key).reveal()
    show(args, {"recovery_code": code}, [code])
    return EXIT_DONE


def run_restore(args: Namespace) -> int:
    """Bring the key back from its code; it must open the profile's database before it is kept anywhere."""
    profile = profile_of(args)
    key = key_from_recovery_code(Secret(_line("the recovery code")))
    open_store(profile, key.reveal().hex(), writing=False).close()
    if args.to:
        path = Path(args.to).expanduser()
        new_key_file(path, key)
        where = f"the key file {path}"
    else:
        keep_in_keyring(profile, key)
        where = "the keyring"
    show(args, {"restored_to": where}, [f"The key opens this profile and is in {where} again."])
    return EXIT_DONE


def run_passphrase(args: Namespace) -> int:
    """Wrap the key under a passphrase beside the database."""
    with opened(args, writing=True) as workspace:
        set_passphrase(workspace.profile, workspace.unlocked.key, Secret(_line("the passphrase")))
    show(args, {"passphrase": True}, ["The profile can be opened with --passphrase-stdin from now on."])
    return EXIT_DONE


def _line(what: str) -> str:
    """Read one line from stdin; raises CommandRefused when there is none."""
    line = sys.stdin.readline().strip("\r\n")
    if not line.strip():
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"Nothing was given for {what}.",
            meaning="Nothing was changed.",
            action="Give it as one line on stdin.",
        )
    return line

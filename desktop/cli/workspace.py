"""What a command was given, opened: the words of the command line for what the window does as well."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from desktop.cli.output import tell
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.security.secrets import Secret
from desktop.workspace import opening
from desktop.workspace.opening import Given
from desktop.workspace.workspace import Workspace


def given_in(args: Namespace) -> Given:
    """Return what *args* say about the profile and its key; nothing is read yet."""
    profile, key_file, ca_file = (getattr(args, name, None) for name in ("profile", "key_file", "ca_file"))
    return opening.given(profile, key_file, ca_file)


def unlocking_in(args: Namespace) -> Given:
    """Return the same with the passphrase, which is read from stdin if *args* say that it is there."""
    wanted = given_in(args)
    if getattr(args, "passphrase_stdin", False):
        return replace(wanted, passphrase=Secret(sys.stdin.readline().rstrip("\r\n")))
    return wanted


def profile_of(args: Namespace) -> Path:
    """Return the profile directory that a command was given, or the platform's."""
    return given_in(args).profile


@contextmanager
def opened(args: Namespace, *, writing: bool) -> Iterator[Workspace]:
    """Open the profile of *args*; a new one is made, and said, when there is none. Errors are sentences."""
    with opening.opened(unlocking_in(args), writing=writing, tell=tell) as workspace:
        yield workspace


@contextmanager
def opened_for_servers(args: Namespace, *, writing: bool = False) -> Iterator[Workspace]:
    """Open the profile for a command that asks servers: for writing where that can be had, so that a sign-in which is
    due can be renewed; beside another Postroom for reading, unless *writing* is needed.
    """
    wanted = unlocking_in(args)
    with ExitStack() as stack:
        try:
            workspace = stack.enter_context(opening.opened(wanted, writing=True, tell=tell))
        except AppError as error:
            if writing or error.code is not ReasonCode.PROFILE_BUSY:
                raise
            workspace = stack.enter_context(opening.opened(wanted, writing=False, tell=tell))
        yield workspace

"""What is missing from the system, and what is said about it."""

import subprocess
from collections.abc import Sequence

import pytest

from desktop.app import libraries
from tools import doors, needs
from tools.bootstrap import Environment
from tools.needs import CannotSetUp, Need, System

DOVECOT = Need("dovecot-imapd", "is the real IMAP server", ("program:dovecot", "file:/a|/b"))
GIT = Need("git", "lists files", ("program:git",))


class Machine(System):
    """A machine made up for a test; it writes down what it was told."""

    def __init__(self, *, signs: set[str], programs: set[str], root: bool = False, apt_works: bool = True) -> None:
        self.signs, self.programs, self.root, self.apt_works = signs, programs, root, apt_works
        self.lists = False
        self.sudo_asks = False
        self.commands: list[list[str]] = []

    def has(self, sign: str) -> bool:
        return sign in self.signs

    def has_program(self, name: str) -> bool:
        return name in self.programs

    def has_package_lists(self) -> bool:
        return self.lists

    def is_root(self) -> bool:
        return self.root

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.commands.append(list(command))
        if command[-1] == "true":
            return subprocess.CompletedProcess(command, int(self.sudo_asks), "")
        if "install" in command and self.apt_works:
            self.signs |= {*DOVECOT.signs, *GIT.signs}
        return subprocess.CompletedProcess(command, 0 if self.apt_works else 100, "E: no such server\n")


@pytest.fixture
def said() -> list[str]:
    return []


def test_a_need_is_met_only_when_every_sign_is_there() -> None:
    assert needs.missing([DOVECOT, GIT], Machine(signs={"program:dovecot", "program:git"}, programs=set())) == [DOVECOT]
    assert needs.missing([DOVECOT, GIT], Machine(signs={*DOVECOT.signs, *GIT.signs}, programs=set())) == []


@pytest.mark.parametrize(
    ("sign", "there"),
    [
        ("program:sh", True),
        ("program:no-such-program", False),
        ("module:venv", True),
        ("module:no_such_module", False),
        ("file:/no/such/file|/bin/sh", True),
        ("file:/no/such/file", False),
        ("library:libc.so.6", True),
        ("library:libnothing.so.1", False),
    ],
)
def test_a_sign_is_looked_for_where_it_is(sign: str, there: bool) -> None:
    assert System().has(sign) is there


def test_nothing_is_said_or_done_when_nothing_is_missing(said: list[str]) -> None:
    machine = Machine(signs={"program:git"}, programs={"apt-get"})
    needs.meet([GIT], said.append, machine)
    assert (machine.commands, said) == ([], [])


@pytest.mark.parametrize(("programs", "prefix"), [({"apt-get"}, ""), ({"apt-get", "sudo"}, "sudo ")])
def test_a_user_without_rights_is_told_the_exact_command(said: list[str], programs: set[str], prefix: str) -> None:
    machine = Machine(signs=set(), programs=programs)
    machine.sudo_asks = True
    with pytest.raises(CannotSetUp) as told:
        needs.meet([DOVECOT, GIT], said.append, machine)
    install = "apt-get install -y --no-install-recommends dovecot-imapd git"
    assert f"\n    {prefix}apt-get update && {prefix}{install}" in str(told.value)
    assert "dovecot-imapd  is the real IMAP server" in str(told.value)


@pytest.mark.parametrize(("root", "way"), [(True, []), (False, ["sudo", "-n"])])
def test_whoever_may_install_gets_it_installed(said: list[str], root: bool, way: list[str]) -> None:
    machine = Machine(signs=set(), programs={"apt-get", "sudo"}, root=root)
    needs.meet([DOVECOT, GIT], said.append, machine)
    *_, update, install = machine.commands
    assert update == [*way, *needs.APT_QUIETLY, "update"]
    assert install == [*way, *needs.APT_QUIETLY, *needs.APT_INSTALL[1:], "dovecot-imapd", "git"]
    assert "is the real IMAP server" in said[0]


def test_the_package_lists_are_not_read_again_when_they_are_there(said: list[str]) -> None:
    machine = Machine(signs=set(), programs={"apt-get"}, root=True)
    machine.lists = True
    needs.meet([GIT], said.append, machine)
    assert not any("update" in command for command in machine.commands)


def test_an_install_that_fails_is_told_with_its_last_words(said: list[str]) -> None:
    machine = Machine(signs=set(), programs={"apt-get"}, root=True, apt_works=False)
    machine.lists = True
    with pytest.raises(CannotSetUp, match="no such server"):
        needs.meet([GIT], said.append, machine)
    assert any("update" in command for command in machine.commands), "the lists may be old: try with new ones"


def test_packages_without_the_signs_are_told(said: list[str]) -> None:
    machine = Machine(signs=set(), programs={"apt-get"}, root=True)
    with pytest.raises(CannotSetUp, match="still finds no sign of"):
        needs.meet([Need("odd", "is odd", ("program:odd",))], said.append, machine)


def test_a_system_without_apt_goes_on_without_the_servers_of_the_tests(said: list[str]) -> None:
    needs.meet([DOVECOT], said.append, Machine(signs=set(), programs=set()))
    assert "dovecot-imapd" in said[0]


def test_a_system_without_apt_cannot_go_on_without_the_programs_own_needs(said: list[str]) -> None:
    with pytest.raises(CannotSetUp, match="no apt-get"):
        needs.meet(needs.APP, said.append, Machine(signs=set(), programs=set()))


def test_a_library_is_found_wherever_the_loader_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "LIBRARY_DIRS", ())
    assert System().has("library:libc.so.6")
    monkeypatch.setattr(libraries, "is_loadable", lambda _name: False)
    assert not System().has("library:libc.so.6")


def test_what_the_window_needs_is_installed_with_what_the_tests_need() -> None:
    packages = {need.package for need in needs.TESTS}
    assert {"libegl1", "libxcb-icccm4", "libxcb-keysyms1", "libnss3", "xvfb", "xauth", "fonts-wqy-zenhei"} <= packages


@pytest.mark.parametrize(("programs", "works"), [({"apt-get"}, True), ({"apt-get"}, False), (set(), False)])
def test_without_the_windows_libraries_set_up_goes_on(said: list[str], programs: set[str], works: bool) -> None:
    machine = Machine(signs=set(), programs=programs, root=works, apt_works=False)
    needs.wish([Need("libwindow1", "draws the window", ("library:libwindow.so.1",))], said.append, machine)
    assert "libwindow1  draws the window" in said[0]
    assert "oing on" in said[-1]


@pytest.mark.parametrize(("words", "asks"), [([], False), (["--fast"], False), (["--deep", "--fast"], True)])
def test_what_the_long_sweeps_need_is_asked_for_by_them_alone(
    monkeypatch: pytest.MonkeyPatch, words: list[str], asks: bool
) -> None:
    asked: list[Sequence[Need]] = []
    monkeypatch.setattr(doors, "set_up", lambda *_: Environment())
    monkeypatch.setattr(needs, "meet", lambda given, _say: asked.append(given))
    monkeypatch.setattr(doors, "_become", lambda *_: 0)
    assert doors.test(words) == 0
    assert asked == ([needs.DEEP] if asks else [])

"""A parser child that does what a message tells it, the way a taken-over or broken one would.

The first word of the body is the order. Everything else is the real child: same limits, same frames.
"""

import ctypes
import os
import resource
import socket
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from desktop.parsing import reader, structure, worker

_parse = structure.parse


def _limits() -> str:
    names = ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE")
    return " ".join(f"{name}={resource.getrlimit(getattr(resource, name))}" for name in names)


def _memory_room() -> str:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return str(resource.getrlimit(resource.RLIMIT_AS)[0] - used)


def _environment() -> str:
    with open("/proc/self/environ", encoding="utf-8") as file:  # noqa: PTH123
        return repr(dict(os.environ)) + file.read()


def _connect(address: str) -> str:
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=20).close()
    except OSError as error:
        return type(error).__name__
    return "connected"


def _write_file(path: str) -> str:
    try:
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write("secret")
    except OSError as error:
        return type(error).__name__
    return "written"


def _death_signal() -> str:
    signal = ctypes.c_int()
    ctypes.CDLL(None).prctl(2, ctypes.byref(signal), 0, 0, 0)  # PR_GET_PDEATHSIG
    return str(signal.value)


ANSWERS: dict[str, Callable[[str], str]] = {
    "PID": lambda _: str(os.getpid()),
    "PARENT": lambda _: str(os.getppid()),
    "ENVIRONMENT": lambda _: _environment(),
    "LIMITS": lambda _: _limits(),
    "ROOM": lambda _: _memory_room(),
    "DEATH": lambda _: _death_signal(),
    "FILES": lambda _: str(len(list(Path("/proc/self/fd").iterdir()))),
    "CONNECT": _connect,
    "WRITE": _write_file,
    "PATH": lambda _: repr(sys.flags.isolated),
}


def obey(content: bytes, *, whole: bool) -> structure.Tree:
    """Do what the body says, then parse a message whose subject is the answer."""
    order, _, argument = content.rpartition(b"\n\n")[2].decode().strip().partition(" ")
    if order == "CRASH":
        os.abort()
    if order == "EXIT":
        os._exit(0)
    if order == "HANG":
        while True:
            pass
    if order == "FREEZE":  # holds the interpreter's lock, so that no other thread of the child runs either
        ctypes.PyDLL(None).sleep(1000)
    if order == "HOG":
        hoard = []
        while True:
            hoard.append(bytearray(16 << 20))
    if order == "BUG":
        raise RuntimeError(argument)
    if order == "RECURSE":
        return obey(content, whole=whole)
    if order == "GARBAGE":
        os.write(ANSWER_PIPE, b"\0\0\0\4none")
    if order == "HUGE":
        os.write(ANSWER_PIPE, b"\xff\xff\xff\xff")
    if order == "PRINT":
        print("this must not get between the frames", flush=True)
    if order in ANSWERS:
        content = b"Subject: " + ANSWERS[order](argument).encode().hex().encode() + b"\n\n"
    return _parse(content, whole=whole)


ANSWER_PIPE = os.dup(1)
reader.structure.parse = obey  # type: ignore[attr-defined]
worker.main()

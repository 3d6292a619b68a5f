"""Lazy files as a mounted disk: the kernel's FUSE protocol (linux/fuse.h, 7.31) answered by this process.

The mount belongs to the namespace of the process that makes it (`unshare -m`), and is gone with it. Nothing of this
process may look into the folder where it is mounted: it would wait for its own answer.
"""

import ctypes
import errno
import os
import random
import select
import stat
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.programmes.lazy_files import ROOT, LazyFiles, Node

IN_HEADER = struct.Struct("<IIQQIIII")
OUT_HEADER = struct.Struct("<IiQ")
ATTR = struct.Struct("<QQQQQQIIIIIIIIII")
ENTRY = struct.Struct("<QQQQII")
BIG_WRITES, SIZE_CHANGES, MODE_CHANGES = 1 << 5, 1 << 3, 1 << 0
LARGEST = 1 << 17
NO_ANSWER = object()


class Refused(OSError):
    """The error number that a request is answered with."""


def mount(folder: Path) -> int:
    """Mount at *folder*; returns the file on which the kernel asks."""
    descriptor = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={descriptor},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}".encode()
    system = ctypes.CDLL(None, use_errno=True)
    if system.mount(b"lazy", os.fsencode(folder), b"fuse", 2 | 4, options):  # no set-uid, no devices
        number = ctypes.get_errno()
        os.close(descriptor)
        raise OSError(number, os.strerror(number), str(folder))
    return descriptor


@dataclass(slots=True)
class Request:
    """One question of the kernel."""

    code: int
    number: int
    node: int
    body: bytes

    def names(self, after: int = 0) -> list[str]:
        """The names at the end of the question."""
        return [os.fsdecode(part) for part in self.body[after:].split(b"\0")[:-1]]


class LazyDisk:
    """Answers the kernel until there is no power any more. ``syncs`` and ``writes`` count."""

    def __init__(self, files: LazyFiles, descriptor: int, power: Callable[["LazyDisk", bool], bool]) -> None:
        self.files = files
        self.syncs = self.writes = 0
        self.has_power = True
        self._descriptor = descriptor
        self._power = power
        self._answers: dict[int, Callable[[Request], object]] = {
            1: self._lookup, 2: self._forget, 3: self._getattr, 4: self._setattr, 9: self._mkdir, 10: self._unlink,
            11: self._unlink, 12: self._rename, 14: self._open, 15: self._read, 16: self._write, 17: self._statfs,
            18: self._done, 20: self._sync, 25: self._done, 26: self._init, 27: self._open, 28: self._readdir,
            29: self._done, 30: self._sync, 34: self._done, 35: self._create, 36: self._forget, 42: self._forget,
            45: self._rename2,
        }  # fmt: skip

    def serve(self, is_over: Callable[[], bool]) -> None:
        """Answer until *is_over*; whether there is power is asked at each sync and between the questions."""
        while not is_over():
            if self.has_power and not self._power(self, False):
                self.has_power = False
            ready, _, _ = select.select([self._descriptor], [], [], 0.01)
            if ready:
                self._answer(self._next())

    def _next(self) -> Request | None:
        try:
            asked = os.read(self._descriptor, LARGEST + 4096)
        except OSError as error:
            if error.errno in {errno.EINTR, errno.EAGAIN, errno.ENOENT}:
                return None
            raise
        size, code, number, node, *_ = IN_HEADER.unpack_from(asked)
        return Request(code, number, node, asked[IN_HEADER.size : size])

    def _answer(self, request: Request | None) -> None:
        if request is None:
            return
        error, body = 0, b""
        try:
            if not self.has_power and request.code not in {2, 36, 42}:
                raise Refused(errno.EIO)
            answer = self._answers.get(request.code, self._refuse)(request)
            if answer is NO_ANSWER:
                return
            assert isinstance(answer, bytes)
            body = answer
        except Refused as refused:
            error = -int(refused.args[0])
        head = OUT_HEADER.pack(OUT_HEADER.size + len(body), error, request.number)
        try:
            os.write(self._descriptor, head + body)
        except OSError as failed:
            if failed.errno != errno.ENOENT:  # whoever asked is dead
                raise

    # --- the questions ------------------------------------------------------------------------------------------------

    def _refuse(self, _: Request) -> bytes:
        raise Refused(errno.ENOSYS)

    def _done(self, _: Request) -> bytes:
        return b""

    def _forget(self, _: Request) -> object:
        return NO_ANSWER

    def _init(self, request: Request) -> bytes:
        _, minor, readahead, _ = struct.unpack_from("<IIII", request.body)
        sizes = struct.pack("<HHIIHHII", 12, 9, LARGEST, 1, 0, 0, 0, 0)
        return struct.pack("<IIII", 7, min(minor, 31), readahead, BIG_WRITES) + sizes + bytes(24)

    def _node(self, number: int) -> Node:
        return self.files.nodes[number]

    def _child(self, folder: int, name: str) -> Node:
        number = self._node(folder).names.get(name)
        if number is None:
            raise Refused(errno.ENOENT)
        return self._node(number)

    def _attr(self, node: Node) -> bytes:
        now = int(time.time())
        size = len(node.data)
        links = 2 if node.is_folder else 1
        owner = (os.getuid(), os.getgid())
        return ATTR.pack(
            node.number, size, -(-size // 512), now, now, now, 0, 0, 0, node.mode, links, *owner, 0, 4096, 0
        )  # fmt: skip

    def _entry(self, node: Node) -> bytes:
        return ENTRY.pack(node.number, 0, 0, 0, 0, 0) + self._attr(node)

    def _lookup(self, request: Request) -> bytes:
        return self._entry(self._child(request.node, request.names()[0]))

    def _getattr(self, request: Request) -> bytes:
        return struct.pack("<QII", 0, 0, 0) + self._attr(self._node(request.node))

    def _setattr(self, request: Request) -> bytes:
        node = self._node(request.node)
        valid, _, _, size = struct.unpack_from("<IIQQ", request.body)
        if valid & SIZE_CHANGES:
            node.truncate(size)
        if valid & MODE_CHANGES:
            (mode,) = struct.unpack_from("<I", request.body, 68)
            node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(mode)
        return self._getattr(request)

    def _new(self, folder: int, name: str, mode: int) -> Node:
        node = self.files.new(mode)
        self._node(folder).name(name, node.number)
        return node

    def _mkdir(self, request: Request) -> bytes:
        (mode,) = struct.unpack_from("<I", request.body)
        return self._entry(self._new(request.node, request.names(8)[0], stat.S_IFDIR | stat.S_IMODE(mode)))

    def _create(self, request: Request) -> bytes:
        _, mode = struct.unpack_from("<II", request.body)
        node = self._new(request.node, request.names(16)[0], stat.S_IFREG | stat.S_IMODE(mode))
        return self._entry(node) + struct.pack("<QII", 0, 0, 0)

    def _unlink(self, request: Request) -> bytes:
        (name,) = request.names()
        self._child(request.node, name)
        self._node(request.node).name(name, None)
        return b""

    def _rename(self, request: Request, names_at: int = 8) -> bytes:
        (target,) = struct.unpack_from("<Q", request.body)
        old, new = request.names(names_at)
        node = self._child(request.node, old)
        self._node(target).name(new, node.number)
        self._node(request.node).name(old, None)
        return b""

    def _rename2(self, request: Request) -> bytes:
        return self._rename(request, names_at=16)

    def _open(self, _: Request) -> bytes:
        return struct.pack("<QII", 0, 0, 0)

    def _read(self, request: Request) -> bytes:
        _, offset, size = struct.unpack_from("<QQI", request.body)
        return bytes(self._node(request.node).data[offset : offset + size])

    def _write(self, request: Request) -> bytes:
        self.writes += 1
        _, offset, size = struct.unpack_from("<QQI", request.body)
        self._node(request.node).write(offset, request.body[40 : 40 + size])
        return struct.pack("<II", size, 0)

    def _statfs(self, _: Request) -> bytes:
        return struct.pack("<QQQQQIIII", 1 << 20, 1 << 19, 1 << 19, 1 << 20, 1 << 19, 4096, 255, 4096, 0) + bytes(24)

    def _sync(self, request: Request) -> bytes:
        self.syncs += 1
        if not self._power(self, True):
            self.has_power = False
            raise Refused(errno.EIO)
        self._node(request.node).sync()
        return b""

    def _readdir(self, request: Request) -> bytes:
        _, offset, size = struct.unpack_from("<QQI", request.body)
        node, told = self._node(request.node), b""
        listed = [(".", node), ("..", self._node(ROOT)), *((name, self._node(at)) for name, at in node.names.items())]
        for position, (name, child) in enumerate(listed[offset:], start=offset + 1):
            raw = os.fsencode(name)
            one = struct.pack("<QQII", child.number, position, len(raw), stat.S_IFMT(child.mode) >> 12) + raw
            one += bytes(-len(one) % 8)
            if len(told) + len(one) > size:
                break
            told += one
        return told


def lost_at(
    target: Path, chance: random.Random, kept: float, sync: int, write: int
) -> Callable[[LazyDisk, bool], bool]:
    """Tell whether there is power: none from the *sync*-th sync on (that is not done any more), or after a write.

    What is on the disk then is written to *target*.
    """

    def has_power(disk: LazyDisk, syncing: bool) -> bool:
        if (syncing and disk.syncs == sync) or disk.writes == write:
            disk.files.lose_power(target, chance, kept)
            return False
        return True

    return has_power

"""Files as a disk with a cache keeps them: what is written is seen at once, and is there after a power loss only once
it was synced. What was not may be lost, or kept in part and in any order.
"""

import random
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
ROOT = 1


@dataclass(slots=True)
class Node:
    """A file or a folder: as it is seen, as the disk has it, and what was done to it since it was last synced."""

    number: int
    mode: int
    data: bytearray = field(default_factory=bytearray)
    disk: bytes = b""
    unsynced: list[tuple[int, bytes] | int] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    names_on_disk: dict[str, int] = field(default_factory=dict)
    unsynced_names: list[dict[str, int]] = field(default_factory=list)

    @property
    def is_folder(self) -> bool:
        """Tell a folder from a file."""
        return stat.S_ISDIR(self.mode)

    def write(self, offset: int, content: bytes) -> None:
        """Write to a file."""
        put(self.data, offset, content)
        self.unsynced.append((offset, content))

    def truncate(self, size: int) -> None:
        """Make a file that long."""
        cut(self.data, size)
        self.unsynced.append(size)

    def name(self, name: str, number: int | None) -> None:
        """Give a name in this folder to a node, or take it away."""
        if number is None:
            self.names.pop(name)
        else:
            self.names[name] = number
        self.unsynced_names.append(dict(self.names))

    def sync(self) -> None:
        """Make durable what is seen."""
        self.disk = bytes(self.data)
        self.unsynced.clear()
        self.names_on_disk = dict(self.names)
        self.unsynced_names.clear()

    def after_loss(self, chance: random.Random, kept: float) -> bytes:
        """What is on the disk after a power loss: what was synced, and some sectors of what was not."""
        image = bytearray(self.disk)
        for change in self.unsynced:
            if isinstance(change, int):
                if chance.random() < kept:
                    cut(image, change)
                continue
            offset, content = change
            for start, piece in sectors(offset, content):
                if chance.random() < kept:
                    put(image, start, piece)
        return bytes(image)

    def names_after_loss(self, chance: random.Random, kept: float) -> dict[str, int]:
        """The names after a power loss: those synced, or those of a later moment; folders are kept in order."""
        states = [self.names_on_disk, *self.unsynced_names]
        return states[chance.randrange(len(states))] if kept else self.names_on_disk


class LazyFiles:
    """A tree of nodes that begins as the copy of a folder, all of it durable."""

    def __init__(self, begins_as: Path) -> None:
        self.nodes: dict[int, Node] = {}
        self._take(begins_as)

    def _take(self, path: Path) -> int:
        node = self.new(path.stat().st_mode)
        if path.is_dir():
            for child in sorted(path.iterdir()):
                node.names[child.name] = self._take(child)
        else:
            node.data[:] = path.read_bytes()
        node.sync()
        return node.number

    def new(self, mode: int) -> Node:
        """A node that has no name yet; the first is the root."""
        node = Node(len(self.nodes) + ROOT, mode)
        self.nodes[node.number] = node
        return node

    def lose_power(self, target: Path, chance: random.Random, kept: float) -> None:
        """Write into *target* what is on the disk now."""
        self._keep(self.nodes[ROOT], target, chance, kept)

    def _keep(self, node: Node, target: Path, chance: random.Random, kept: float) -> None:
        target.mkdir(mode=0o700, exist_ok=True)
        for name, number in node.names_after_loss(chance, kept).items():
            child = self.nodes[number]
            if child.is_folder:
                self._keep(child, target / name, chance, kept)
            else:
                (target / name).write_bytes(child.after_loss(chance, kept))
                (target / name).chmod(stat.S_IMODE(child.mode))


def put(data: bytearray, offset: int, content: bytes) -> None:
    """Put content at an offset, with zeros before it where there was nothing."""
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(content)] = content


def cut(data: bytearray, size: int) -> None:
    """Cut, or lengthen with zeros."""
    if size < len(data):
        del data[size:]
    else:
        data.extend(bytes(size - len(data)))


def sectors(offset: int, content: bytes) -> Iterator[tuple[int, bytes]]:
    """What a disk writes whole, or not at all."""
    at = 0
    while at < len(content):
        size = SECTOR - (offset + at) % SECTOR
        yield offset + at, content[at : at + size]
        at += size

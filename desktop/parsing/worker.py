"""The child process: reads jobs from standard input, writes answers to standard output, and can do nothing else.

A second thread reads ahead, so that the parent can send while this one works, and ends the process when the parent
is gone.
"""

import gc
import itertools
import os
import queue
import sys
import threading
from typing import IO

from desktop.domain.errors import MessageRejected
from desktop.domain.ids import Ref
from desktop.domain.mail import RawMail
from desktop.parsing import PARSER_VERSION, parts, reader, sandbox, view, wire
from desktop.parsing.guard import one_message

COLLECT_EVERY = 1_000
"""Messages between two looks for unreachable cycles."""


def main() -> None:
    """Run until standard input ends. Arguments: memory in bytes, process id of the parent."""
    memory_bytes, parent = int(sys.argv[-2]), int(sys.argv[-1])
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever prints by mistake must not get between the frames
    _warm_up()
    sandbox.enter(memory_bytes, parent)
    jobs: queue.SimpleQueue[wire.Job] = queue.SimpleQueue()
    threading.Thread(target=_read_ahead, args=(sys.stdin.buffer, jobs), daemon=True).start()
    sandbox.no_more_processes()
    _write(answers, wire.Ready(PARSER_VERSION))
    gc.freeze()
    gc.disable()  # reading makes no cycles to speak of, and looking for them takes a tenth of its time
    for number in itertools.count(1):
        _write(answers, answer(jobs.get()))
        if number % COLLECT_EVERY == 0:
            gc.collect()


def answer(job: wire.Job) -> wire.Answer:
    """Do what *job* asks for."""
    try:
        if isinstance(job, wire.ReadJob):
            raw = RawMail(Ref(""), job.received_at, job.size_bytes, job.content, job.whole, left=job.left)
            return wire.Done(job.number, reader.read(raw))
        if isinstance(job, wire.ShowJob):
            return wire.Shown(job.number, view.read_view(job.content))
        with one_message("parts"):
            return wire.PartBytes(job.number, parts.extract_attachment(job.content, job.part))
    except MessageRejected as error:
        return wire.Refused(job.number, str(error), error.code)


def _read_ahead(stream: IO[bytes], jobs: "queue.SimpleQueue[wire.Job]") -> None:
    try:
        while (job := wire.read_job(stream)) is not None:
            jobs.put(job)
    finally:
        os._exit(0)


def _write(stream: IO[bytes], message: wire.Answer | wire.Ready) -> None:
    """Write a whole frame at once, so that the parent knows exactly which message was answered last."""
    view = memoryview(wire.frame(message))
    while view:
        view = view[stream.write(view) :]


def _warm_up() -> None:
    """Load what is loaded at first use (codecs, IDNA tables) while files may still be opened."""
    from desktop.domain.addresses import normalise_domain
    from desktop.parsing.charsets import ALL_CODECS

    for codec in ALL_CODECS:
        b"".decode(codec)
    normalise_domain("bücher.example")

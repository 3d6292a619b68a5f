"""Messages read in children: in order, for many threads, whatever a message does to its child (reliability C11)."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from desktop.domain.errors import AppError
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.reasons import ReasonCode
from desktop.parsing import child as child_module
from desktop.parsing import driver, questions
from desktop.parsing import pool as pool_module
from desktop.parsing.identity import identity
from desktop.parsing.pool import ParserPool, PoolLimits
from desktop.parsing.reader import read
from desktop.parsing.tasks import Batch, TaskQueue
from tests.unit.parsing.corpus import mails as corpus_mails
from tests.unit.parsing.golden import raw_mail

ROOT = Path(__file__).parents[3]
HURT = [sys.executable, "-I", str(Path(__file__).with_name("hurt_worker.py")), str(ROOT)]
QUICK = PoolLimits(message_s=1.0)


def order(words: str) -> RawMail:
    """Return a message that tells the hurt worker what to do."""
    return raw_mail(f"From: a@x.example\nSubject: {words}\n\n{words}\n".encode())


def plain(number: int) -> RawMail:
    """Return an ordinary message."""
    return raw_mail(f"From: a@x.example\nSubject: number {number}\n\nhello {number}\n".encode())


def answer(pool: ParserPool, words: str) -> str:
    """Tell the hurt worker something and return what it says."""
    (result,) = pool.parse_all([order(words)])
    assert isinstance(result, ParsedMail), result
    return bytes.fromhex(result.subject).decode()


def subjects(results: Sequence[ParsedMail | Unreadable]) -> list[str]:
    """Return the subjects of what was read, and "-" for what was not."""
    return [result.subject if isinstance(result, ParsedMail) else "-" for result in results]


def wait_for_end(pid: int) -> None:
    """Wait until the process is gone; pytest's timeout is the limit."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([handle], [], [])
    finally:
        os.close(handle)


@pytest.fixture
def hurt() -> Iterator[ParserPool]:
    """A pool of one child that does what messages say."""
    with ParserPool(1, limits=QUICK, command=HURT) as pool:
        yield pool


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every child that is started leaves its number here."""
    found: list[int] = []

    class Counted(child_module.Child):
        def __init__(self, command: Sequence[str], limits: PoolLimits) -> None:
            super().__init__(command, limits)
            found.append(self._process.pid)

    monkeypatch.setattr(driver, "Child", Counted)
    return found


def test_results_are_the_readers_own_in_order() -> None:
    raws = [raw_mail(made.content) for made in corpus_mails(300, seed=7)]
    with ParserPool(2) as pool:
        assert pool.parse_all(raws) == [read(raw) for raw in raws]


def test_nothing_to_do_starts_nothing(started: list[int]) -> None:
    with ParserPool() as pool:
        assert pool.parse_all([]) == []
    assert started == []


def test_a_pool_that_is_warm_has_its_children_before_the_first_message(
    started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = threading.Semaphore(0)
    wait_ready = child_module.Child.wait_ready

    def waited(child: child_module.Child) -> None:
        wait_ready(child)
        ready.release()

    monkeypatch.setattr(child_module.Child, "wait_ready", waited)
    with ParserPool(2) as pool:
        pool.warm()
        pool.warm()
        for _ in range(2):
            ready.acquire()
        before = list(started)
        assert subjects(pool.parse_all([plain(1), plain(2)])) == ["number 1", "number 2"]
    assert started == before
    assert len(started) == 2


def test_a_pool_whose_children_cannot_be_started_is_quiet_until_somebody_asks() -> None:
    with ParserPool(1, command=["/nonexistent/python"]) as pool:
        pool.warm()
        with pytest.raises(AppError, match="cannot be started"):
            pool.parse_all([plain(0)])


def test_headers_only_and_received_time_reach_the_reader() -> None:
    raw = raw_mail(b"From: a@x.example\nSubject: big\n", whole=False, size_bytes=50 << 20)
    with ParserPool(1) as pool:
        assert pool.parse_all([raw]) == [read(raw)]


def test_large_messages_and_large_answers_do_not_block_one_another() -> None:
    """8 MB in and 1 MB of text out each: neither pipe may wait for the other."""
    raws = [raw_mail(b"Subject: %d\n\n" % number + b"word " * 1_600_000) for number in range(6)]
    with ParserPool(1) as pool:
        results = pool.parse_all(raws)
    assert subjects(results) == [str(number) for number in range(6)]


def test_many_threads_share_the_children(started: list[int]) -> None:
    results: dict[int, list[str]] = {}

    def run(base: int) -> None:
        results[base] = subjects(pool.parse_all([plain(base + number) for number in range(100)]))

    with ParserPool(2) as pool:
        threads = [threading.Thread(target=run, args=(base,)) for base in range(0, 800, 100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for base in range(0, 800, 100):
        assert results[base] == [f"number {base + number}" for number in range(100)]
    assert len(started) == 2


def test_closing_starts_no_child(started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when a thread was just woken by messages that another one has taken."""

    class LateQueue(TaskQueue):
        has_been_late = False

        def wait(self) -> bool:
            goes_on = super().wait()
            if goes_on or self.has_been_late:
                return goes_on
            self.has_been_late = True
            wait_for_end(started[0])
            return True

    monkeypatch.setattr(pool_module, "TaskQueue", LateQueue)
    with ParserPool(1) as pool:
        assert subjects(pool.parse_all([plain(0)])) == ["number 0"]
    assert len(started) == 1


@pytest.mark.parametrize("words", ["CRASH", "EXIT", "GARBAGE", "HUGE"])
def test_a_child_that_dies_is_tried_three_times_and_spares_the_others(words: str, started: list[int]) -> None:
    poison = order(words)
    batch = [*(plain(number) for number in range(40)), poison, *(plain(number) for number in range(40, 80))]
    with ParserPool(1, limits=QUICK, command=HURT) as pool:
        results = pool.parse_all(batch)
    assert results[40] == Unreadable(identity(poison), driver.CRASHED)
    assert subjects(results[:40] + results[41:]) == [f"number {number}" for number in range(80)]
    assert len(started) == 4


def test_a_child_that_hangs_is_tried_twice_and_spares_the_others(started: list[int]) -> None:
    poison = order("HANG")
    with ParserPool(1, limits=QUICK, command=HURT) as pool:
        results = pool.parse_all([plain(0), poison, plain(1)])
    assert results[1] == Unreadable(identity(poison), driver.HUNG)
    assert subjects(results) == ["number 0", "-", "number 1"]
    assert len(started) == 3


def test_a_child_whose_interpreter_is_frozen_is_ended_too(hurt: ParserPool) -> None:
    results = hurt.parse_all([order("FREEZE"), plain(1)])
    assert results[0] == Unreadable(identity(order("FREEZE")), driver.HUNG)
    assert subjects(results) == ["-", "number 1"]


def test_a_message_that_takes_all_memory_is_given_up_and_its_child_goes_on(started: list[int]) -> None:
    limits = PoolLimits(message_s=30.0, memory_bytes=96 << 20)
    with ParserPool(1, limits=limits, command=HURT) as pool:
        results = pool.parse_all([plain(0), order("HOG"), plain(1)])
    assert isinstance(results[1], Unreadable)
    assert "memory" in results[1].why
    assert subjects(results) == ["number 0", "-", "number 1"]
    assert len(started) == 1


@pytest.mark.parametrize("words", ["BUG CANARY-content", "RECURSE"])
def test_a_fault_of_the_reader_costs_one_message_and_tells_nothing_of_it(hurt: ParserPool, words: str) -> None:
    results = hurt.parse_all([plain(0), order(words), plain(1)])
    assert results[1] == Unreadable(identity(order(words)), "Reading it failed inside Postroom.")
    assert subjects(results) == ["number 0", "-", "number 1"]


def test_what_a_library_prints_does_not_get_between_the_frames(hurt: ParserPool) -> None:
    assert subjects(hurt.parse_all([order("PRINT"), plain(1)])) == ["PRINT", "number 1"]


def test_several_poisons_in_one_batch() -> None:
    words = ["CRASH", "plain", "HANG", "plain", "GARBAGE", "plain", "EXIT"]
    batch = [order(word) for word in words]
    with ParserPool(2, limits=QUICK, command=HURT) as pool:
        results = pool.parse_all(batch)
    assert subjects(results) == ["-", "plain", "-", "plain", "-", "plain", "-"]


def test_a_child_that_died_while_idle_is_replaced_without_blame(started: list[int]) -> None:
    with ParserPool(1, limits=PoolLimits(crash_tries=1)) as pool:
        assert subjects(pool.parse_all([plain(0)])) == ["number 0"]
        os.kill(started[0], signal.SIGKILL)
        wait_for_end(started[0])
        assert subjects(pool.parse_all([plain(1)])) == ["number 1"]
    assert len(started) == 2


@pytest.mark.parametrize(
    "command",
    [["/nonexistent/python"], [sys.executable, "-c", "pass"], [sys.executable, "-c", "print('no frame', flush=True)"]],
    ids=["not there", "ends at once", "says nonsense"],
)
def test_when_no_child_can_be_started_the_caller_is_told(command: list[str]) -> None:
    with ParserPool(2, command=command) as pool:
        for _ in range(2):  # and told again, rather than left to wait
            with pytest.raises(AppError, match="cannot be started") as caught:
                pool.parse_all([plain(0), plain(1)])
            assert caught.value.code is ReasonCode.WORKER_STOPPED


def test_close_ends_calls_under_way_and_children(started: list[int]) -> None:
    errors: list[AppError] = []
    pool = ParserPool(2, limits=PoolLimits(message_s=1000), command=HURT)
    assert subjects(pool.parse_all([plain(0)])) == ["number 0"]

    def run() -> None:
        with pytest.raises(AppError) as caught:
            pool.parse_all([order("HANG")] * 50)
        errors.append(caught.value)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    pool.close()
    for thread in threads:
        thread.join()
    assert [error.code for error in errors] == [ReasonCode.STOPPED] * 3
    for pid in started:
        assert not Path(f"/proc/{pid}").exists()
    pool.close()
    with pytest.raises(AppError):
        pool.parse_all([plain(1)])


def test_a_fault_of_our_own_is_told_and_the_next_call_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left waiting, whatever goes wrong in the thread that drives a child."""

    def fail(_: RawMail) -> str:
        raise RuntimeError

    with ParserPool(1, limits=QUICK, command=HURT) as pool:
        with monkeypatch.context() as patch:
            patch.setattr(questions, "identity", fail)
            with pytest.raises(AppError) as caught:
                pool.parse_all([order("BUG"), plain(1)])
        assert (caught.value.code, caught.value.detail) == (ReasonCode.WORKER_STOPPED, "RuntimeError")
        assert subjects(pool.parse_all([plain(2)])) == ["number 2"]


def test_what_a_caller_gave_up_is_not_read(hurt: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller interrupted while it waits (Ctrl-C) leaves nothing behind that others would have to wait for."""
    assert subjects(hurt.parse_all([plain(0)])) == ["number 0"]

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Batch, "wait", interrupt)
        with pytest.raises(KeyboardInterrupt):
            hurt.parse_all([order("HANG") for _ in range(1000)])
    assert subjects(hurt.parse_all([plain(1)])) == ["number 1"]


def test_a_pool_that_was_never_used_closes() -> None:
    ParserPool().close()


PARENT = """
import sys
sys.path.insert(0, {root!r})
from tests.unit.parsing.test_pool import HURT, order, answer
from desktop.parsing.pool import ParserPool, PoolLimits
import threading
pool = ParserPool(1, limits=PoolLimits(message_s=1000), command=HURT)
pid = answer(pool, "PID")
if {words!r}:
    threading.Thread(target=pool.parse_all, args=([order({words!r})],), daemon=True).start()
print(pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("words", ["", "HANG", "FREEZE"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_children_die_with_their_parent(words: str, how: signal.Signals) -> None:
    source = PARENT.format(root=str(ROOT), words=words)
    parent = subprocess.Popen([sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(how)
    wait_for_end(pid)
    parent.communicate()


def test_the_child_sees_no_secret_of_its_parent(hurt: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_CANARY", "CANARY-secret")
    seen = answer(hurt, "ENVIRONMENT")
    assert "CANARY" not in seen
    assert "HOME" not in seen
    assert "PATH" not in seen


def test_the_child_inherits_no_open_file(started: list[int], tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as file, ParserPool(1, command=HURT) as pool:
        os.set_inheritable(file.fileno(), True)  # as careless libraries do
        assert int(answer(pool, "FILES")) <= 7  # in, out, error, two copies of out, the random source, the listing


def test_the_child_has_its_limits(hurt: ParserPool) -> None:
    assert answer(hurt, "LIMITS") == "RLIMIT_CORE=(0, 0) RLIMIT_FSIZE=(0, 0) RLIMIT_NOFILE=(32, 32)"
    assert answer(hurt, "PATH") == "1"
    if sys.platform == "linux":
        assert answer(hurt, "DEATH") == str(int(signal.SIGKILL))
        assert 400 << 20 < int(answer(hurt, "ROOM")) <= 520 << 20


def test_the_child_writes_no_file(hurt: ParserPool, tmp_path: Path) -> None:
    assert answer(hurt, f"WRITE {tmp_path / 'loot'}") in {"OSError", "PermissionError"}
    assert not (tmp_path / "loot").exists() or (tmp_path / "loot").read_bytes() == b""


def test_the_child_reaches_no_network(hurt: ParserPool) -> None:
    unshare = shutil.which("unshare")
    if (
        unshare is None
        or subprocess.run([unshare, "--user", "--net", "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("this system lets no program leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = answer(hurt, f"CONNECT 127.0.0.1:{server.getsockname()[1]}")
    assert said != "connected"


def test_the_parent_may_have_threads_and_children_of_its_own(started: list[int]) -> None:
    """Children are started by exec, never by fork alone: locks held by other threads do not matter."""
    stop = threading.Event()
    lock = threading.Lock()

    def churn() -> None:
        while not stop.is_set():
            with lock:
                pass

    threads = [threading.Thread(target=churn) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        with ParserPool(2) as pool:
            assert subjects(pool.parse_all([plain(number) for number in range(50)])) == [
                f"number {number}" for number in range(50)
            ]
    finally:
        stop.set()
        for thread in threads:
            thread.join()

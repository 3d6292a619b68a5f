"""The loopback receiver: whatever comes to the port, only the one right answer ends the wait, and once only."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import NeedsSignIn, Stopped
from desktop.domain.reasons import ReasonCode
from desktop.providers.channel import Breaker
from desktop.providers.oauth.receiver import PATH, LoopbackReceiver
from desktop.providers.oauth.requests_in import Unacceptable, parameters, read_head

STATE = "s3cr3t-state-0123456789abcdefghijklmnopqrs"
CODE = "c0de-canary-4711"
RIGHT = f"{PATH}?state={STATE}&code={CODE}"
LANDED = "Go back to Postroom"


@pytest.fixture
def receiver() -> Iterator[LoopbackReceiver]:
    with LoopbackReceiver(request_limit_s=0.3) as made:
        made.expect(STATE)
        yield made


def sent(receiver: LoopbackReceiver, raw: bytes, host: str = "127.0.0.1") -> tuple[int, str, str]:
    """Send bytes as they are; returns status, head and page of the answer (0 without one)."""
    with socket.create_connection((host, receiver.port), timeout=10) as sock:
        try:
            sock.sendall(raw)
        except OSError:
            return 0, "", ""
        received = b""
        while piece := sock.recv(65536):
            received += piece
    head, _, page = received.decode().partition("\r\n\r\n")
    return int(head.split(" ")[1]) if head else 0, head, page


def request(receiver: LoopbackReceiver, target: str, method: str = "GET", body: str = "", **headers: str) -> bytes:
    """A request as a browser would send it; `headers` change it, `_` is a hyphen, an empty one leaves it out."""
    fields = {"Host": f"127.0.0.1:{receiver.port}", "User-Agent": "Browser", "Accept": "text/html"}
    if method == "POST":
        fields |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = [f"{name}: {value}\r\n" for name, value in fields.items() if value]
    return f"{method} {target} HTTP/1.1\r\n{''.join(lines)}\r\n{body}".encode()


def form(**fields: str) -> str:
    return urlencode(fields)


GOOD = form(state=STATE, code=CODE)
STRAYS: list[tuple[str, int, str, dict[str, str]]] = [
    # what is asked, the status of the answer, the method, and what differs
    ("favicon", 404, "GET", {"target": "/favicon.ico"}),
    ("favicon", 404, "GET", {"target": "/apple-touch-icon.png"}),
    ("the root", 404, "GET", {"target": "/"}),
    ("the root", 404, "GET", {"target": f"/?state={STATE}&code={CODE}"}),
    ("another path with the right state", 404, "GET", {"target": RIGHT.replace("/callback", "/Callback")}),
    ("another path with the right state", 404, "GET", {"target": RIGHT.replace("/callback", "/callback/")}),
    ("another path with the right state", 404, "GET", {"target": RIGHT.replace("/callback", "/x/../callback")}),
    ("nothing in the query", 400, "GET", {"target": PATH}),
    ("nothing in the query", 400, "GET", {"target": f"{PATH}?"}),
    ("no state", 400, "GET", {"target": f"{PATH}?code={CODE}"}),
    ("no state", 400, "GET", {"target": f"{PATH}?code={CODE}&state="}),
    ("a wrong state", 400, "GET", {"target": f"{PATH}?code={CODE}&state=other"}),
    ("a wrong state", 400, "GET", {"target": RIGHT.replace(STATE, STATE.upper())}),
    ("a state that is nearly right", 400, "GET", {"target": RIGHT.replace(STATE, STATE[:-1])}),
    ("a state that is nearly right", 400, "GET", {"target": RIGHT.replace(STATE, STATE + "x")}),
    ("a state that is no ASCII", 400, "GET", {"target": f"{PATH}?code={CODE}&state=%C3%A4"}),
    ("a state that is no ASCII", 400, "GET", {"target": f"{PATH}?code={CODE}&state={STATE}%00"}),
    ("the state twice", 400, "GET", {"target": f"{RIGHT}&state=other"}),
    ("the state twice", 400, "GET", {"target": f"{RIGHT}&state={STATE}"}),
    ("the right state without an answer", 400, "GET", {"target": f"{PATH}?state={STATE}"}),
    ("the right state without an answer", 400, "GET", {"target": f"{PATH}?state={STATE}&code=&error="}),
    ("the code twice", 400, "GET", {"target": f"{RIGHT}&code=other"}),
    ("the code twice", 400, "GET", {"target": f"{RIGHT}&code={CODE}"}),
    ("an error with a wrong state", 400, "GET", {"target": f"{PATH}?error=access_denied&state=other"}),
    ("an error with a wrong state", 400, "GET", {"target": f"{PATH}?error=access_denied"}),
    ("HEAD", 405, "HEAD", {"target": RIGHT}),
    ("HEAD", 404, "HEAD", {"target": "/favicon.ico"}),
    ("OPTIONS", 405, "OPTIONS", {"target": RIGHT}),
    ("OPTIONS", 405, "OPTIONS", {"target": PATH, "access_control_request_private_network": "true"}),
    ("another method", 405, "PUT", {"target": RIGHT}),
    ("another method", 405, "DELETE", {"target": RIGHT}),
    ("another method", 405, "TRACE", {"target": RIGHT}),
    ("as of a proxy", 404, "CONNECT", {"target": "mail.example.test:443"}),
    ("as of a proxy", 404, "GET", {"target": f"http://127.0.0.1{RIGHT}"}),
    ("another Host", 400, "GET", {"target": RIGHT, "host": "evil.example.test"}),
    ("another Host", 400, "GET", {"target": RIGHT, "host": "localhost:1"}),
    ("no Host", 400, "GET", {"target": RIGHT, "host": ""}),
    ("no Host", 400, "POST", {"target": PATH, "body": GOOD, "host": ""}),
    ("a very long path", 431, "GET", {"target": f"{RIGHT}&x={'a' * 1_000_000}"}),
    ("a very long path", 431, "GET", {"target": f"/{'a' * 40_000}"}),
    ("very long headers", 431, "GET", {"target": RIGHT, "cookie": "a" * 100_000}),
    ("very long headers", 431, "GET", {"target": RIGHT, "referer": "b" * 33_000}),
    ("a very long body", 413, "POST", {"target": PATH, "body": f"{GOOD}&x={'a' * 100_000}"}),
    ("a very long body", 413, "POST", {"target": PATH, "body": "", "content_length": "999999999"}),
    ("a body of unknown length", 411, "POST", {"target": PATH, "body": GOOD, "content_length": ""}),
    ("a body of unknown length", 411, "POST", {"target": PATH, "body": GOOD, "transfer_encoding": "chunked"}),
    ("a body of odd length", 411, "POST", {"target": PATH, "body": GOOD, "content_length": "-1"}),
    ("a body of odd length", 411, "POST", {"target": PATH, "body": GOOD, "content_length": "0x10"}),
    ("no form", 415, "POST", {"target": PATH, "body": GOOD, "content_type": "application/json"}),
    ("no form", 415, "POST", {"target": PATH, "body": GOOD, "content_type": "text/plain"}),
    ("a form with a wrong state", 400, "POST", {"target": PATH, "body": form(state="other", code=CODE)}),
    ("a form with a wrong state", 400, "POST", {"target": RIGHT, "body": form(code=CODE)}),
    ("broken encoding", 400, "GET", {"target": f"{RIGHT}&x=%ff%fe"}),
    ("broken encoding", 400, "POST", {"target": PATH, "body": f"{GOOD}&x=%ff"}),
    ("too many parameters", 400, "GET", {"target": RIGHT + "".join(f"&p{n}=1" for n in range(60))}),
    ("too many parameters", 400, "POST", {"target": PATH, "body": GOOD + "".join(f"&p{n}=1" for n in range(60))}),
]  # fmt: skip


def test_at_least_25_kinds_twice_each() -> None:
    kinds = [kind for kind, *_ in STRAYS]
    assert len(set(kinds)) >= 25
    assert all(kinds.count(kind) >= 2 for kind in kinds)


@pytest.mark.parametrize(
    ("kind", "status", "method", "more"), STRAYS, ids=[f"{k}-{n}" for n, (k, *_) in enumerate(STRAYS)]
)
def test_a_stray_request_is_answered_and_ignored(
    receiver: LoopbackReceiver, kind: str, status: int, method: str, more: dict[str, str]
) -> None:
    more = dict(more)
    got, head, page = sent(receiver, request(receiver, more.pop("target"), method, **more))
    assert got == status
    assert "no-store" in head
    assert STATE not in head + page
    assert CODE not in head + page
    assert (page == "") == (method == "HEAD")
    assert_still_waiting(receiver)


RAW: list[tuple[str, int, bytes]] = [
    ("no HTTP", 400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    ("no HTTP", 400, b"get / http/1.1\r\n\r\n"),
    ("a broken first line", 400, b"GET  /callback HTTP/1.1\r\n\r\n"),
    ("a broken first line", 400, b"GET /callback HTTP/2.0\r\n\r\n"),
    ("broken headers", 400, b"GET /callback HTTP/1.1\r\nHost : x\r\n\r\n"),
    ("broken headers", 400, b"GET /callback HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"),
    ("Host twice", 400, b"GET /callback HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    ("Content-Length twice", 400, b"POST /callback HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
    ("too slow", 408, b"GET /callback HTTP/1.1\r\nHost: 127"),
    ("too slow", 408, b""),
    ("too slow", 408, b"POST /callback HTTP/1.1\r\nContent-Length: 100\r\n\r\nstate="),
]


@pytest.mark.parametrize(("kind", "status", "raw"), RAW, ids=[f"{k}-{n}" for n, (k, *_) in enumerate(RAW)])
def test_bytes_that_are_no_good_request(receiver: LoopbackReceiver, kind: str, status: int, raw: bytes) -> None:
    assert sent(receiver, raw)[0] == status
    assert_still_waiting(receiver)


@given(st.binary(max_size=300), st.binary(max_size=200))
def test_no_bytes_at_all_can_upset_the_reader(head: bytes, body: bytes) -> None:
    for raw in (head, b"GET /callback?" + head + b" HTTP/1.1\r\n" + body, b"POST / HTTP/1.1\r\n" + head):
        with suppress(Unacceptable):
            read = read_head(raw + b"\r\n\r\n" + body)
            assert read is not None
            parameters(read[0], read[1][: read[0].body_length])


@pytest.mark.parametrize("raw", [b"", b"GET /call"])
def test_a_connection_that_is_given_up(receiver: LoopbackReceiver, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port)) as sock:
        sock.sendall(raw)
    assert_still_waiting(receiver)


def test_a_hundred_silent_connections_do_not_keep_the_browser_out(receiver: LoopbackReceiver) -> None:
    silent = [socket.create_connection(("127.0.0.1", receiver.port)) for _ in range(100)]
    assert_still_waiting(receiver)
    for sock in silent:
        sock.close()


def assert_still_waiting(receiver: LoopbackReceiver) -> None:
    status, _, page = sent(receiver, request(receiver, RIGHT))
    assert status == 200
    assert LANDED in page
    assert receiver.wait(5, Breaker())["code"] == CODE


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_answer_comes_by_query_or_by_form(receiver: LoopbackReceiver, method: str) -> None:
    raw = (
        request(receiver, RIGHT) if method == "GET" else request(receiver, PATH, "POST", GOOD + "&iss=https%3A%2F%2Fx")
    )
    status, head, page = sent(receiver, raw)
    assert status == 200
    assert "It is checking" not in page
    assert "You can close this tab" in page
    for name in ("Referrer-Policy: no-referrer", "Connection: close", "nosniff", "default-src 'none'"):
        assert name in head
    answer = receiver.wait(5, Breaker())
    assert answer.pop("iss", "https://x") == "https://x"
    assert answer == {"state": STATE, "code": CODE}


def test_a_form_in_pieces_and_in_the_browsers_own_pace(receiver: LoopbackReceiver) -> None:
    raw = request(receiver, PATH, "POST", GOOD, content_type="application/x-www-form-urlencoded; charset=UTF-8")
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(raw), 40):
            sock.sendall(raw[at : at + 40])
        assert sock.recv(65536).startswith(b"HTTP/1.1 200")
    assert receiver.wait(5, Breaker())["code"] == CODE


@pytest.mark.parametrize(
    ("error", "words"),
    [("access_denied", "Nothing was connected"), ("server_error", "did not finish the sign-in")],
)
def test_a_refusal_is_an_answer_too(receiver: LoopbackReceiver, error: str, words: str) -> None:
    target = f"{PATH}?{form(state=STATE, error=error, error_description='<script>alert(1)</script>')}"
    status, _, page = sent(receiver, request(receiver, target))
    assert status == 200
    assert words in page
    assert "alert" not in page
    assert receiver.wait(5, Breaker())["error"] == error


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_counts_once(receiver: LoopbackReceiver, method: str) -> None:
    assert sent(receiver, request(receiver, RIGHT))[0] == 200
    again = f"{PATH}?state={STATE}&code=stolen"
    replay = (
        request(receiver, again) if method == "GET" else request(receiver, PATH, "POST", form(state=STATE, code="x"))
    )
    status, _, page = sent(receiver, replay)
    assert status == 400
    assert "was used already" in page
    assert receiver.wait(5, Breaker())["code"] == CODE


def test_before_a_state_is_expected_nothing_counts() -> None:
    with LoopbackReceiver() as receiver:
        assert sent(receiver, request(receiver, f"{PATH}?state=&code=x"))[0] == 400
        assert sent(receiver, request(receiver, RIGHT))[0] == 400
        receiver.expect(STATE)
        assert_still_waiting(receiver)


def test_stray_requests_while_waiting(receiver: LoopbackReceiver) -> None:
    answers: list[dict[str, str]] = []
    waiting = threading.Thread(target=lambda: answers.append(receiver.wait(20, Breaker())))
    waiting.start()
    for kind in ("/favicon.ico", f"{PATH}?state=x&code=y", "/"):
        assert sent(receiver, request(receiver, kind))[0] in {400, 404}
    assert waiting.is_alive()
    sent(receiver, request(receiver, RIGHT))
    waiting.join(5)
    assert answers == [{"state": STATE, "code": CODE}]


# --- ending the wait --------------------------------------------------------------------------------------------------


def test_nobody_finishes_in_time(receiver: LoopbackReceiver) -> None:
    with pytest.raises(NeedsSignIn) as caught:
        receiver.wait(0.05, Breaker())
    assert caught.value.code is ReasonCode.ACCOUNT_SIGN_IN
    assert "not finished within" in str(caught.value)


def test_cancel_ends_the_wait_at_once_and_gives_the_port_back(receiver: LoopbackReceiver) -> None:
    breaker = Breaker()
    threading.Timer(0.05, breaker.trip).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        receiver.wait(60, breaker)
    assert time.monotonic() - begun < 5
    receiver.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", receiver.port))
    with pytest.raises(Stopped):
        LoopbackReceiver.wait(receiver, 1, breaker)


def test_an_answer_after_cancel_is_still_answered(receiver: LoopbackReceiver) -> None:
    breaker = Breaker()
    threading.Timer(0.05, breaker.trip).start()
    with pytest.raises(Stopped):
        receiver.wait(60, breaker)
    assert sent(receiver, request(receiver, RIGHT))[0] == 200
    assert sent(receiver, request(receiver, RIGHT))[0] == 400


def test_closing_twice_and_with_a_guest(receiver: LoopbackReceiver) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port)):
        receiver.close()
        receiver.close()


# --- the port ---------------------------------------------------------------------------------------------------------

THIEF = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
sock = socket.socket(family)
for name in ("SO_REUSEADDR", "SO_REUSEPORT"):
    if hasattr(socket, name):
        sock.setsockopt(socket.SOL_SOCKET, getattr(socket, name), 1)
try:
    sock.bind((sys.argv[1], int(sys.argv[2])))
    sock.listen()
except OSError:
    sys.exit(3)
"""


def steals(host: str, port: int) -> bool:
    """Tell whether another process can listen there, reuse options and all."""
    done = subprocess.run([sys.executable, "-c", THIEF, host, str(port)], check=False, capture_output=True)
    assert done.returncode in {0, 3}, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_another_process_cannot_listen_on_the_port(receiver: LoopbackReceiver, host: str) -> None:
    assert not steals(host, receiver.port)
    assert_still_waiting(receiver)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6 loopback")
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_localhost_is_ours_in_both_families(host: str) -> None:
    with LoopbackReceiver("localhost") as receiver:
        receiver.expect(STATE)
        assert receiver.redirect_uri == f"http://localhost:{receiver.port}/callback"
        assert not steals(host, receiver.port)
        raw = request(receiver, RIGHT, host=f"localhost:{receiver.port}")
        assert sent(receiver, raw, host)[0] == 200


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6 loopback")
def test_a_port_whose_twin_somebody_else_has_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = socket.socket(socket.AF_INET6)
    bind = socket.socket.bind
    ports: list[int] = []

    class Racing(socket.socket):
        def bind(self, address: tuple[str, int]) -> None:  # type: ignore[override]
            bind(self, address)
            if self.family == socket.AF_INET and not ports:
                ports.append(self.getsockname()[1])
                taken.bind(("::1", ports[0]))
                taken.listen()

    monkeypatch.setattr(socket, "socket", Racing)
    with taken, LoopbackReceiver("localhost") as receiver:
        assert receiver.port != ports[0]


def test_two_receivers_stand_beside_each_other(receiver: LoopbackReceiver) -> None:
    with LoopbackReceiver() as other:
        assert other.port != receiver.port
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/callback", other.redirect_uri)

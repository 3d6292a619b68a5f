"""A server that records every byte: whatever text comes in, it never sees a command more or another one."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Misconfigured
from tests.contract.helpers import visit
from tests.contract.scripted import Dialogue, serving

EVIL = st.text(max_size=40) | st.builds(
    lambda head, middle, tail: head + middle + tail,
    st.sampled_from(["", "<a@b", 'x"', "INBOX", "{3}", "\\"]),
    st.sampled_from(["\r\n", "\n", "\r", "\0", "\x85", "\u2028", '"', "\\", '" ']),
    st.sampled_from(["X DELETE INBOX", "X STORE 1 +FLAGS (\\Deleted)\r\n", "", ">"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
@given(EVIL)
def test_each_call_is_one_command_or_none(text: str) -> None:
    with serving(Dialogue()) as server, visit(server) as source:
        source.open_folder("INBOX")
        calls: list[Callable[[str], object]] = [source.open_folder, source.refs_by_message_id]
        expected = [b"CAPABILITY", b"AUTHENTICATE", b"EXAMINE"]
        for call, name in zip(calls, (b"EXAMINE", b"UID"), strict=True):
            try:
                call(text)
            except Misconfigured:
                continue
            expected.append(name)
        source.close()
    lines = server.received.split(b"\r\n")
    assert [line.split(b" ")[1] for line in lines[:-1]] == [*expected, b"LOGOUT"]
    assert lines[-1] == b""
    assert not any(byte in server.received.replace(b"\r\n", b"") for byte in b"\r\n\0")

"""Attachments that were left on the server: cut out of mail that is here, as the sync leaves them."""

from collections.abc import Mapping

from desktop.domain.attachments import StretchState
from desktop.domain.ids import EmailId
from desktop.store.store import Store

MEGABYTE = 1 << 20


def leave_on_server(
    store: Store,
    email_id: EmailId,
    sizes: Mapping[str, int],
    *,
    asked: bool = False,
    arrived: int = 0,
    state: StretchState = StretchState.WAITING,
    reason: str = "",
) -> None:
    """Have attachments of an email, by name, be as large as *sizes* says and not here."""
    with store.write() as uow:
        run = uow.read.emails._run
        for position, (name, size) in enumerate(sizes.items(), _next(run, email_id)):
            at = 1000 * (position + 1)
            run.exec_driver_sql(
                "UPDATE attachment SET start_at = ?, end_at = ?, encoding = 'base64', size_bytes = ? "
                "WHERE email_id = ? AND name = ?",
                (at, at, size, email_id, name),
            )
            run.exec_driver_sql(
                "INSERT INTO stretch (email_id, position, at, begins, length, certain, part, size_bytes, state, asked, "
                "file, key, arrived, stored, chunks, tries, reason) "
                "SELECT ?, ?, ?, ?, ?, 1, part, ?, ?, ?, '', x'', ?, 0, 0, 0, ? FROM attachment "
                "WHERE email_id = ? AND name = ?",
                (email_id, position, at, at, size, size, state.value, asked, arrived, reason, email_id, name),
            )


def bring(store: Store, email_id: EmailId, name: str) -> None:
    """Have an attachment be here."""
    _set(store, email_id, name, "state = 'here', asked = 0, arrived = length")


def give_up(store: Store, email_id: EmailId, name: str, reason: str) -> None:
    """Have the server refuse an attachment."""
    _set(store, email_id, name, f"state = 'failed', asked = 0, reason = '{reason}'")


def _set(store: Store, email_id: EmailId, name: str, values: str) -> None:
    with store.write() as uow:
        part = "(SELECT part FROM attachment WHERE email_id = ? AND name = ?)"
        uow.read.emails._run.exec_driver_sql(
            f"UPDATE stretch SET {values} WHERE email_id = ? AND part = {part}", (email_id, email_id, name)
        )


def _next(run: object, email_id: EmailId) -> int:
    held = run.exec_driver_sql("SELECT count(*) FROM stretch WHERE email_id = ?", (email_id,))  # type: ignore[attr-defined]
    return int(held.scalar())

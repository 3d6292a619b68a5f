"""What is here of one sender, along the index of senders."""

import sqlalchemy as sa

from desktop.domain.ids import EmailId
from desktop.domain.sender_mail import SenderMail

NAMED = 5
_THEIRS = "FROM email INDEXED BY ix_email_sender WHERE from_address = ? AND direction != 'outbound'"


class SenderMailQueries:
    """Counts the mail of a sender."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def of(self, address: str) -> SenderMail:
        """Return what *address*, in comparable form, has sent to us and what became of it."""
        run = self._run.exec_driver_sql
        waiting = run(f"SELECT id {_THEIRS} AND needs_review = 1 ORDER BY received_at, id", (address,)).scalars()
        filed, rest = run(
            f"SELECT count(customer_id), count(*) - count(customer_id) {_THEIRS} AND needs_review = 0", (address,)
        ).one()
        names = run(
            f"SELECT name FROM customer WHERE id IN (SELECT customer_id {_THEIRS} AND needs_review = 0) "
            "ORDER BY name_key, id LIMIT ?",
            (address, NAMED),
        ).scalars()
        return SenderMail(tuple(map(EmailId, waiting)), filed, tuple(names), rest)

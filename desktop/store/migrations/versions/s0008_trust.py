"""What makes the sync trustworthy: attachments that follow, flags and moves of the server, audits that were made."""

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

AUDIT_FIGURES = ("on_server", "judged", "found", "repaired", "still_open")


def upgrade() -> None:
    """Nothing is known yet of what older profiles hold."""
    op.add_column("backfill", sa.Column("by_day", sa.Text(), nullable=False, server_default="{}"))
    _add_audits()
    _add_lines_of_the_log()
    _add_attachments()
    _add_places()


def _add_audits() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("begun_at", "ended_at")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("cause", "code", "reason")),
        sa.Column("complete", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in AUDIT_FIGURES),
        sa.Column("folders", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_mailbox", "audit", ["mailbox_id", "id"])


def _add_lines_of_the_log() -> None:
    op.add_column("run", sa.Column("brought", sa.Text(), nullable=False, server_default=""))
    op.add_column("run", sa.Column("line", sa.Integer(), nullable=True))
    op.add_column("run", sa.Column("event_id", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("run_id", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("line", sa.Integer(), nullable=True))
    op.create_index("ix_run_line", "run", ["line"])
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_run", "event", ["run_id"], sqlite_where=sa.text("run_id IS NOT NULL"))
    op.create_index("ix_event_line", "event", ["line"])
    op.execute(_TOLD_ON_A_SYNC)
    op.execute(_EXPLAINED_BY)
    _fill_syncs()
    _fill_entries()


_TOLD_ON_A_SYNC = """
UPDATE event SET run_id = (SELECT max(run.id) FROM run
WHERE run.mailbox_id = event.mailbox_id AND run.ended_at = event.at AND run.code = event.code)
"""
_EXPLAINED_BY = """
UPDATE run SET event_id = (SELECT event.id FROM event WHERE event.mailbox_id = run.mailbox_id
AND event.code = run.code AND event.level IN ('warning', 'error') AND event.at <= run.ended_at
ORDER BY event.at DESC, event.id DESC LIMIT 1)
WHERE run.ended_at IS NOT NULL AND run.code != 'SYNCED'
"""
_SAYINGS = (
    ("fetched", "fetched"),
    ("matched", "matched"),
    ("review", "to review"),
    ("unfiled", "sent to no customer"),
    ("skipped", "left out"),
    ("parked", "parked"),
    ("duplicates", "here before"),
    ("missing", "not delivered"),
    ("manual_mode", "left to pick"),
)


def _fill_syncs() -> None:
    """Say what each sync brought, and of which line of the log it is."""
    run = op.get_bind()
    said = {number for (number,) in run.exec_driver_sql("SELECT run_id FROM event WHERE code = 'SYNCED'")}
    before: dict[int, tuple[str, int]] = {}
    filled = []
    query = "SELECT id, mailbox_id, ended_at, code, receipt FROM run ORDER BY id"
    for number, mailbox_id, ended_at, code, receipt in run.exec_driver_sql(query).all():
        brought = _brought(json.loads(receipt))
        stands_alone = ended_at is None or brought or (code == "SYNCED" and number in said)
        alike = before.get(mailbox_id, ("", 0))
        line = alike[1] if alike[0] == code and not stands_alone else number
        before[mailbox_id] = ("" if stands_alone else code, line)
        if ended_at is not None:
            filled.append((brought, line, number))
    if filled:
        run.exec_driver_sql("UPDATE run SET brought = ?, line = ? WHERE id = ?", filled)


def _brought(figures: dict[str, Any]) -> str:
    folders = figures.get("folders", [])
    if not any(folder.get("fetched", 0) for folder in folders):
        return ""
    sums = Counter[str]()
    for folder in folders:
        sums.update({name: number for name, number in folder.items() if isinstance(number, int)})
    sums["matched"] = sums["stored"] - sums["review"] - sums["unfiled"]
    return ", ".join(f"{sums[name]:,} {words}" for name, words in _SAYINGS if sums[name] or name == "fetched")


def _fill_entries() -> None:
    """Say of which line of the log each entry is that is told on no sync."""
    run = op.get_bind()
    before: dict[int | None, tuple[str, int]] = {}
    filled = []
    query = "SELECT id, mailbox_id, what FROM event WHERE run_id IS NULL AND level != 'debug' ORDER BY id"
    for number, mailbox_id, what in run.exec_driver_sql(query).all():
        alike = before.get(mailbox_id, ("", 0))
        line = alike[1] if alike[0] == what else number
        before[mailbox_id] = (what, line)
        filled.append((line, number))
    if filled:
        run.exec_driver_sql("UPDATE event SET line = ? WHERE id = ?", filled)


def _add_attachments() -> None:
    """Every attachment of mail that is here lies in its mail; each mailbox brings in what it brought in before."""
    op.add_column("mailbox", sa.Column("attachments_up_to", sa.BigInteger(), nullable=False, server_default="26214400"))
    op.add_column("attachment", sa.Column("encoding", sa.Text(), nullable=False, server_default=""))
    op.add_column("attachment", sa.Column("start_at", sa.BigInteger(), nullable=True))
    op.add_column("attachment", sa.Column("end_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "stretch",
        sa.Column("email_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "begins", "length")),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False, server_default=""),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("arrived", "stored")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("chunks", "tries")),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["email_id"], ["email.id"]),
        sa.PrimaryKeyConstraint("email_id", "position"),
        sqlite_with_rowid=False,
    )
    where = sa.text("whole = 0")
    op.create_index("ix_email_headers", "email", ["mailbox_id", "received_at"], sqlite_where=where)
    op.create_index("ix_stretch_waiting", "stretch", ["email_id"], sqlite_where=sa.text("state = 'waiting'"))


def _add_places() -> None:
    op.add_column("ledger", sa.Column("flags", sa.Text(), nullable=True))
    op.add_column("folder", sa.Column("refusals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("folder", sa.Column("refused_at", sa.BigInteger(), nullable=True))

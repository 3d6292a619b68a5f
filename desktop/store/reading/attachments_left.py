"""Which of many emails have files that are not here: one question for a page of a list."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from desktop.domain.attachments import AttachmentState
from desktop.domain.attachments_left import FileLeft, FilesLeft, left_of

_QUERY = """
SELECT s.email_id, s.part, sum(s.size_bytes) AS size_bytes, max(s.state = 'failed') AS failed,
       min(s.asked OR m.attachments_up_to < 0 OR s.size_bytes <= m.attachments_up_to) AS wanted,
       EXISTS (SELECT 1 FROM ledger l WHERE l.email_id = s.email_id AND l.gone_at IS NULL) AS live
FROM stretch s JOIN email e ON e.id = s.email_id JOIN mailbox m ON m.id = e.mailbox_id
WHERE s.state != 'here' AND s.email_id IN ({})
GROUP BY s.email_id, s.part
"""


def files_left(run: sa.Connection, emails: Collection[int]) -> dict[int, FilesLeft]:
    """Return what of *emails* is not here, by id; an email that is all here is not in it."""
    found: dict[int, list[FileLeft]] = defaultdict(list)
    for row in run.exec_driver_sql(_QUERY.format(", ".join("?" * len(emails))), tuple(emails)):
        found[row.email_id].append(FileLeft(row.part, row.size_bytes, _state(row)))
    told = {email_id: left_of(files) for email_id, files in found.items()}
    return {email_id: left for email_id, left in told.items() if left is not None}


def _state(row: sa.Row[tuple[object, ...]]) -> AttachmentState:
    if not row.live:
        return AttachmentState.GONE
    if row.failed:
        return AttachmentState.FAILED
    return AttachmentState.COMING if row.wanted else AttachmentState.ON_DEMAND

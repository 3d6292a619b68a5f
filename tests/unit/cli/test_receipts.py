"""What `sync` says of a folder: its figures where the server told them, and none where it was not reached."""

from desktop.cli.syncing import receipt_lines
from desktop.domain.attachments import AttachmentFigures
from desktop.domain.errors import AppError, Transient
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt

ADDRESS = "ann@shop.example"
DOWN = Transient(ReasonCode.SERVER_UNREACHABLE, "It refuses connections.")


def said(folder: FolderReceipt, error: AppError | None = None) -> list[str]:
    lines = receipt_lines([MailboxReceipt(ADDRESS, [folder], error=error)], {}, {ADDRESS: AttachmentFigures()})
    assert lines[0] == f"{ADDRESS} (0.0 s)"
    return lines[1:]


def test_a_server_that_was_not_reached_is_not_said_to_have_nothing() -> None:
    assert said(FolderReceipt("INBOX"), DOWN) == []
    assert said(FolderReceipt("INBOX", error=DOWN)) == []
    assert said(FolderReceipt("INBOX"))[0].startswith("  INBOX: 0 on the server")
    assert said(FolderReceipt("INBOX", listed=5, fetched=2), DOWN)[0].startswith("  INBOX: 5 on the server, 2 fetched")

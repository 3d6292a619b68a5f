"""What makes the sync trustworthy: attachments that follow, flags and moves of the server, audits that were made."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing is known yet of what older profiles hold."""

"""Which attachments a mailbox brings in by itself, in words: a choice's name, and what it means for the disk."""

from desktop.domain.attachments import MEGABYTE, AttachmentPolicy

SMALL = "Small emails always come whole."


def policy_words(policy: AttachmentPolicy) -> str:
    """Return what a policy is called: ``All``, ``Up to 25 MB``, ``Only when I ask``."""
    if policy.up_to_bytes is None:
        return "All, however large"
    return f"Up to {policy.up_to_bytes // MEGABYTE} MB" if policy.up_to_bytes else "Only when I ask"


def disk_words(policy: AttachmentPolicy) -> str:
    """Return what a policy means for this disk, and what can be read without a network."""
    if policy.up_to_bytes is None:
        return "Everything is here and can be read offline. This disk needs as much room as all files of the mailbox."
    if not policy.up_to_bytes:
        return f"Takes the least room on this disk: files of large emails stay on the server until you ask. {SMALL}"
    limit = policy.up_to_bytes // MEGABYTE
    return f"Files over {limit} MB stay on the server and take no room on this disk until you ask for them. {SMALL}"

"""Names for the keys of stored things, so that a customer's key is never passed where an email's is meant."""

from typing import NewType

MailboxId = NewType("MailboxId", int)
FolderId = NewType("FolderId", int)
EmailId = NewType("EmailId", int)
CustomerId = NewType("CustomerId", int)
JournalId = NewType("JournalId", int)
BackfillId = NewType("BackfillId", int)
RuleId = NewType("RuleId", int)
FilterId = NewType("FilterId", int)
MergeId = NewType("MergeId", int)
ViewId = NewType("ViewId", int)

Ref = NewType("Ref", str)
"""A message's reference inside (folder, epoch): IMAP's UID as decimal text (RFC 3501 section 2.3.1.1)."""

Epoch = NewType("Epoch", str)
"""UIDVALIDITY as text: references of different epochs have nothing to do with one another."""

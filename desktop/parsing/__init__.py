"""Bytes in, ParsedMail out; raises nothing but MessageRejected. No Qt, no SQLAlchemy, no network, no files.

Mail is hostile: every cost in here grows with the size of the message at most, nothing recurses, and every cap is
in :mod:`desktop.parsing.limits`. ``reader.read`` is the reference path, ``identity.identity`` says whether two
messages are the same one, ``view.read_view`` makes a message ready to be shown, ``parts`` answers for one part of the
raw bytes (save an attachment, the header lines), and ``pool.ParserPool`` runs them in child processes that can be
killed.

The MIME structure is found by a scanner of our own and not by the standard library's ``email``: nested 1,000 deep
that raises RecursionError, 2,000,000 short lines under 50 nested boundaries take it 8 s, and it cannot be told to
stop at a depth or a number of parts. On well-formed mail both agree, and a test holds them to it.
"""

PARSER_VERSION = 4
"""Stored with every parsed mail and raised whenever the same bytes would be read differently (``postroom reparse``)."""

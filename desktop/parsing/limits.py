"""Every cap of the parser in one place. What is over a cap is cut and named in the defects."""

MESSAGE_BYTES = 64 << 20
"""A larger message is refused; the engine fetches only the headers of far smaller ones."""

HEADER_BYTES = 256 << 10
"""How much of one header block is read, values together."""
FIELD_BYTES = 64 << 10
"""How much of one header value is read."""
HEADER_FIELDS = 20_000
"""How many header fields are looked at."""
FIELD_NAME_BYTES = 200

MIME_DEPTH = 50
PARTS = 1_000
BOUNDARY_CANDIDATES = 200_000
"""Lines of one message that begin like a boundary; more is an attack on the scanner."""
PARAMETERS = 100

RECIPIENTS = 500
"""Kept of To, Cc and Bcc together; ``recipients_total`` counts on."""
CLAIMED_SENDERS = 20
REPLY_TO = 20
REFERENCES = 200
"""The newest are kept: they stand last."""
IDS_BYTES = 998
"""Longest Message-ID kept: one line of RFC 5322."""

ENCODED_WORDS = 5_000
SUBJECT_CHARS = 2_000
NAME_CHARS = 320
ADDRESS_CHARS = 320
"""RFC 5321: 64 for the local part, 255 for the domain, and the sign between."""
FLAG_CHARS = 1_000
RESULTS = 5
"""Authentication-Results that are looked at."""
HANDED_ON_CHARS = 20_000
"""How far into a text the head of a forwarded mail, or the lines of a form, are looked for."""
HANDED_ON_LINES = 300

REPORT_BYTES = 256 << 10
"""How much of a delivery report, and of the mail that came back with it, is looked at."""
REPORT_RECIPIENTS = 100

TEXT_BYTES = 4 << 20
"""How much of one text part is decoded."""
TEXT_CHARS = 1_000_000
"""How much readable text is kept for search."""
HTML_CHARS = 1 << 20
HTML_DEPTH = 64
"""How far back the end of an element is looked for."""
PREVIEW_CHARS = 200
PREVIEW_SOURCE_CHARS = 20_000

SOURCE_DEPTH = 20_000
"""How deep a page's tags may pile up: an HTML parser takes the square of it, 0.9 s for this."""
WEB_DEPTH = 512
"""How deep a page shown by the browser engine is nested: Chromium itself goes no deeper."""
WEB_TABLES = 100
"""Tables within tables there. 150 take it 75 ms, 5,000 more than 20 s."""
WEB_TAGS = 100_000
WEB_CHARS = 2 << 20
RICH_CHARS = 200_000
"""A page shown in a rich-text view, which lays out on the window's own time."""
RICH_TAGS = 6_000
RICH_CELLS = 800
"""1,000 table cells take it 0.2 s."""
RICH_DEPTH = 64
RICH_TABLES = 3
"""Tables within tables there: what is deeper is shown one below the other. Each level doubles the time."""
RICH_INDENTS = 8
"""Lists and quotes within one another there: deeper, there is no width left, and 32 levels take it 1 s."""
RICH_WORD_CHARS = 120
"""A word without a place to break costs the square of its length: 300,000 characters take 12 s."""
PICTURES_BYTES = 20 << 20
"""Pictures of one mail that are shown inside it, together."""
PICTURE_PIXELS = 20_000_000
LINKS = 500
"""Links whose words are kept to be compared with their addresses."""
LINK_CHARS = 8_000
LINK_WORDS = 200

ATTACHMENT_NAME_BYTES = 150
"""Room for " (12)" and a folder's path within the 255 bytes of common file systems."""
DECLARED_NAME_CHARS = 300

DEFECTS = 40
"""Sentences kept about oddities."""

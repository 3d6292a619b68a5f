"""ParsedMail + Book -> one decision, from candidates in bands that each carry their reason. Pure: no store, no clock.

A later rule is one module in ``rules/`` and one line in ``RULES``; rules do not know one another.
"""

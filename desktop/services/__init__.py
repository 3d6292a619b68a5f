"""Every change a person or a rule makes to the store, as a function. No Qt, no SQLAlchemy, no network in here.

The promise: a function takes a unit of work (or the store, when it is a whole command), does all of its change or
none, and returns a ``ChangeSet`` with the words for it. What a person commands is recorded in the journal with the
rows before and after, and that is its inverse: ``undo`` takes it back exactly and ``redo`` does it again, many steps
and over restarts. A change without an entry there (connecting a mailbox) has its opposite as a command of its own.
What cannot be done is refused with ``CommandRefused`` and a sentence, and then nothing was changed.
"""

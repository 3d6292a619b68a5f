"""The encrypted database, and the only place that knows SQL: nothing of SQLAlchemy leaves this folder.

``opening`` opens or makes it, ``writing`` changes it inside a unit of work, ``reading`` answers questions with
frozen rows. No network, no Qt, no decisions: what goes in was decided elsewhere.
"""

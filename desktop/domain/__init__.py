"""Values and pure rules of Postroom.

Nothing in here knows Qt, SQLAlchemy, the network, the disk or a clock of its own: what crosses a border
between two other folders is a frozen value from here.
"""

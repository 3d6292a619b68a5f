"""The page of filters: rows in their order, what they would do, and the domains that are left out or let in."""

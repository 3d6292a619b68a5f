"""Customers: find one, see their addresses and all their mail, mend what is wrong about them."""

"""The Emails screen: every email there is, what became of each, and one of them open beside the list."""

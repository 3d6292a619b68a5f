"""The pane that shows one email, shared by screens: head, trace, body, files. It reads, and never writes."""

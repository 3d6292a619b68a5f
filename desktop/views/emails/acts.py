"""The commands of the Emails screen as they are declared: words, menu, keys, icon."""

from desktop.ui.actions import Act

PLACE = "Emails"

OPEN = Act("emails.open", "&Open", "Email", ("Enter", "Return"), "mail-open", PLACE, words="Open email in a window")
ASSIGN = Act("emails.assign", "&Assign to…", "Email", ("A",), "user-check", PLACE, words="Assign email to a customer")
TAG = Act("emails.tag", "&Tags…", "Email", ("L",), "tag", PLACE, words="Give or take tags")
IGNORE = Act("emails.ignore", "&Ignore", "Email", ("I",), "eye-off", PLACE, words="Ignore email that waits")
CUSTOMER = Act("emails.customer", "Open &customer", "Email", ("O",), "users", PLACE, 1)
COPY = Act("emails.copy", "&Copy rows", "Edit", ("Ctrl+C",), "copy", PLACE, 1)
SELECT_ALL = Act("emails.select_all", "&Select all that match", "Edit", ("Ctrl+Shift+A",), "check-check", PLACE, 1)
TOGGLE = Act("emails.toggle", "Add to or take from selection", "Edit", ("X",), "square-check-big", PLACE, 1)
EXPORT = Act(
    "emails.export", "&Export as CSV…", "File", ("Ctrl+E",), "download", PLACE, 4, words="Export emails as CSV"
)
PREVIEW = Act("emails.preview", "&Preview pane", "View", ("Ctrl+I",), "panel-right", PLACE, 2)
PEEK = Act("emails.peek", "Show or &hide the preview", "View", ("Space",), "panel-right", PLACE)
COLUMNS = Act("emails.columns", "C&olumns…", "View", (), "columns-3", PLACE, 2, words="Choose and sort columns")
SAVE_VIEW = Act("emails.save_view", "Sa&ve this view…", "View", ("Ctrl+S",), "bookmark", PLACE, 4)
NEXT = Act("emails.next", "&Next email", "Go", ("J",), "arrow-down", PLACE, 2)
PREVIOUS = Act("emails.previous", "Pre&vious email", "Go", ("K",), "arrow-up", PLACE, 2)

MENU = (
    *(OPEN.id, ASSIGN.id, TAG.id, IGNORE.id, CUSTOMER.id, "", "mail.explain", COPY.id, "mail.save"),
    *("", SELECT_ALL.id, TOGGLE.id, "", EXPORT.id),
)
"""The context menu of the list."""
MORE = (
    *(TAG.id, IGNORE.id, CUSTOMER.id, "mail.explain", "mail.remote"),
    *("", "mail.plain", "mail.larger", "mail.smaller", "mail.normal"),
    *("", "mail.save", "mail.save_files"),
)
"""The menu of the preview's last button."""

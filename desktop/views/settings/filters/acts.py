"""What can be done on the page of filters, declared once: menus, palette, shortcut sheet and keys read this."""

from desktop.ui.actions import Act

PLACE = "Settings: Filters"

UP = Act("filters.up", "Move filter up", "Edit", ("Alt+Up",), "arrow-up", PLACE, 5)
DOWN = Act("filters.down", "Move filter down", "Edit", ("Alt+Down",), "arrow-down", PLACE, 5)
ADD = Act("filters.add", "Add a filter", "Edit", ("Ctrl+N",), "plus", PLACE, 5)
APPLY = Act("filters.apply", "Apply the filters", "Edit", ("Ctrl+Return",), "check", PLACE, 5)
OPEN = Act("filters.open", "&Open the email", "Email", ("Ctrl+O",), "mail", PLACE, 4)
NEVER = Act("filters.never", "&Never skip this sender", "Email", ("N",), "shield-check", PLACE, 4)

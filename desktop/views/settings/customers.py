"""The page of customers: how they come in before the mail does."""

from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.words import counted
from desktop.views.settings.page import Page
from desktop.views.settings.reading import Known
from desktop.views.settings.rows import Row, Section


class CustomersPage(Page):
    """Bringing customers in."""

    id = "customers"
    title = "Customers"
    icon = "users"
    keywords = "import csv file contacts addresses"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.button = Button("Import customers…", "upload")
        self.button.clicked.connect(lambda _checked=False: frame.doors.import_customers())
        self.here = Row("Customers here", "None yet")
        self.add_section(
            Section(
                "",
                [
                    Row(
                        "Import customers from a CSV file",
                        "Mail is filed by the sender's address, so the customers should be here before the first sync. "
                        "You say which column is what, and see everything before it is stored.",
                        self.button,
                    ),
                    self.here,
                ],
            )
        )

    def show_known(self, known: Known) -> None:
        """Show how many there are."""
        self.here.show_more(counted(known.customers, "customer") if known.customers else "None yet")

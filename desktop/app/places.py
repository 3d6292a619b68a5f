"""The places of the sidebar, in their order; the number of a place is its key."""

from desktop.ui.sidebar import SidebarItem

PLACES = (
    SidebarItem("dashboard", "Dashboard", "gauge", "Ctrl+1"),
    SidebarItem("emails", "Emails", "mail", "Ctrl+2"),
    SidebarItem("review", "Needs Review", "inbox", "Ctrl+3"),
    SidebarItem("sync_log", "Sync log", "scroll-text", "Ctrl+4"),
    SidebarItem("customers", "Customers", "users", "Ctrl+5"),
)
BELOW = (SidebarItem("settings", "Settings", "settings", "Ctrl+,"),)

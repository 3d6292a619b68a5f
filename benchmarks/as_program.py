"""Loads Qt as the program does; imported before the window's modules, so that memory is the program's as well."""

from desktop.app.imports import leave_sources_unread

leave_sources_unread()

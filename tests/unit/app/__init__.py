"""Tests of the window's start that need no Qt."""

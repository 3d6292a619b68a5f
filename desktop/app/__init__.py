"""Composition root of the window: opens the profile, builds, wires, starts, stops."""

"""Qt parts that no single screen owns: tokens, style, widgets, actions, window frame, lanes for reads and commands."""

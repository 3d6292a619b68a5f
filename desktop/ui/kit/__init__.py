"""The look of Postroom in one place: tokens, theme, fonts, icons, painters, style and small widgets. Knows no mail."""

"""Every setting declared once, with its type, bounds, default and words; screens, docs and checks follow from that.

Pure but for reading one file: how a file is written safely is handed in. No secret is ever a setting.
"""

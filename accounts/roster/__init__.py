"""Lists of people from Excel and CSV files: read, recognised, compared with who is known.

Everything here is pure: bytes and dataclasses in, dataclasses out. What comes of it is written by
``accounts.actions.rosters``.
"""

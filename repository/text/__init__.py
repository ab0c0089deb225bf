"""Text inside files: PDF, Office, HTML, data of authoring programs; read in a process of its own.

Everything here is pure: bytes in, parts out, no database, no settings. ``reading`` starts the process,
``child`` is what runs in it; ``repository.inner`` keeps what comes out.
"""

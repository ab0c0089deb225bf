"""Parsers of what strangers upload, given anything: `python -m tests.fuzz` runs longer than the tests do."""

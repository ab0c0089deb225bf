"""Saved searches: a question that somebody keeps, and the mail about what is new for it."""

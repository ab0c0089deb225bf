"""Plays a published conformance suite against the running platform."""

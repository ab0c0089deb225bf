"""Kills what a learner's session hangs on, at random points, and looks whether anything is lost."""

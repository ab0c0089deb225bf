"""Pictures of the first pages of packages, taken by a headless browser where the worker's host has one."""

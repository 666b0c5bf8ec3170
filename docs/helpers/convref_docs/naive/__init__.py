"""Operators as loops over arrays, short enough to read on a page; each is tested against the package."""

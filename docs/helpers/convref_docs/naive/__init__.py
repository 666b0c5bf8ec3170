"""Operators as loops over arrays, short enough to read on a page; tests compare each with `convref.functional`."""

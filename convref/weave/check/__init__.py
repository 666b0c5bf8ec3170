"""Diagnostics of pages: doctests, equations, citations, number coverage, parity, links."""

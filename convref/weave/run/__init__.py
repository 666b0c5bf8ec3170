"""Runs the steps of pages in processes of their own, and survives whatever these do."""

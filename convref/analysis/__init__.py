"""Readings of a description that need no array: shapes, parameters, costs, memory, receptive fields."""

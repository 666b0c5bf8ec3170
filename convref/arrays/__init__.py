"""Shared by every function on NumPy arrays: checks of arguments and arrays, windows as views.

`convref.algorithms` and `convref.functional` stand on it; it knows neither.
"""

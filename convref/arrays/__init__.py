"""Helpers shared by all NumPy functions: argument checks, array checks, and windows as views.

- `arguments`: validate integers such as stride and padding; no arrays.
- `calls`: a decorator that checks numbers, booleans and strings against a function's annotations.
- `checks`: validate arrays, their types and their shapes.
- `geometry`: compute numbers of windows and amounts of padding; no arrays.
- `numerics`: run NumPy's arithmetic without warnings.
- `windows`: pad arrays, and return their windows as views without copying.

`convref.algorithms`, `convref.factorization` and `convref.functional` import these modules, never the other
way round.
"""

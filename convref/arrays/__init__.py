"""Building blocks of every NumPy function: argument checks, array checks, windows as views.

- `arguments`: validate integers such as stride and padding; no arrays.
- `checks`: validate arrays, their types and their shapes.
- `geometry`: count windows and padding; integers only.
- `windows`: pad arrays and view their windows without copying.

`convref.algorithms`, `convref.factorization` and `convref.functional` import these modules, never the other
way round.
"""

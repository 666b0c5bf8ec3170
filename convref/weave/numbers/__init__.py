"""What printed numbers mean: decimals, units, LaTeX arithmetic, doctest output, published figures."""

"""The entries of the catalog of operators, one module per kind of operator."""

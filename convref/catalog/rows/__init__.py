"""The rows of the catalog, one module per kind of operator."""

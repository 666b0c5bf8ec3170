"""The rows of the catalog, a module for each kind of operator."""

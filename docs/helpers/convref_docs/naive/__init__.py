"""Reference implementations of operators as plain loops, shown on pages and tested against the package."""

"""CNN architectures as descriptions, one file a family, and the registry of their names."""

"""The processes around a worker: the warm parent that forks sessions, and the keeper that ends each."""

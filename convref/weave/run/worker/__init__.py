"""The code inside a session's process: the warm parent that forks it, and the worker itself."""

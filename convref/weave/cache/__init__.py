"""Keeps results, with what each was seen to depend on, and decides whether they are still valid.

In a worker, `audit_hook` reports what the code does and `recorder` notes what of it can change the result. In
the build, `results` keeps the entries, `store` writes and reads their files, and `validity` compares what was
recorded with what is there now.
"""

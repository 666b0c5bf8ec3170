"""The engine's settings."""

import pytest

from convref.errors import ArgumentError
from convref.weave.run.settings import Settings


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"timeout": 0}, r"Settings: timeout \(=0\) must be more than 0 seconds"),
        ({"jobs": -1}, r"Settings: jobs \(=-1\) must not be negative"),
        ({"memory": -1}, r"Settings: memory \(=-1\) must not be negative"),
        ({"output_limit": -1}, r"Settings: output_limit \(=-1\) must not be negative"),
        ({"start": "thread"}, r"Settings: start \(='thread'\) must be 'fork', 'spawn' or ''"),
        ({"executor": "cloud"}, r"executor \(='cloud'\) must be 'local', 'dask' or 'dask: tcp://HOST:PORT'"),
    ],
)
def test_settings_out_of_range_are_errors(given, message):
    with pytest.raises(ArgumentError, match=message):
        Settings(**given)


@pytest.mark.parametrize(
    ("executor", "scheduler"),
    [("local", None), ("dask", ""), ("dask: tcp://10.0.0.5:8786", "tcp://10.0.0.5:8786")],
)
def test_the_executor_names_the_scheduler_of_dask(executor, scheduler):
    assert scheduler == Settings(executor=executor).scheduler

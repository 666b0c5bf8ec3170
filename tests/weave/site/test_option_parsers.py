"""Options are parsed as YAML and TOML write them."""

import pytest

from convref.weave.site.option_parsers import executor, switch


@pytest.mark.parametrize(("value", "expected"), [("on", True), (True, True), ("off", False), (False, False)])
def test_a_switch_is_a_word_or_what_yaml_makes_of_it(value, expected):
    assert expected is switch(value)


@pytest.mark.parametrize("value", ["maybe", 1, None, []])
def test_a_switch_takes_nothing_else(value):
    with pytest.raises(ValueError, match="must be 'on' or 'off'"):
        switch(value)


@pytest.mark.parametrize("value", ["dask: tcp://10.0.0.5:8786", {"dask": "tcp://10.0.0.5:8786"}])
def test_an_executor_is_a_word_or_a_mapping_as_yaml_reads_it(value):
    assert "dask: tcp://10.0.0.5:8786" == executor(value)


@pytest.mark.parametrize(
    "value", ["cloud", "dask: ", "dask: here", {"dask": 8786}, {"local": "x", "dask": ""}, None]
)
def test_an_executor_is_nothing_else(value):
    with pytest.raises(ValueError, match="must be 'local', 'dask' or 'dask: tcp://HOST:PORT'"):
        executor(value)

"""Options are parsed as YAML and TOML write them."""

import pytest

from convref.weave.site.option_parsers import switch


@pytest.mark.parametrize(("value", "expected"), [("on", True), (True, True), ("off", False), (False, False)])
def test_a_switch_is_a_word_or_what_yaml_makes_of_it(value, expected):
    assert expected is switch(value)


@pytest.mark.parametrize("value", ["maybe", 1, None, []])
def test_a_switch_takes_nothing_else(value):
    with pytest.raises(ValueError, match="must be 'on' or 'off'"):
        switch(value)

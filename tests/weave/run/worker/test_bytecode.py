"""Sessions run the present sources, not bytecode made from former ones."""

import os
import py_compile

from cached_site import Kept, block, change

OLD = (1_000_000_000, 1_000_000_000)


def compiled(root):
    change(root, {"own.py": "x = 1"})
    os.utime(root / "own.py", OLD)
    path = py_compile.compile(root / "own.py")
    assert path is not None
    return root / os.path.relpath(path, root)


def test_bytecode_of_a_source_whose_time_was_set_back_is_not_run(twins):
    twins.begin({})
    compiled(twins.root)
    change(twins.root, {"own.py": Kept("x = 2")})
    assert "2" == twins.run(block("import own\nown.x"))[0][1][""]["text/plain"]


def test_bytecode_younger_than_its_source_is_run(twins):
    twins.begin({})
    file = compiled(twins.root)
    change(twins.root, {"own.py": Kept("x = 2")})
    file.write_bytes(file.read_bytes())
    assert "1" == twins.run(block("import own\nown.x"))[0][1][""]["text/plain"]

"""Pages that depend on files, folders, links and modules in every way that Python offers.

Each entry has the code of a block, and an edit of the files in `TREE` after which the block has another
result.
"""

from cached_site import Kept, Link

TREE = {
    "data1.txt": "1",
    "data2.txt": "2",
    "same.txt": "1",
    "link1": Link("data1.txt"),
    "folder/x.txt": "1",
    "other/x.txt": "2",
    "linked": Link("folder"),
    "tree/inner": Link("../folder"),
    "tree/real/x.txt": "1",
    "own.py": "x = 1",
    "lazy.py": "def f():\n    import own\n    return own.x\ndef g(n):\n  print(open(f'data{n}.txt').read())",
    "package/__init__.py": "",
    "package/sub.py": "x = 1",
    "package/data.txt": "1",
    "space/part.py": "x = 1",
    "late/thing.py": "x = 1",
}
READS = {
    "opened by a computed name": ("n = 1\nopen(f'data{n}.txt').read()", {"data1.txt": "3"}),
    "pathlib": ("from pathlib import Path\n(Path('folder') / 'x.txt').read_text()", {"folder/x.txt": "3"}),
    "a descriptor": ("import os\nos.read(os.open(f'data{1}.txt', os.O_RDONLY), 9)", {"data1.txt": "3"}),
    "relative to a descriptor": (
        "import os\nfolder = os.open('folder', 0)\nos.read(os.open('x.txt', 0, dir_fd=folder), 9)",
        {"folder/x.txt": "3"},
    ),
    "asked about relative to a descriptor": (
        "import os\nfolder = os.open('folder', 0)\nos.stat('x.txt', dir_fd=folder).st_size",
        {"folder/x.txt": "33"},
    ),
    "numpy": ("import numpy\nn = 1\nnumpy.loadtxt(f'data{n}.txt')", {"data1.txt": "3"}),
    "numpy, mapped": ("import numpy\nn = 1\nnumpy.memmap(f'data{n}.txt', 'u1', 'r')[:]", {"data1.txt": "3"}),
    "a thread": (
        "import threading, lazy\nt = threading.Thread(target=lazy.g, args=[1])\nt.start(); t.join()",
        {"data1.txt": "3"},
    ),
    "another directory": ("import os\nos.chdir('folder')\nopen('x' + '.txt').read()", {"folder/x.txt": "3"}),
    "a package's data": (
        "import importlib.resources as r\nr.files('package').joinpath('data.txt').read_text()",
        {"package/data.txt": "3"},
    ),
    "pkgutil": ("import pkgutil\npkgutil.get_data('package', 'data.txt')", {"package/data.txt": "3"}),
    "read by a function of a module": ("import lazy\nlazy.g(1)", {"data1.txt": "3"}),
    "a time that stays": ("n = 1\nopen(f'data{n}.txt').read()", {"data1.txt": Kept("3")}),
    "gone": ("import os\n[os.path.exists(f'data{n}.txt') for n in (1, 2)]", {"data2.txt": None}),
    "a library of C": (
        "import ctypes\ntry:\n    ctypes.CDLL(f'./lib{1}.so')\nexcept OSError as e:\n    print(str(e)[-30:])",
        {"lib1.so": "none"},
    ),
}  # fmt: skip
FOLDERS = {
    "names": ("import os\nsorted(os.listdir('folder'))", {"folder/y": ""}),
    "names by a descriptor": ("import os\nsorted(os.listdir(os.open('folder', 0)))", {"folder/y": ""}),
    "patterns": ("from pathlib import Path\nsorted(Path('folder').rglob('*.txt'))", {"folder/y.txt": ""}),
    "renamed": ("import glob\nsorted(glob.glob('*/x.txt'))", {"folder": None, "renamed/x.txt": "1"}),
    "a file that is a folder now": (
        "import os\n[sorted(each) for _, *both in os.walk('folder') for each in both]",
        {"folder/x.txt": {}},
    ),
    "sizes by its entries": (
        "import os\n[each.stat().st_size for each in os.scandir('folder')]",
        {"folder/x.txt": "333"},
    ),
    "a tree with a link that becomes a folder": (
        "from pathlib import Path\nsorted(map(str, Path('tree').rglob('*.txt')))",
        {"tree/inner": None, "tree/inner/y.txt": ""},
    ),
    "a walk over a folder that becomes a link": (
        "import os\nsorted(os.walk('tree'))",
        {"tree/real": Link("../folder")},
    ),
    "a recursive pattern over a link": (
        "import glob\nsorted(glob.glob('tree/**', recursive=True))",
        {"tree/inner": Link("../other/none")},
    ),
    "entered": (
        "import os\nn = 1\ntry:\n    os.chdir(f'absent{n}')\nexcept OSError:\n    print('none')",
        {"absent1/x.txt": "1"},
    ),
    "touched": (
        "import os\nn = 1\ntry:\n    os.utime(f'absent{n}')\nexcept OSError:\n    print('none')",
        {"absent1/x.txt": "1"},
    ),
    "asked for its attributes": (
        "import os\nn = 1\ntry:\n    os.listxattr(f'absent{n}')\nexcept OSError:\n    print('none')",
        {"absent1/x.txt": "1"},
    ),
    "modules in a package": (
        "import pkgutil, package\n[each.name for each in pkgutil.iter_modules(package.__path__)]",
        {"package/more.py": ""},
    ),
}
LINKS = {
    "to a file": ("n = 1\nopen(f'link{n}').read()", {"link1": Link("data2.txt")}),
    "itself": ("import os\nn = 1\nos.readlink(f'link{n}')", {"link1": Link("same.txt")}),
    "resolved": ("from pathlib import Path\nPath(f'link{1}').resolve().name", {"link1": Link("same.txt")}),
    "whether it is one": ("from pathlib import Path\nPath(f'link{1}').is_symlink()", {"link1": "1"}),
    "to a folder": ("n = 'linked'\nopen(f'{n}/x.txt').read()", {"linked": Link("other")}),
}
MODULES = {
    "its time stays": ("import own\nown.x", {"own.py": Kept("x = 2")}),
    "within a function": ("import lazy\nlazy.f()", {"own.py": "x = 2"}),
    "shadowed by a file": ("import own\nown.x", {"first/own.py": "x = 2"}),
    "shadowed by a package": ("import own\nown.x", {"own/__init__.py": "x = 2"}),
    "in a package, shadowed": ("import package.sub as own\nown.x", {"package/sub/__init__.py": "x = 2"}),
    "from a package, shadowed": ("from package import sub\nsub.x", {"package/sub/__init__.py": "x = 2"}),
    "in a namespace": ("import space.part as own\nown.x", {"space/part.py": "x = 2"}),
    "in a namespace, shadowed": ("import space.part as own\nown.x", {"first/space/part.py": "x = 2"}),
    "in a namespace that is a package now": (
        "import space.part\ngetattr(space, 'y', None)",
        {"space/__init__.py": "y = 2"},
    ),
    "in a part of a namespace that is new": (
        "try:\n    import space.more\nexcept ImportError:\n    print('none')",
        {"first/space/more.py": ""},
    ),
    "where the page looks": (
        "import sys\nsys.path[:0] = ['early', 'late']\nimport thing\nthing.x",
        {"early/thing.py": "x = 2"},
    ),
    "where the page looks in vain": (
        "import sys\nsys.path += ['late']\ntry:\n    import nothing\nexcept ImportError:\n    print('none')",
        {"late/nothing.py": ""},
    ),
    "only looked for": (
        "import importlib.util as u\n[bool(u.find_spec(name)) for name in ('later', 'package.later')]",
        {"later.py": ""},
    ),
    "only looked for in a package": (
        "import importlib.util as u\n[bool(u.find_spec(name)) for name in ('later', 'package.later')]",
        {"package/later.py": ""},
    ),
    "by its file": (
        "from importlib.machinery import SourceFileLoader\nSourceFileLoader('o', 'own.py').load_module().x",
        {"own.py": "x = 2"},
    ),
    "as a script": ("import runpy\nrunpy.run_path('own.py')['x']", {"own.py": "x = 2"}),
    "its source": ("import inspect, own\ninspect.getsource(own)", {"own.py": "x = 1  # one"}),
    "made again": (
        "try:\n    import later\n    print(later.x)\nexcept ImportError:\n    print('none')",
        {"later/__init__.py": "x = 2"},
    ),
}  # fmt: skip
WAYS = {
    f"{kind}: {name}": case
    for kind, cases in {"file": READS, "folder": FOLDERS, "link": LINKS, "module": MODULES}.items()
    for name, case in cases.items()
}

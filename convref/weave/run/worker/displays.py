"""Collect what a step displays, as `display` does in a notebook, and notice which figures it saves.

`display` is a builtin of pages, and replaces that of IPython, which without a notebook only prints. It also
stands for `pyplot.show`. The libraries need not be imported in advance: they are adapted when a page imports
them.
"""

from __future__ import annotations

import importlib.util
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from convref.weave.page.outcomes import SHARED, Forms
from convref.weave.run.protocol import Message
from convref.weave.run.worker import mime
from convref.weave.run.worker.capture import Capture

# The modules of IPython that have the functions, or names for them.
_IPYTHON: Final = ("IPython.core.display_functions", "IPython.core.display", "IPython.display")


class Displays:
    """What the current step has displayed.

    Args:
        capture: the capture of the step's output, which gives the position of each displayed object in it.
        languages: the languages for which values are rendered.

    Attributes:
        saved: the figures of matplotlib that page code has saved or printed.
    """

    def __init__(self, capture: Capture, languages: Sequence[str]) -> None:
        self.capture, self.languages = capture, languages
        self.saved: weakref.WeakSet[Any] = weakref.WeakSet()
        self._shown: list[tuple[int, Forms]] = []
        self._drawing = False
        callbacks: dict[str, Callable[[ModuleType], None]] = {
            **dict.fromkeys(_IPYTHON, self._adapt_ipython),
            "matplotlib.backend_bases": self._adapt_canvas,
            "matplotlib.pyplot": self._adapt_pyplot,
        }
        for name in list(callbacks):
            if name in sys.modules:  # loaded by the warm parent
                callbacks.pop(name)(sys.modules[name])
        sys.meta_path.insert(0, _AfterImport(callbacks))

    def begin(self) -> None:
        """Begin a step, which has displayed nothing."""
        self._shown.clear()

    def display(self, *objects: object, raw: bool = False, **_: object) -> None:
        """Display objects after what was printed so far.

        Args:
            objects: any objects; those with `_ipython_display_` display themselves.
            raw: True if the objects are dictionaries from media types to texts.
        """
        for each in objects:
            own = None if isinstance(each, type) else getattr(each, "_ipython_display_", None)
            if own:
                own()
            elif raw and isinstance(each, Mapping):
                self._add({SHARED: {"text/plain": "", **mime.texts(each)}})
            else:
                self._add(mime.forms(each, self.languages))

    def clear(self, wait: bool = False) -> None:
        """Do nothing: a page shows all that a block displays, in order."""

    def messages(self) -> list[Message]:
        """Return the displayed objects, each with its offset in the output, in characters."""
        return [
            {"offset": len(self.capture.output(0, position).text), "forms": forms}
            for position, forms in self._shown
        ]

    def figures(self) -> tuple[list[str], bool]:
        """Draw and close the open figures of pyplot.

        Returns:
            The drawings of those that the page has neither saved nor shown, and True if any was open.
        """
        if "matplotlib.pyplot" not in sys.modules:
            return [], False
        from convref.weave.run.worker import matplotlib_svg

        self._drawing = True
        try:
            return matplotlib_svg.drain(self.saved)
        finally:
            self._drawing = False

    def _add(self, forms: Forms) -> None:
        self._shown.append((self.capture.position(), forms))

    def _publish(self, data: Mapping[str, object], *_: object, **__: object) -> None:
        self.display(data, raw=True)

    def _adapt_ipython(self, module: ModuleType) -> None:
        ours = {
            "display": self.display, "publish_display_data": self._publish, "clear_output": self.clear,
        }  # fmt: skip
        for name, function in ours.items():
            if hasattr(module, name):
                setattr(module, name, function)

    def _adapt_pyplot(self, module: ModuleType) -> None:
        def show(*_: object, **__: object) -> None:
            """Display the open figures and close them."""
            for svg in self.figures()[0]:
                self._add({SHARED: {"text/plain": "", "image/svg+xml": svg}})

        vars(module)["show"] = show  # a function: pyplot sets attributes of it

    def _adapt_canvas(self, module: ModuleType) -> None:
        canvas: Any = module.FigureCanvasBase
        save = canvas.print_figure

        def print_figure(self_: Any, *arguments: Any, **named: Any) -> Any:
            result = save(self_, *arguments, **named)
            if not self._drawing:
                self.saved.add(self_.figure)
            return result

        canvas.print_figure = print_figure


class _AfterImport(MetaPathFinder):
    """A finder that calls a function once a module is imported.

    Args:
        callbacks: the functions, by the modules' names.
    """

    def __init__(self, callbacks: dict[str, Callable[[ModuleType], None]]) -> None:
        self.callbacks = callbacks

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that the other finders have, with a loader that calls the function."""
        del path, target
        callback = self.callbacks.pop(fullname, None)
        spec = importlib.util.find_spec(fullname) if callback else None
        if callback is None or spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            callback(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec

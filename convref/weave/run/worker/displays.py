"""Collect the objects that a step displays, and record which figures of matplotlib it saves.

Code in pages displays objects with `display`, as in a notebook. This function is a builtin in pages. It also
replaces IPython's function `display`, which outside of a notebook only prints. `pyplot.show` is replaced by a
function that displays the open figures. These functions are replaced when a page imports IPython or
matplotlib, so the worker need not import these packages itself.
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

# The modules of IPython that define or import the functions that are replaced.
_IPYTHON: Final = ("IPython.core.display_functions", "IPython.core.display", "IPython.display")


class Displays:
    """The objects that the current step has displayed, and the functions that display them.

    Args:
        capture: the capture of the step's output. It gives the number of bytes printed before each object.
        languages: the languages for which values are rendered.

    Attributes:
        saved: the figures of matplotlib that the code of the page has saved to a file or a stream.
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
            if name in sys.modules:  # the process from which this worker was forked has imported it
                callbacks.pop(name)(sys.modules[name])
        sys.meta_path.insert(0, _AfterImport(callbacks))

    def begin(self) -> None:
        """Forget the objects that the previous step displayed."""
        self._shown.clear()

    def display(self, *objects: object, raw: bool = False, **_: object) -> None:
        """Display objects; they appear in the page after the text that the step has printed so far.

        Args:
            objects: any objects; an object with a method `_ipython_display_` is displayed by this method.
            raw: True if the objects are dictionaries from media type to text.
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
        """Do nothing; this method replaces IPython's `clear_output`.

        A page shows everything that a block has displayed.
        """

    def messages(self) -> list[Message]:
        """Return a message for each displayed object, in order.

        Its keys are `offset`, the number of characters that the step printed before it displayed the object,
        and `forms`, the object in several formats.
        """
        return [
            {"offset": len(self.capture.output(0, position).text), "forms": forms}
            for position, forms in self._shown
        ]

    def figures(self) -> tuple[list[str], bool]:
        """Draw and close the open figures of pyplot.

        Returns:
            The open figures that the page has not saved, each as SVG text; and True if any figure was open.
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

        vars(module)["show"] = show  # not a method, because pyplot sets attributes of `show`

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
    """An import finder that calls a function after a certain module was imported.

    Args:
        callbacks: a dict from the name of a module to the function, which is called once, with the module.
    """

    def __init__(self, callbacks: dict[str, Callable[[ModuleType], None]]) -> None:
        self.callbacks = callbacks

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module that has a callback; None for other modules, or if it is not found.

        The spec comes from Python's other finders. Its loader is changed so that it calls the callback after
        it has loaded the module.
        """
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

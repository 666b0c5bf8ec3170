"""The class `Operator`: one operator with its names, an example, its code and tests, and its networks."""

from __future__ import annotations

from dataclasses import dataclass, field

from convref.catalog.snippets import FORMS, evaluate
from convref.catalog.uses import Uses, networks_using
from convref.errors import UnknownNameError
from convref.nn import Layer, Shape
from convref.wording import is_among


@dataclass(frozen=True)
class Operator:
    """An operator that the reference site describes: one entry of the catalog.

    A reference to code has the form `module:name`, such as `convref.nn:Conv2d.cost`.

    Attributes:
        key: its identifier in the catalog and in tests, which is also the name of its page.
        title: its name, as a dict from language to text.
        example: the source of a call that creates it, such as `Conv2d(3, 8, 3)`, with names from convref.nn
            and convref.nn.blocks.
        input_shape: an input that fits the example, without the batch.
        description: references to the code for its shapes, parameters and costs.
        numpy: references to the code that computes it on arrays; empty if it is composed of other operators.
        torch: references to the code of its PyTorch module; empty if torch.nn has such a module.
        tests: the paths of the test files that cover it.
        used: a function from the plan of a network to whether the network uses the operator.
    """

    key: str
    title: dict[str, str]
    example: str
    input_shape: Shape
    description: tuple[str, ...]
    numpy: tuple[str, ...] = ()
    torch: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    # A function has no readable repr, and equals no other function that does the same.
    used: Uses = field(default=lambda _plan: False, repr=False, compare=False)

    @property
    def layer(self) -> Layer:
        """The layer that the call in `example` creates."""
        return evaluate(self.example)

    def snippet(self, form: str) -> str:
        """Return the source of a program that runs the example, with the results in comments.

        Args:
            form: "description", "numpy" or "torch", for which PyTorch must be installed.

        Raises:
            UnknownNameError: there is no such form.

        Example:
            >>> from convref import catalog
            >>> print(catalog.find("batch_norm").snippet("numpy"))
            import numpy as np
            from convref import functional, init
            from convref.nn import BatchNorm2d
            <BLANKLINE>
            layer = BatchNorm2d(8)
            x = np.random.default_rng(0).standard_normal((1, 8, 13, 13))
            y = functional.run(layer, init(layer, dtype=x.dtype), x)
            y.shape  # (1, 8, 13, 13)
        """
        if not is_among(form, FORMS):
            raise UnknownNameError("form", form, FORMS)
        return FORMS[form](self.example, self.input_shape)

    def networks(self) -> dict[str, tuple[str, ...]]:
        """Return the registered networks that use the operator, as a dict from family to names.

        Example:
            >>> from convref import catalog
            >>> catalog.find("local_response_norm").networks()
            {'alexnet': ('alexnet_original',), 'googlenet': ('googlenet_paper',)}
        """
        return networks_using(self.used)

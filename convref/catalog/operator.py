"""`Operator`: names, an example, code and tests of one operator, and the networks that use it."""

from __future__ import annotations

from dataclasses import dataclass, field

from convref.catalog.snippets import FORMS, evaluate
from convref.catalog.uses import Uses, networks_using
from convref.errors import UnknownNameError
from convref.nn import Layer, Shape
from convref.wording import is_among


@dataclass(frozen=True)
class Operator:
    """An operator of the reference: one row of the catalog.

    Source code is referred to as `module:name`, such as `convref.nn:Conv2d.cost`.

    Attributes:
        key: its identifier in the catalog and in tests, which is also the name of its page.
        title: its name by language.
        example: the source of a call that creates it, `Conv2d(3, 8, 3)`, with names from convref.nn and
            convref.nn.blocks.
        input_shape: an input that fits the example, without the batch.
        description: references to the code that describes it: its shapes, parameters and costs.
        numpy: references to the code that computes it on arrays; empty if it is composed of other operators.
        torch: references to the code of its module if torch.nn does not have it; otherwise empty.
        tests: the paths of the test files that cover it.
        used: a predicate: called with the plan of a network, it returns whether the network uses the
            operator.
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
        """The description that the call in `example` creates."""
        return evaluate(self.example)

    def snippet(self, form: str) -> str:
        """Return the source of a program that runs the example and has the results in comments.

        Args:
            form: "description", "numpy" or "torch"; the last needs torch.

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

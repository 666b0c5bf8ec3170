"""The NumPy rules of the layers of `convref.nn`, by family: `rule(layer, params, x)` gives a layer's output.

A combinator that joins values has `rule(layer, values)`. Importing this package fills
`convref.nn.rules.NUMPY`.
"""

from convref.functional.forward import activation as activation
from convref.functional.forward import attention as attention
from convref.functional.forward import conv as conv
from convref.functional.forward import joins as joins
from convref.functional.forward import normalization as normalization
from convref.functional.forward import pooling as pooling
from convref.functional.forward import shape as shape

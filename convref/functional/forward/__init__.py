"""The functions that compute the layers of `convref.nn` in NumPy, one module for each family of layers.

Such a function is called the NumPy rule of a class of layers. `rule(layer, params, x)` returns the output of
a layer with the parameters `params` for the input `x`. The rule of a join, which combines several arrays into
one, is called as `rule(layer, values)`. Importing this package registers the rules in
`convref.nn.rules.NUMPY`.
"""

from convref.functional.forward import activation as activation
from convref.functional.forward import attention as attention
from convref.functional.forward import conv as conv
from convref.functional.forward import joins as joins
from convref.functional.forward import normalization as normalization
from convref.functional.forward import pooling as pooling
from convref.functional.forward import shape as shape

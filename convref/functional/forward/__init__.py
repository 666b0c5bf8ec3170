"""What each primitive of `convref.nn` does to a batch: `forward(layer, params, x)`, by family."""

from convref.functional.forward import activation as activation
from convref.functional.forward import attention as attention
from convref.functional.forward import conv as conv
from convref.functional.forward import normalization as normalization
from convref.functional.forward import pooling as pooling
from convref.functional.forward import shape as shape
from convref.functional.forward.dispatch import forward as forward

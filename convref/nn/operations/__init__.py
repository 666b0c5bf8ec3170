"""The nodes of a `Graph` that are not layers: operations on tensors, and parameters."""

from convref.nn.operations.costs import COSTS as COSTS
from convref.nn.operations.operation import Operation as Operation
from convref.nn.operations.operation import Value as Value
from convref.nn.operations.parameter import Parameter as Parameter

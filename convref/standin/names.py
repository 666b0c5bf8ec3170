"""Names in torch of modules, functions and methods, in groups that the stand-in for torch treats alike."""

from __future__ import annotations


def named(text: str) -> tuple[str, ...]:
    """Split a text at its spaces into a tuple of names."""
    return tuple(text.split())


OTHER_MODULES = named(
    "AdaptiveLogSoftmaxWithLoss Bilinear ChannelShuffle CosineSimilarity CrossMapLRN2d DataParallel "
    "EmbeddingBag FractionalMaxPool2d FractionalMaxPool3d GRUCell LSTMCell MaxUnpool1d "
    "MaxUnpool2d MaxUnpool3d PairwiseDistance RNNBase RNNCell RNNCellBase "
    "SyncBatchNorm "
    "Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer"
)
"""Modules of `torch.nn` that the stand-in cannot run. The classes exist for checks with `isinstance`."""
LOSSES = named(
    "BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss "
    "HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss "
    "MarginRankingLoss MultiLabelMarginLoss "
    "MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss "
    "SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss"
)
"""Losses, which can be created but not called: a description ends with the network's output."""
INITS = named(
    "calculate_gain constant_ dirac_ eye_ kaiming_normal_ kaiming_uniform_ normal_ ones_ orthogonal_ "
    "sparse_ trunc_normal_ uniform_ xavier_normal_ xavier_uniform_ zeros_"
)
"""Functions of `torch.nn.init`. In the stand-in they return their tensor unchanged."""
VALUES = named("fill_ normal_ uniform_ zero_ copy_ bernoulli_ random_")
"""Methods of tensors that only set the elements."""
IN_PLACE = named(
    "relu sigmoid tanh exp sqrt rsqrt abs neg floor ceil round add sub mul div pow clamp masked_fill "
    "square reciprocal log"
)
"""Methods of tensors that also have an in-place form, such as `relu_` for `relu`."""
DATA = named("Dataset TensorDataset DataLoader Subset random_split")
"""Names of `torch.utils.data`. In the stand-in they are classes that do nothing (`Inert`)."""

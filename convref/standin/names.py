"""Names of torch that the stand-in has but cannot run, and lists of names that share an implementation."""

from __future__ import annotations


def named(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())


OTHER_MODULES = named(
    "AdaptiveLogSoftmaxWithLoss Bilinear ChannelShuffle CosineSimilarity CrossMapLRN2d DataParallel "
    "EmbeddingBag FractionalMaxPool2d FractionalMaxPool3d GRUCell LSTMCell MaxUnpool1d "
    "MaxUnpool2d MaxUnpool3d PairwiseDistance RNNBase RNNCell RNNCellBase "
    "SyncBatchNorm "
    "Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer"
)
"""Modules of torch.nn that the stand-in cannot run; they exist, so that `isinstance` can name them."""
LOSSES = named(
    "BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss "
    "HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss "
    "MarginRankingLoss MultiLabelMarginLoss "
    "MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss "
    "SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss"
)
"""Losses, which can be made but not called: a network is described up to its output."""
INITS = named(
    "calculate_gain constant_ dirac_ eye_ kaiming_normal_ kaiming_uniform_ normal_ ones_ orthogonal_ "
    "sparse_ trunc_normal_ uniform_ xavier_normal_ xavier_uniform_ zeros_"
)
"""Functions of torch.nn.init, which return the tensor unchanged."""
VALUES = named("fill_ normal_ uniform_ zero_ copy_ bernoulli_ random_")
"""Methods that only set a tensor's elements."""
IN_PLACE = named(
    "relu sigmoid tanh exp sqrt rsqrt abs neg floor ceil round add sub mul div pow clamp masked_fill "
    "square reciprocal log"
)
"""Methods that have a form in place, such as `relu_`."""
DATA = named("Dataset TensorDataset DataLoader Subset random_split")
"""Names of torch.utils.data, which are inert."""

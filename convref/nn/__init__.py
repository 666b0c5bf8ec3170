"""Descriptions of layers and networks by the names of torch.nn, in the standard library alone."""

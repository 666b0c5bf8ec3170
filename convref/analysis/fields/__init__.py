"""Rules for the receptive fields of operations on tensors, by family."""

"""Draw the dependencies between inputs and outputs: windows, receptive fields, channels, matrices."""

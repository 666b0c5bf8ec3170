"""What reaches what: windows, receptive fields, channels, weights as matrices."""

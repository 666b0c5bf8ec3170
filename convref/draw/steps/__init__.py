"""Draw figures of several frames: operations step by step, with the numbers that they compute."""

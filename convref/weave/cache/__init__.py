"""What a result depends on, recorded while it is computed, and whether it still holds."""

"""The hosts of the page engine; each adapter maps its host's events to the core and does nothing else."""

"""Charts of reports and measurements: bars, scatter plots, lines."""

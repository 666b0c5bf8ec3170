"""Charts of reports and measurements: bar charts, scatter plots, line charts."""

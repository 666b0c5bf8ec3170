"""The canvas of all figures: SVG elements, axes, grids, volumes, words in two languages."""

"""Parts that all figures use: SVG elements, axes, grids, feature maps, text in two languages."""

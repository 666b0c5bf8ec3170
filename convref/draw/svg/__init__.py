"""The parts that all figures share: SVG elements, axes, grids, feature maps, text in two languages."""

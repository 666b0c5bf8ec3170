"""Networks as flow diagrams: parsed, folded, laid out, drawn."""

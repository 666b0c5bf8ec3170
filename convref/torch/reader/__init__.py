"""PyTorch modules into descriptions."""

"""Results into text: Markdown, notebooks, fragments of HTML, MathML."""

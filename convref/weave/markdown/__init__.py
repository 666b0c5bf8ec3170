"""Text of a page into regions with offsets: fences, inline values, formulas, headings, lists of options."""

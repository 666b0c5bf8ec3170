"""The text of a page -> regions with offsets: fences, inline values, formulas, headings.

    document        parse: text -> Document, which keeps the text and its regions
    regions         the classes of regions
    blocks          front matter, fences, raw text, headings, and the prose between them
    fence_blocks    fenced code blocks and the doctest examples in them
    fence_options   the info string of a fence
    fences          kind_of: the decision which fences are run, and how
    inline          inline values, code spans and formulas in prose
    lines           lines with offsets, numbers and prefixes
    paragraphs      the pieces of text that a translation keeps apart and in order

No stage after this one parses Markdown again.
"""

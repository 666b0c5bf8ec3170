"""Parsing of pages: Markdown text -> regions with offsets, such as fences, inline values, formulas, headings.

    document        parse: text -> Document, which holds the text and its regions
    regions         the classes of regions
    blocks          front matter, fences, raw blocks, headings, and the prose between them
    fence_blocks    fenced code blocks and the doctest examples in them
    fence_options   the info string of a fence
    fences          kind_of: decides which fences are run, and how
    inline          inline values, code spans and formulas in prose
    lines           lines with offsets, numbers and prefixes
    paragraphs      the units of text in which a page is compared with its translation

All other stages use these results instead of parsing Markdown again.
"""

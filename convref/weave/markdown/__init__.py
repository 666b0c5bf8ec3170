"""Parse pages: find the parts of Markdown that are not plain text, such as fences, formulas and headings.

Such a part is called a region, and is given by the offsets in the text where it starts and ends.

    document        parse: returns a Document, which contains the text and its regions
    regions         the classes of regions
    blocks          finds front matter, fences, raw blocks, headings, and the prose between them
    fence_blocks    finds fenced code blocks and the doctest examples in them
    fence_options   parses the info string of a fence
    fences          kind_of: decides which fences are run, and how
    inline          finds comments, inline values, code spans and formulas in prose
    lines           splits a text into lines, and handles the prefixes of lines in quotes and lists
    paragraphs      splits a page into the units of text that are compared with its translation

The rest of the engine uses the Document and does not parse Markdown again.
"""

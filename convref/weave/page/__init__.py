"""The data of one page: its steps and their results, its prose and links; and the tree of all pages.

    plan            Plan: the steps to run, matched between the languages of a page
    outcomes        Outcome: the result of a step; Failure
    diagnostic      Diagnostic: an error or a note about a page, with path and line
    percent         parse: a Python file that is a notebook -> a Document, as for a Markdown page
    snippets        expanded: a page with the files that its code includes inserted
    python_code     comparison and static inspection of Python code
    alignment       the differences between two sequences, for translations of a page
    prose           the text of a page with code, formulas and markup masked
    references      the links, images and anchors of a page
    svg             alternative texts and unique identifiers for SVG drawings in a page
    tree            Tree: a directory -> its pages in all languages
    lazy            LazyMapping: a mapping whose values are computed when they are first needed

Nothing here runs code.
"""

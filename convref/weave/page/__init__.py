"""The parts of a page, such as its steps, their results, its prose and its links, and the tree of all pages.

    plan            Plan: the steps that are run; languages of a page with equal code share them
    outcomes        Outcome: the result of a step; Failure: the reason why a step failed
    diagnostic      Diagnostic: an error or a note about a page, with path and line
    percent         parses a notebook (a Python file) to a Document, the class that Markdown pages have, too
    snippets        inserts files into the code of a page that names them
    python_code     compares and inspects Python code without running it
    alignment       finds the differences between two sequences, such as the headings of two translations
    prose           replaces code, formulas and markup in the text of a page, so that only prose remains
    references      finds the links, images and anchors of a page
    svg             adds alternative texts to SVG drawings, and makes their identifiers unique in a page
    tree            Tree: all pages below a directory, in all languages
    lazy            LazyMapping: a mapping whose values are computed when they are first needed

No module here runs the code of a page.
"""

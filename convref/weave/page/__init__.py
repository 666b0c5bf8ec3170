"""One page: its steps and their outcomes, its prose and references; and the tree of all pages.

    plan            Plan: the steps to run, paired between the languages of a page
    outcomes        Outcome: the result of a step; Failure
    diagnostic      Diagnostic: an error or a note about a page
    percent         notebooks written as Python -> the same Document as a page of Markdown
    snippets        files that code includes
    python_code     Python compared and looked into without running it
    alignment       the differences between two sequences, for translations of a page
    prose           the text of a page with code, formulas and markup masked
    references      links, images and anchors
    svg             drawings as parts of a page
    tree            Tree: a directory -> its pages with their languages

Everything here is data about pages; nothing runs.
"""

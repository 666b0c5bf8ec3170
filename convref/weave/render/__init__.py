"""Rendering of results: parsed pages and the results of their steps -> Markdown, notebooks, HTML.

    page            render: a page and its results -> RenderedPage, Markdown with fragments
    block           BlockRenderer: the result of one block, with output, value, figures, caption and source
    notebook        render: a notebook and its results -> Notebook, as `.ipynb` and for a host to render
    fragments       Fragments: HTML that is inserted into a page after its Markdown is converted
    markdown_text   pieces of Markdown: code blocks, tabs, nesting, escaping
    mathml          LaTeX -> MathML, and MathML -> plain text
    directory_tree  draw: an indented list of names -> a drawn tree

Nothing here runs code: the results come from earlier stages, see `convref.weave.check.page_result`.
"""

"""Rendering of results: parsed pages and the results of their steps -> Markdown, notebooks, HTML.

    page            render: a page and its results -> RenderedPage: Markdown, and HTML fragments for it
    block           BlockRenderer: the result of one block, with output, value, figures, caption and source
    notebook        render: a notebook and its results -> Notebook: the `.ipynb` file, and a page of the site
    fragments       Fragments: HTML that is inserted into a page after its Markdown is converted
    markdown_text   pieces of Markdown: code blocks, tabs, nesting, escaping
    mathml          LaTeX -> MathML, and MathML -> plain text
    directory_tree  draw: an indented list of file names -> a tree drawn with lines

Nothing here runs code. The results come from earlier stages; see `convref.weave.check.page_result`.
"""

"""Results into text: parsed pages and the outcomes of their steps -> Markdown, notebooks, HTML.

    page            render: a page and its results -> RenderedPage, Markdown with fragments
    block           the result of one block: output, value, figures, caption, beside its source
    notebook        render: a notebook and its results -> Notebook, `.ipynb` and what a host sets
    fragments       Fragments: HTML that is put into a page after its Markdown is converted
    markdown_text   pieces of Markdown: code blocks, tabs, nesting, escaping
    mathml          LaTeX -> MathML and plain text
    directory_tree  indented lists of files -> drawn trees

The stages before this one have run the page: see `convref.weave.check.page_result`.
"""

"""Adapters for host programs: modules that connect the events of one program to `convref.weave.site`.

Optional dependencies such as MkDocs and pytest are imported only by the modules that need them.

    mkdocs              the plugin of MkDocs and ProperDocs
    mkdocs_build        the state of one build of that plugin
    mkdocs_site         languages, paths and links of a MkDocs site
    mkdocs_notebooks    notebooks in a MkDocs site, rendered by mkdocs-jupyter
    incremental         what is kept between the builds of `mkdocs serve`
    new_files           adds the files that the code of pages writes into `docs_dir` to the site
    late_fences         runs the fences that appear while MkDocs converts a page, such as those in docstrings
    extension           the extension of Python-Markdown that runs pages, for other hosts
    formulas            the extension of Python-Markdown that converts formulas to MathML
    pytest              the plugin of pytest

Python-Markdown finds the two extensions by the names `convref` and `convref.formulas`.
"""

"""A site: its options, its builds, and the checks of its pages.

    options         SiteOptions: the options of a site, from any host's mapping
    option_parsers  parse and check the value of a single option
    config_file     load_options: the mkdocs.yml next to a directory of pages -> SiteOptions
    build           Build: runs all pages of a build ahead of time, and renders them one by one
    late_fences     LateFences: runs the fences that are not in a page's text, such as those in docstrings
    progress        the progress bar of a build
    export          writes a directory of pages as plain Markdown (`convref weave`)
    checker         Checker: a directory of pages -> diagnostics (`convref check`, pytest)
    page_checks     divides the diagnostics of a page among single checks, for hosts that list each check
    fix             rewrites stale doctest output in place (`convref check --fix`)
    selection       Selection: pages and folders that a user names, grouped by their sites
    why             explains why a page ran, or would run (`convref why`)

The hosts call these: `convref.weave.adapters` and `convref.cli`.
"""

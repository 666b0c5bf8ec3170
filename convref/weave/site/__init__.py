"""A site: its options, its builds, and the checks of its pages.

    options         SiteOptions: the options of a site, parsed from the mapping that a host passes
    option_parsers  parse and check the value of a single option
    config_file     load_options: reads SiteOptions from the mkdocs.yml next to a directory of pages
    build           Build: starts running all pages at once, and renders them one by one
    late_fences     LateFences: runs the fences that are not in a page's text, such as those in docstrings
    progress        the progress bar of a build
    export          writes a directory of pages as plain Markdown (`convref weave`)
    checker         Checker: checks a directory of pages (`convref check`, pytest)
    page_checks     assigns each diagnostic of a page to a check, for hosts that list every check
    fix             rewrites stale doctest output in place (`convref check --fix`)
    selection       Selection: pages and folders that a user names, grouped by their sites
    why             explains why a page ran, or would run (`convref why`)

`convref.weave.adapters` and `convref.cli` call these modules.
"""

"""The site's search index.

    sections    a page's HTML, split into its sections
    words       text, cut into search terms
    names       other names of the subjects of pages
    index       the files that the browser fetches

`docs/theme/search.py` calls them in a build; `docs/assets/search.js` reads the files.
"""

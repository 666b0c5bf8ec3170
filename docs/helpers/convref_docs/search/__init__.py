"""Build the site's search index.

    sections       splits a page's HTML into sections
    kept_sections  keeps the sections of pages for the next build
    words          splits text into search terms
    names          finds alternative names for the subjects of pages
    index          writes the index files that the browser loads

`docs/theme/search.py` calls them in a build; `docs/assets/search.js` reads the files.
"""

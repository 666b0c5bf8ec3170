"""Let readers edit and run the Python blocks of a page, in their browser.

    browser         Browser: what one site offers, and the files that it needs
    blocks          blocks_of: the blocks of a page that a reader can run, and those that run before them
    names           the names that a statement binds and reads
    modules         Modules: the modules that code in the browser can import
    packages        Packages: directories, wheels and requirements -> files of the site
    offline         names a build for the service worker, which keeps its files for the time without a network
    runtime         Runtime: the folder of Pyodide, CPython for the browser
    driver          runs the blocks; the only module that runs in the browser

The folder `assets` has the scripts and the style of the page. A page carries the code of its blocks. Nothing
is loaded or run before a reader asks for it, and every file comes from the site itself.
"""

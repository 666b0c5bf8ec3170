"""Let readers edit and run the Python blocks of a page in their browser.

    browser         Browser: decides which blocks readers can run, and writes the files that this needs
    blocks          blocks_of: finds the blocks of a page that readers can run, and those that run before them
    names           finds the names that a statement binds and reads
    modules         Modules: the modules that code in the browser can import
    packages        Packages: the packages that a site gives to code in the browser, and their files
    offline         names a build, so that readers can run Python from its files without a network
    runtime         Runtime: the folder of Pyodide, a version of CPython for browsers
    driver          runs the blocks; it is the module that the browser loads
    translation     translates the messages of Python's own exceptions to Chinese
    output          Output: what the code prints, sent to the page while it runs

The folder `assets` contains the scripts and the style sheet. Each page contains the code of its blocks.
Nothing is loaded or run before a reader asks for it, and every file comes from the site itself.
"""

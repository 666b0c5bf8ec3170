import logging

from mkdocs.structure.files import File, Files

from convref.weave.adapters.incremental.lookups import WatchedFiles, listening

FILE = File("a.md", "docs", "site", use_directory_urls=True)


def watched():
    return WatchedFiles(Files([FILE]))


def test_lookups_by_path_are_recorded_with_the_address_that_they_found():
    files = watched()
    assert (FILE, None) == (files.get_file_from_path("./a.md"), files.get_file_from_path("b.md"))
    assert {"a.md": ("a.md", "a/index.html", "a/", FILE.inclusion.value), "b.md": None} == files.lookups()
    assert not files.listed


def test_whoever_asks_for_all_files_depends_on_all_of_them():
    def uses():
        yield list
        yield len
        yield lambda files: "a.md" in files
        yield lambda files: files.src_uris

    for use in uses():
        files = watched()
        use(files)
        assert files.listed


def test_watched_files_pass_for_those_of_mkdocs():
    assert isinstance(watched(), Files)


def test_messages_of_any_logger_are_heard_unless_they_are_details():
    logger = logging.getLogger("alone")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(logging.NullHandler())
    with listening() as heard:
        logger.debug("a detail")
        logger.info("a message")
    logger.info("a later one")
    assert ["alone"] == heard


def test_a_notebook_s_progress_is_no_message_about_its_page():
    logger = logging.getLogger("mkdocs.mkdocs-jupyter")
    logger.setLevel(logging.INFO)
    with listening() as heard:
        logger.info("Converting notebook")
        logger.warning("a fault")
    assert ["mkdocs.mkdocs-jupyter"] == heard

"""The meaning of printed numbers.

    decimals        a printed number: its value and the worth of its last digit
    units           units and words of scale, such as `138 M` and `58.13 MiB`
    quantities      numerals in prose that state a quantity
    latex           LaTeX arithmetic -> exact terms
    monomials       a number times powers of symbols
    equations       numeric equations in formulas, and whether they hold
    doctest_output  agrees: the comparison of an expected output with a given one
    number_words    numerals in digits and words, to compare translations
    number_words_en, number_words_zh    the words of one language
    published       `published.toml` -> published figures and their sources

Nothing here knows of pages or of code.
"""

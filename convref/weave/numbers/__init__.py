"""Reading of printed numbers: their values, precision, units and equations.

    decimals        a printed number: its value and the size of one unit in its last digit
    units           units and words of scale, such as `138 M` and `58.13 MiB`
    quantities      numerals in prose that state a quantity
    latex           LaTeX arithmetic -> exact terms
    monomials       Term: a number times powers of symbols, with exact arithmetic
    equations       numeric equations in formulas, with a check of each
    doctest_output  agrees: compares the expected output of a doctest with the actual one
    number_words    numerals in digits and words, for comparing translations
    number_words_en  number words in English
    number_words_zh  number words in Chinese
    published       `published.toml` -> published figures and their sources

Nothing here depends on pages or runs code.
"""

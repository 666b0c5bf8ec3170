"""Read the numbers that are printed in text and formulas, with their precision and units, and compare them.

    decimals        Printed: a number as printed, with its value and precision
    units           parses units and words of scale, such as in `58.13 MiB` and `138 M`
    quantities      finds the numerals in prose that state a quantity
    latex           evaluates the arithmetic in a LaTeX formula
    monomials       Term: a number times powers of symbols, with exact arithmetic
    equations       finds numeric equations in formulas and checks them
    doctest_output  compares the expected output of a doctest with the actual one
    number_words    finds numbers in digits and in words, for comparing translations
    number_words_en  finds number words in English
    number_words_zh  finds number words in Chinese
    published       reads `published.toml`, the file of published figures (numbers) and their sources

No module here depends on pages or runs code.
"""

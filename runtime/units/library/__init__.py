"""The units, one a file: the docstring gives the formula and the paper, the test holds the code to it."""

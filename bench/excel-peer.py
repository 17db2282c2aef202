"""Reads every cell of the first sheet of a workbook with openpyxl, as pandas does, and tells how many rows there are."""

import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True)
print(sum(1 for row in book.worksheets[0].iter_rows(values_only=True)))

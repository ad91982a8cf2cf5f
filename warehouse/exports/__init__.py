"""Exports: what the gate has let out, in the formats of those who do not ask in SQL.

`extract` reads the views of `published`; a module per format writes them; `delivery` puts the files in place. What a
column is, all formats take from the contracts. Nothing heavy is imported here: the command line reads this list.
"""

FORMATS: dict[str, str] = {
    "bulletin": "bulletin.write_bulletin",
    "bulletin-html": "bulletin.write_page",
    "codebook": "codebook.write_codebook",
    "csv": "tabular.write_csv",
    "datapackage": "datapackage.write_datapackage",
    "parquet": "tabular.write_parquet",
    "sdmx": "sdmx.write_sdmx",
    "stata": "stata.write_stata",
    "xlsx": "workbook.write_workbook",
}
"""format -> the function of this package that writes it: `module.function`"""

LANGUAGES = ("en", "zh")

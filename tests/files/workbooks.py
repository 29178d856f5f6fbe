"""Makes XLSX files for tests: by a real writer, and by hand for what a real writer does not do."""

import zipfile
from datetime import date
from pathlib import Path

import xlsxwriter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def make_workbook(path: Path, rows: list[list[object]], *, date_format: str = "dd.mm.yyyy") -> Path:
    """Write rows as a spreadsheet program does: dates as formatted serials, texts shared, None left out."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Henvendelser")
        as_date = workbook.add_format({"num_format": date_format})
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(y, x, value, as_date)
                elif value is not None:
                    sheet.write(y, x, value)
        workbook.add_worksheet("Annet").write(0, 0, "not this one")
    return path


def make_raw_workbook(
    path: Path, sheet_data: str, *, formats: tuple[str, ...] = (), strings: str = "", settings: str = ""
) -> Path:
    """Write a workbook whose sheet, shared strings and workbook settings are given as XML."""
    number_formats = "".join(f'<numFmt numFmtId="{n}" formatCode="{code}"/>' for n, code in enumerate(formats, 164))
    styles = "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, *range(164, 164 + len(formats))))
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_REL}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<x:workbook xmlns:x="{_MAIN}" xmlns:r="{_REL}">{settings}<x:sheets><x:sheet name="A" sheetId="1" r:id="r1"/></x:sheets></x:workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_REL}/worksheet" Target="worksheets/a.xml"/>'
            f'<Relationship Id="r2" Type="{_REL}/styles" Target="styles.xml"/>'
            f'<Relationship Id="r3" Type="{_REL}/sharedStrings" Target="strings.xml"/></Relationships>'
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{number_formats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>',
        "xl/strings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
        "xl/worksheets/a.xml": f'<x:worksheet xmlns:x="{_MAIN}"><x:sheetData>{sheet_data}</x:sheetData></x:worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path

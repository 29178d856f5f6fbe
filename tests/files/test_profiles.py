"""Profiles: what they may say, and how clearly a wrong one is refused."""

from pathlib import Path

import pytest

from dialogen.files.profiles import bundled_profiles, load_profile
from dialogen.files.tables import FileRefused

COLUMNS = '[columns]\nreference = "ID"\nreceived = "OPENED"\n'


def test_a_profile_says_all_that_the_contract_names(tmp_path: Path) -> None:
    path = tmp_path / "portal.toml"
    path.write_text(
        'source = "portal"\ndelimiter = "\\t"\nencoding = "windows-1252"\ndate_format = "%d/%m/%y"\n'
        f'{COLUMNS}unit = "DEP"\n[values.unit]\n"" = "Ukjent"\n"PWDx" = "Vei"\n',
        encoding="utf-8",
    )
    profile = load_profile(str(path))
    assert (profile.source, profile.delimiter, profile.encoding, profile.date_format) == (
        "portal",
        "\t",
        "cp1252",
        "%d/%m/%y",
    )
    assert profile.columns == {"reference": "ID", "received": "OPENED", "unit": "DEP"}
    assert profile.values == {"unit": {"": "Ukjent", "pwdx": "Vei"}}


def test_a_bundled_profile_is_found_by_its_name() -> None:
    assert "boston311" in bundled_profiles()
    for name in bundled_profiles():
        assert load_profile(name).source == name


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", r"a table \[columns\] is needed"),
        ("source = ", "is not a readable profile"),
        ('columns = "ID"', r"a table \[columns\] is needed"),
        ('[columns]\nreference = "ID"', r"\[columns\] lacks received"),
        (COLUMNS + 'referanse = "X"', r"referanse in \[columns\] is no field; those are: reference, "),
        (COLUMNS + "unit = 3", r"unit in \[columns\] must be a text in quotation marks"),
        ('colums = "x"\n' + COLUMNS, "colums is no setting of a profile"),
        ("source = 3\n" + COLUMNS, "source must be a text"),
        ('source = " "\n' + COLUMNS, "source is empty"),
        (f'source = "{"x" * 101}"\n' + COLUMNS, "source is too long"),
        ('delimiter = ";;"\n' + COLUMNS, "delimiter must be one character"),
        ('delimiter = ""\n' + COLUMNS, "delimiter must be one character"),
        ('encoding = "utf-99"\n' + COLUMNS, "encoding utf-99 is not known"),
        ('encoding = "base64"\n' + COLUMNS, "encoding base64 is not known"),
        ('date_format = "%d.%m"\n' + COLUMNS, "does not hold a year, a month and a day"),
        ('date_format = "%Y-%m-%d %Q"\n' + COLUMNS, "does not hold a year, a month and a day"),
        ("values = 3\n" + COLUMNS, "values must be tables"),
        (COLUMNS + "[values]\nreceived = 3", r"a table \[values.received\] is needed"),
        (COLUMNS + '[values.unit]\n"a" = "b"', r"\[values.unit\] has no column"),
        (COLUMNS + '[values.units]\n"a" = "b"', "units in .values. is no field"),
    ],
)
def test_a_wrong_profile_is_refused_by_name(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileRefused, match=why) as raised:
        load_profile(str(path))
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


def test_a_profile_that_is_not_there_is_refused_with_the_known_names(tmp_path: Path) -> None:
    for name in ("boston312", str(tmp_path)):
        with pytest.raises(FileRefused, match="is not a readable profile"):
            load_profile(name)
    with pytest.raises(FileRefused, match=r"the known names are: .*boston311"):
        load_profile("boston312")

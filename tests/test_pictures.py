"""The logo: known by what it holds, small, and unable to run or fetch anything."""

from pathlib import Path

import pytest

from dialogen.pictures import MOST_BYTES, read_picture

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{}</svg>'
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x08\x08\x06\x00\x00\x00"


def written(folder: Path, content: str | bytes, name: str = "logo.svg") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_picture_is_known_by_what_it_holds_whatever_its_name(tmp_path: Path) -> None:
    assert read_picture(written(tmp_path, PNG, "logo.svg")).mimetype == "image/png"
    drawn = SVG.format('<style>.a{fill:#a3123f}</style><path class="a" d="M0 0h8v8z"/><use href="#a"/>')
    assert read_picture(written(tmp_path, drawn, "logo.png")).mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    "live",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        '<a href="javascript:alert(1)"/>',
        '<use href="https://ond.example/a.svg#b"/>',
        '<image href="https://ond.example/a.png"/>',
        "<foreignObject/>",
        '<rect fill="url(https://ond.example/a)"/>',
        "<style>@import 'https://ond.example/a.css'</style>",
        "<style>.a{background:url(https://ond.example/a)}</style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
    ],
)
def test_a_drawing_that_could_run_or_fetch_something_is_refused(tmp_path: Path, live: str) -> None:
    with pytest.raises(ValueError, match=r"neither run nor fetch"):
        read_picture(written(tmp_path, SVG.format(live)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "neither an SVG nor a PNG"),
        (b"<html></html>", "neither an SVG nor a PNG"),
        (b"GIF89a", "neither an SVG nor a PNG"),
        (PNG[:20], "no whole PNG"),
        (PNG[:16] + bytes(8), "no whole PNG"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"), "document type"),
        (SVG.format("<!--" + "a" * MOST_BYTES + "-->"), "larger than 50 kB"),
    ],
)
def test_what_is_no_small_picture_is_refused(tmp_path: Path, content: str | bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_picture(written(tmp_path, content))


def test_a_picture_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_picture(tmp_path / "logo.svg")
    with pytest.raises(ValueError, match="cannot be read"):
        read_picture(tmp_path)

"""Made-up files as people attach them, small and whole."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 16
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64
LETTER = b"From: ola@asker.example\r\nDate: Wed, 11 Feb 2026 06:30:00 +0100\r\nSubject: Hei\r\n\r\nHei!\r\n"


def packed(parts: dict[str, bytes], *, locked: bool = False) -> bytes:
    """Return a packed file of these parts; `locked` marks them as encrypted."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in parts.items():
            archive.writestr(name, held)
    whole = bytearray(file.getvalue())
    if locked:
        at = -1
        while (at := whole.find(b"PK\x01\x02", at + 1)) >= 0:
            whole[at + 8] |= 1
    return bytes(whole)


def office(main: str = "word/document.xml", **more: bytes) -> bytes:
    """Return a document of an Office program, with further parts (two underscores for a slash)."""
    extra = {name.replace("__", "/").replace("_bin", ".bin"): held for name, held in more.items()}
    return packed({"[Content_Types].xml": b"<Types/>", main: b"<document/>", **extra})


def open_document(kind: str = "text", manifest: bytes = b"<manifest/>", more: dict[str, bytes] | None = None) -> bytes:
    """Return a document of OpenDocument."""
    said = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": said, "content.xml": b"<x/>", "META-INF/manifest.xml": manifest, **(more or {})})

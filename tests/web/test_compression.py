"""What travels packed: parts of pages for all, pages for readers who asked by themselves, and nothing else."""

import gzip

import pytest
from werkzeug import Response

from dialogen.domain.accounts import Role
from tests.web.conftest import SignIn
from tests.web.pages import Reader

PACKED = {"Accept-Encoding": "gzip, deflate, br"}
OWN = {**PACKED, "Sec-Fetch-Site": "same-origin"}


def is_packed(answer: Response) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_that_its_reader_asked_for_travels_packed_and_reads_the_same(signed_in: SignIn, site: str) -> None:
    client = signed_in((Role.HANDLER, "*")).client
    packed = client.get("/cases", headers={**PACKED, "Sec-Fetch-Site": site})
    assert is_packed(packed)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "<h1>" in gzip.decompress(packed.data).decode()
    assert {"Accept-Encoding", "Sec-Fetch-Site", "Cookie"} <= set(packed.vary)


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_the_length_of_a_page_that_others_let_the_browser_ask_for_tells_no_guess(
    signed_in: SignIn, site: str | None
) -> None:
    headers = PACKED if site is None else {**PACKED, "Sec-Fetch-Site": site}
    assert not is_packed(signed_in((Role.HANDLER, "*")).client.get("/cases?q=gatelys", headers=headers))


def test_whoever_cannot_unpack_gets_it_plain(nobody: Reader) -> None:
    for path in ("/sign-in", "/static/dialogen.css"):
        with nobody.client.get(path, headers={"Sec-Fetch-Site": "none"}) as answer:
            assert not is_packed(answer)


@pytest.mark.parametrize("path", ["/static/dialogen.css", "/static/dialogen.js", "/static/icon.svg"])
def test_parts_of_pages_travel_packed_where_that_is_shorter(nobody: Reader, path: str) -> None:
    with nobody.client.get(path) as plain, nobody.client.get(path, headers=PACKED) as packed:
        assert is_packed(packed) == (len(plain.data) >= 500)
        assert plain.data == (gzip.decompress(packed.data) if is_packed(packed) else packed.data)
        etag = packed.headers["ETag"]
    with nobody.client.get(path, headers={**PACKED, "If-None-Match": etag}) as again:
        assert again.status_code == 304


def test_files_and_the_api_travel_as_they_are(signed_in: SignIn) -> None:
    client = signed_in((Role.STATISTICIAN, "*")).client
    assert not is_packed(client.get("/reports/mv-1.1/2026/csv", headers=OWN))
    assert not is_packed(client.get("/healthz", headers=OWN))

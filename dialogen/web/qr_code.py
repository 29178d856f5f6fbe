"""QR codes as pictures that lie in the page itself: nothing is fetched, and no script draws them."""

import segno

MODULE = 5  # pixels of one square


def picture(text: str) -> str:
    """Return a picture of a text as a data: address, dark on light whatever the colours of the page."""
    code = segno.make_qr(text, error="m")
    return code.svg_data_uri(scale=MODULE, dark="#000", light="#fff", border=4)

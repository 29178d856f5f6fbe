"""Where the product's own files lie: templates, migrations and config.py, in a checkout as in an installed wheel."""

from functools import cache
from pathlib import Path


@cache
def resource_root() -> Path:
    """Return the folder that holds templates/, migrations/ and config.py."""
    package = Path(__file__).resolve().parent
    bundled = package / "_bundled"
    return bundled if bundled.is_dir() else package.parent

"""What others wrote for these tests is as they wrote it."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"


def test_every_vendored_file_is_listed_with_its_sum_and_unchanged() -> None:
    listed = dict(re.findall(r"`([\w./-]+)`.*`([0-9a-f]{64})`", (VENDOR / "README.md").read_text(encoding="utf-8")))
    there = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*.js")}
    assert listed == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}
    assert all((path.parent / "LICENSE").is_file() for path in there.values())

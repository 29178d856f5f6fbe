"""The storeys: imports run downwards only, and packages do nothing when they are imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def test_imports_run_downwards_only() -> None:
    done = subprocess.run(
        [str(LINT_IMPORTS), "--no-cache"],
        cwd=tree.ROOT,
        env=os.environ | {"NO_COLOR": "1", "PYTHONPATH": str(tree.ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.parametrize("path", [path for path in tree.files() if path.match("dialogen/*/__init__.py")], ids=str)
def test_a_package_is_empty_so_that_importing_it_does_nothing(path: Path) -> None:
    assert not tree.text(path), f"{path} must be empty: what it defines belongs in a module with a name"


def test_the_root_package_holds_a_docstring_alone() -> None:
    assert len(tree.parsed(Path("dialogen/__init__.py")).body) == 1

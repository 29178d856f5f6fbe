"""What belongs to the tree: its files, its Python modules and its documents, for the tests of the house."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".git", ".venv", "venv", "instance", "build", "dist", "htmlcov", "node_modules"}


@cache
def files() -> tuple[Path, ...]:
    """Return the files that are or would be under version control, relative to the root, in order."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        # A machine without git, or an unpacked archive: every file but what tools and the product itself leave.
        return tuple(sorted(_walked()))
    return tuple(sorted({Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()}))


def _walked() -> Iterator[Path]:
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        left_by_tools = any(part.endswith(("_cache", "__pycache__", ".egg-info")) for part in inside.parts)
        if path.is_file() and inside.parts[0] not in _NOT_OURS and not left_by_tools:
            yield inside


def product_modules() -> list[Path]:
    """Return the Python files of the product itself: the package, its settings, its entry and its migrations."""
    return [path for path in files() if path.suffix == ".py" and path.parts[0] in _PRODUCT]


_PRODUCT = {"dialogen", "migrations", "config.py", "wsgi.py"}


def documents() -> str:
    """Return the text of README.md and everything in docs/ but the decisions, which describe no usage."""
    return "\n".join(text(path) for path in files() if path.suffix == ".md" and _is_manual(path))


def _is_manual(path: Path) -> bool:
    return path.name == "README.md" or (path.parts[0] == "docs" and "decisions" not in path.parts)


def text(path: Path) -> str:
    """Return a file's text; the path is relative to the root."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a module; the path is relative to the root."""
    return ast.parse(text(path), filename=str(path))

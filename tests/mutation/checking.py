"""Changes that no test need notice, because the type checker does."""

import subprocess
import sys
import tempfile
from pathlib import Path


def refuses(path: str, source: str) -> bool:
    """Whether mypy, as it is set for the project, refuses the changed module."""
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / "changed.py"
        changed.write_text(source, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--shadow-file", path, str(changed), path]
        return subprocess.run(command, capture_output=True, check=False).returncode == 1

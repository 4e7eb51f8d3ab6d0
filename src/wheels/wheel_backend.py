"""Builds the wheels of this repository: a PEP 517 backend of the standard library alone.

The bytes of a wheel depend on the files in it and on its description, and on nothing else: entries
are sorted, their times and modes fixed, and no package has to be downloaded to build.
`<project>.toml` is the description, in the words of pyproject.toml's table `project`, with
`packages`: file or folder of sources -> that of the wheel. Pants says which project by the
configuration setting `project`, and gives only the files that the wheel may hold.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
_VERSION = re.compile(r'^VERSION = "([^"]+)"$', re.MULTILINE)
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_TAG = "py3-none-any"


def version(root: Path = ROOT) -> str:
    """Of both wheels: said once, in the plugins."""
    (found,) = _VERSION.findall((root / "src/python/fourfold/__init__.py").read_text())
    return found


def metadata(project: Mapping[str, Any], readme: str, at: str) -> str:
    """Core metadata 2.1; `readme` is Markdown."""
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {project['name']}",
        f"Version: {at}",
        f"Summary: {project['description']}",
        f"License: {project['license']}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Classifier: {text}" for text in project["classifiers"]),
        *(f"Requires-Dist: {text}" for text in project.get("dependencies", ())),
        "License-File: LICENSE",
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join(lines) + f"\n\n{readme}"


def sources(packages: Mapping[str, str], root: Path) -> Iterator[tuple[str, bytes]]:
    """Path in the wheel, and content."""
    for source, target in packages.items():
        if (root / source).is_file():
            yield target, (root / source).read_bytes()
            continue
        found = [path for path in (root / source).rglob("*") if path.is_file()]
        if not found:
            raise FileNotFoundError(f"no file is below {source}, which the wheel is to hold")
        for path in found:
            if "__pycache__" not in path.parts and path.name != "BUILD":
                yield f"{target}/{path.relative_to(root / source).as_posix()}", path.read_bytes()


def record(files: Mapping[str, bytes], name: str) -> bytes:
    rows = []
    for path in sorted(files):
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[path]).digest()).rstrip(b"=")
        rows.append(f"{path},sha256={digest.decode()},{len(files[path])}")
    return ("\n".join([*rows, f"{name},,"]) + "\n").encode()


def build(project_name: str, folder: Path, root: Path = ROOT) -> str:
    """Writes the wheel into `folder`; the name of its file."""
    here = root / "src/wheels"
    project = tomllib.loads((here / f"{project_name}.toml").read_text())
    at = version(root)
    stem = f"{project['name'].replace('-', '_')}-{at}"
    files = dict(sources(project["packages"], root))
    info = f"{stem}.dist-info"
    files[f"{info}/METADATA"] = metadata(
        project, (here / f"{project_name}.md").read_text(), at
    ).encode()
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: fourfold ({at})\nRoot-Is-Purelib: true\nTag: {_TAG}\n"
    ).encode()
    files[f"{info}/LICENSE"] = (root / "LICENSE").read_bytes()
    files[f"{info}/RECORD"] = record(files, f"{info}/RECORD")
    wheel = f"{stem}-{_TAG}.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / wheel, "w") as archive:
        # The description comes last, as wheels have it.
        for path in sorted(files, key=lambda path: (path.startswith(info), path)):
            entry = zipfile.ZipInfo(path, _TIME)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path], compresslevel=9)
    return wheel


def build_wheel(
    wheel_directory: str,
    config_settings: Mapping[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """What PEP 517 asks of a backend; Pants gives each setting as a list."""
    (project,) = (config_settings or {})["project"]
    return build(project, Path(wheel_directory))

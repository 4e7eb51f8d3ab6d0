from __future__ import annotations

import posixpath
from typing import Callable


def below(folder: str, path: str) -> str:
    """`path`, which lies below `folder` ("" for the root), relative to it.

    Both are relative to the same root, so that no system call is needed: `os.path.relpath` asks
    for the working folder twice, and names of modules are asked for very often.
    """
    path = posixpath.normpath(path)
    if not folder:
        return path
    if not path.startswith(folder + "/"):
        raise ValueError(f"{path} is not below {folder}")
    return path[len(folder) + 1 :]


def unfit_part(path: str, is_name: Callable[[str], bool]) -> str | None:
    """The first folder, or the file, of a relative path without its ending that is no name."""
    return next((part for part in path.split("/") if not is_name(part)), None)


def unfit_name_message(file_path: str, part: str, prover: str, rule: str) -> str:
    """`rule` says what names are made of."""
    return (
        f"{file_path}: `{part}` is no name of a module in {prover}, and the module's name is made "
        f"of those of its folders and its file. Rename it: {rule}."
    )

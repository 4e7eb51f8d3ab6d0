from __future__ import annotations

import posixpath


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

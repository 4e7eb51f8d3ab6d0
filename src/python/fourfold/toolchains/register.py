from __future__ import annotations

from fourfold.sandbox import confined
from fourfold.toolchains import (
    files,
    generate_lockfiles,
    holes,
    lock_targets,
    mirrors,
    unpack,
    upstream,
)


def rules():
    return [
        *files.rules(),
        *generate_lockfiles.rules(),
        *holes.rules(),
        *lock_targets.rules(),
        *mirrors.rules(),
        *confined.rules(),
        *unpack.rules(),
        *upstream.rules(),
    ]

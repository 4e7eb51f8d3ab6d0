from __future__ import annotations

from fourfold.sandbox import confined
from fourfold.toolchains import (
    debian_lock,
    files,
    folder,
    generate_lockfiles,
    holes,
    kinds,
    lock_targets,
    mirrors,
    trees,
    unpack,
    upstream,
    wheel,
)


def rules():
    return [
        *confined.rules(),
        *debian_lock.rules(),
        *files.rules(),
        *folder.rules(),
        *generate_lockfiles.rules(),
        *holes.rules(),
        *kinds.rules(),
        *lock_targets.rules(),
        *mirrors.rules(),
        *trees.rules(),
        *unpack.rules(),
        *upstream.rules(),
        *wheel.rules(),
    ]

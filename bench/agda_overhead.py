"""What checking with Fourfold costs over one `agda` process, on a library of many small files.

Measures, on src/agda together with generated modules that import it (`--modules`, each with a few
definitions and proofs of its own, in chains of ten): wall time of one `agda` process over all of
it, and of `./pants check`, cold and warm.

How. Both run the same Agda with `--safe`: the archives that its shipped lock
names. Pants unpacks them for itself; for `agda` they are unpacked here. The one process checks a
module that imports all others, first with no interface file, then with all of them. Pants starts
cold by a time limit that no run had before, since the limit is part of the cache key; `goal` is the
time between the start and the end of the goal in Pants' own log: what is left of the wall time
when its start-up is taken away. `per file` is the goal's time without that of the one process,
over the number of files.

Run:  python3 bench/agda_overhead.py --folder /tmp/agda-overhead
It downloads about 40 MB for each side. A time means something on an idle machine only; the load is
printed with the figures.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import overhead
import pants_log

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "src/python/fourfold/toolchains/shipped/agda-2.6.lock"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
CONFIG = """\
[GLOBAL]
pants_version = "2.17.1"
pythonpath = ["%(buildroot)s/src/python"]
backend_packages = ["fourfold.backend.agda"]
pantsd = false
ignore_warnings = ["DEPRECATED: Running Pants in an external Python interpreter"]
"""
MODULE = """\
{{-# OPTIONS --without-K --safe #-}}

module Generated.M{n} where

open import Fourfold.Base
open import Fourfold.Ring
{imports}
double{n} : Nat → Nat
double{n} zero    = zero
double{n} (suc m) = suc (suc (double{n} m))

double{n}-+ : ∀ a b → double{n} (a +ℕ b) ≡ double{n} a +ℕ double{n} b
double{n}-+ zero    b = refl
double{n}-+ (suc a) b = cong (λ m → suc (suc m)) (double{n}-+ a b)

module _ (R : CommutativeRing) where

  open CommutativeRing R

  rotate{n} : ∀ a b c → (a + b) + c ≡ (b + c) + a
  rotate{n} a b c = trans (+-assoc a b c) (+-comm a (b + c))
"""


def write_sources(folder: Path, modules: int) -> int:
    """src/agda, the generated modules, and `Everything`; the number of files."""
    shutil.copytree(ROOT / "src/agda", folder, ignore=shutil.ignore_patterns("BUILD", "*.agdai"))
    (folder / "Generated").mkdir()
    for n in range(modules):
        imports = f"open import Generated.M{n - 1}\n" if n % 10 else ""
        text = MODULE.format(n=n, imports=imports)
        (folder / f"Generated/M{n}.agda").write_text(text)
    names = sorted(
        str(f.relative_to(folder).with_suffix("")).replace("/", ".")
        for f in folder.rglob("*.agda")
    )
    everything = "\n".join(f"import {name}" for name in names)
    (folder / "Everything.agda").write_text(
        f"{{-# OPTIONS --without-K --safe #-}}\n\nmodule Everything where\n\n{everything}\n"
    )
    return len(names) + 1


def unpack_toolchain(folder: Path) -> Path:
    """The archives of the lock, unpacked; overhead.py knows how to get them."""
    toolchain = folder / "toolchain"
    if not toolchain.exists():
        for _, archive in overhead.download(folder / "archives", LOCK, ("base",)):
            overhead.unpack_archive(archive, toolchain)
    return toolchain


def command_line(toolchain: Path, sources: Path) -> tuple[list[str], dict[str, str]]:
    """Checks Everything.agda in `sources`; and its environment."""
    libraries = toolchain / LIBRARIES
    env = {
        "Agda_datadir": str(toolchain / "usr/share/libghc-agda-dev"),
        "HOME": str(sources), "LC_ALL": "C.UTF-8",
    }
    program = [libraries / "ld-linux-x86-64.so.2", "--library-path", libraries,
               toolchain / "usr/bin/agda"]
    options = ["--safe", "--no-libraries", "Everything.agda"]
    return [*map(str, program), *options], env


def one_process(toolchain: Path, sources: Path) -> float:
    """Wall seconds of `agda` over everything."""
    command, env = command_line(toolchain, sources)
    started = time.monotonic()
    subprocess.run(command, cwd=sources, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def pants_check(repository: Path) -> tuple[float, pants_log.PantsLog]:
    started = time.monotonic()
    done = subprocess.run(
        ["./pants", "-ldebug", "--no-dynamic-ui", "check", "::"], cwd=repository,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    wall = time.monotonic() - started
    if done.returncode != 0:
        sys.exit(f"./pants check failed in {repository}:\n{done.stdout[-4000:]}")
    return wall, pants_log.parse(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="for all that is written")
    parser.add_argument("--modules", type=int, default=100, help="how many to generate")
    args = parser.parse_args()
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    toolchain = unpack_toolchain(folder)
    for name in ("alone", "repository"):
        shutil.rmtree(folder / name, ignore_errors=True)
    files = write_sources(folder / "alone", args.modules)
    alone_cold = one_process(toolchain, folder / "alone")
    alone_warm = one_process(toolchain, folder / "alone")

    repository = folder / "repository"
    write_sources(repository / "library", args.modules)
    shutil.copy2(ROOT / "pants", repository)
    skipped = shutil.ignore_patterns("BUILD", "*.in", "*_test.py", "__pycache__")
    for part in ("3rdparty", "src/python/fourfold", "src/python/launcher"):
        shutil.copytree(ROOT / part, repository / part, ignore=skipped)
    (repository / "pants.toml").write_text(CONFIG)
    build = repository / "library/BUILD"
    # The first run sets up the toolchain; the second is cold by its time limit.
    build.write_text(f"agda_library(sources=['Fourfold/Shape.agda', 'Fourfold/Base.agda'], "
                     f"timeout={900 + secrets.randbelow(10**6)})\n")
    pants_check(repository)
    build.write_text(f"agda_library(timeout={900 + secrets.randbelow(10**6)})\n")
    cold, cold_log = pants_check(repository)
    warm, warm_log = pants_check(repository)
    compiles = [e for e in cold_log.executed if e.description.startswith("Compile ")]
    goal = cold_log.goal[1] - cold_log.goal[0]
    in_processes = sum(e.ended - e.spawned for e in compiles)
    print(f"{files} files; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    print(f"one agda process: cold {alone_cold:.1f} s, warm {alone_warm:.1f} s")
    print(
        f"./pants check: cold {cold:.1f} s (goal {goal:.1f} s, {len(compiles)} processes, "
        f"{in_processes:.1f} s in them), warm {warm:.1f} s "
        f"(goal {warm_log.goal[1] - warm_log.goal[0]:.1f} s, "
        f"{sum(e.description.startswith('Compile ') for e in warm_log.executed)} processes)"
    )
    print(f"per file: {1000 * (goal - alone_cold) / files:.0f} ms")


if __name__ == "__main__":
    main()

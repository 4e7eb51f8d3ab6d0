"""Docker's engine from its lock, with a socket and a data folder of its own, and images for it.

Nothing is installed on the machine. What it lacks raises NotAvailable, with the reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import toml
from cache_server import cache_folder, find_python
from fourfold.toolchains.lock import Archive, parse_debian, parse_lock
from fourfold.toolchains.mirrors import roots_in
from fourfold.toolchains.scripts.unpack_deb import unpack
from workspace import REPOSITORY

_LOCK = REPOSITORY / "3rdparty/toolchains/docker-engine.lock"
_SUITE = "trixie"  # of the base; that of the Dockerfile's own
# What an interpreter that was built on a Debian needs of it, and what the machine's index needs.
_INCLUDE = "ca-certificates,libbz2-1.0,libexpat1,libffi8,libreadline8t64,libsqlite3-0,libssl3t64"
_CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
# Without a bridge and without rules for packets, neither iptables nor its modules are needed;
# `vfs` asks the kernel for nothing. A container has no network unless it gets the host's.
_FLAGS = ("--storage-driver=vfs", "--bridge=none", "--iptables=false", "--ip6tables=false")
# What is mounted goes with the process that mounted it, also with one that is killed.
OWN_MOUNTS = ("unshare", "--mount")
_PIP_KEYS = ("global.index-url", "global.extra-index-url", "global.trusted-host")


class NotAvailable(Exception):
    """What this machine lacks."""


class Engine(NamedTuple):
    """`environment` has PATH and DOCKER_HOST, for ./pants too."""

    environment: Dict[str, str]
    log: Path

    def docker(self, *args: str, given: Optional[Path] = None, **env: str) -> str:
        """What a docker command prints, or an error with all it said."""
        done = self.try_docker(*args, given=given, **env)
        assert done.returncode == 0, f"docker {' '.join(args)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def try_docker(
        self, *args: str, given: Optional[Path] = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        with open(given or os.devnull, "rb") as stdin:
            return subprocess.run(
                ["docker", *args], env={**self.environment, **env}, stdin=stdin,
                capture_output=True, text=True,
            )  # fmt: skip


def mirrors() -> Tuple[str, ...]:
    """Roots of this machine's Debian mirrors."""
    if shutil.which("apt-get") is None:
        raise NotAvailable("no Debian packages: this machine has no apt-get to name mirrors")
    done = subprocess.run(
        ["apt-get", "--print-uris", "update"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    roots = roots_in(done.stdout.decode(errors="replace"))
    if not roots:
        raise NotAvailable("no Debian packages: this machine's apt names no mirror")
    return roots


def download(archive: Archive, roots: Sequence[str]) -> bytes:
    failures = []
    for root in roots:
        try:
            with urllib.request.urlopen(root + archive.path, timeout=60) as answer:
                content = answer.read()
        except OSError as e:
            failures.append(str(e))
            continue
        if hashlib.sha256(content).hexdigest() == archive.sha256:
            return bytes(content)
        failures.append("other content than the locked")
    raise NotAvailable(
        f"no Debian packages: no mirror served {archive.path} ({'; '.join(failures)}); if it is "
        "gone, lock the present one with `./pants generate-lockfiles --resolve=docker-engine`"
    )


def engine_folder() -> Path:
    """The unpacked lock, which the first call on a machine makes."""
    if os.uname().machine != "x86_64":
        raise NotAvailable(f"the locked engine is for x86-64, and this is {os.uname().machine}")
    definition = _LOCK.with_suffix(".toml")
    read = _LOCK.read_bytes() + definition.read_bytes()
    target = cache_folder() / f"docker-engine-{hashlib.sha256(read).hexdigest()[:16]}"
    if (target / "complete").exists():
        return target
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    drop = list(parse_debian(toml.loads(definition.read_text()), str(definition)).drop)
    roots = mirrors()
    for archive in parse_lock(_LOCK.read_text(), str(_LOCK), "").archives:
        package = target / archive.file_name
        package.write_bytes(download(archive, roots))
        unpack(str(package), str(target), drop)
        package.unlink()
    (target / "complete").touch()
    return target


def engine_environment(root: Path) -> Dict[str, str]:
    """Puts the unpacked programs and libraries first; the rest is the machine's."""
    programs = (root / "usr/bin", root / "usr/sbin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
    libraries = (root / "lib/x86_64-linux-gnu", root / "usr/lib/x86_64-linux-gnu")
    return {
        "PATH": ":".join(map(str, programs)),
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        "HOME": str(root),
        "LANG": "C.UTF-8",
    }


@contextmanager
def serving(folder: Path, *flags: str) -> Iterator[Engine]:
    """An engine with its socket, data and log below `folder`, where an earlier one's data stays."""
    if os.getuid() != 0:
        raise NotAvailable("not root: the engine makes mounts, namespaces and control groups")
    _need("unshare", "the engine")
    environment = engine_environment(engine_folder())
    assert not (folder / "pid").exists(), f"an engine runs in {folder}"
    folder.mkdir(parents=True, exist_ok=True)
    socket, log = folder / "docker.sock", folder / "log"
    places = (
        f"--host=unix://{socket}", f"--data-root={folder}/data", f"--exec-root={folder}/exec",
        f"--pidfile={folder}/pid",
    )  # fmt: skip
    with open(log, "wb") as sink:
        command = [*OWN_MOUNTS, "dockerd", *places, *_FLAGS, *flags]
        process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink)
    engine = Engine({**environment, "DOCKER_HOST": f"unix://{socket}"}, log)
    try:
        _wait(engine, process)
        yield engine
    finally:
        process.terminate()  # it ends its containers, and the containerd that it started
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _need(program: str, of: str) -> None:
    if shutil.which(program) is None:
        raise NotAvailable(f"{of} needs `{program}`, which is not on PATH")


def _wait(engine: Engine, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise NotAvailable(f"dockerd does not start here: {_last_line(engine.log.read_text())}")
        if engine.try_docker("version").returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(f"dockerd gave no answer in a minute:\n{engine.log.read_text()}")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def make_base(engine: Engine, folder: Path, tag: str) -> None:
    """A small Debian from this machine's mirror, which trusts what this machine trusts."""
    for program in ("wget", "perl", "ar", "chroot"):
        _need(program, "debootstrap")
    roots = [root for root in mirrors() if not root.endswith("-security/")]
    if not roots:
        raise NotAvailable("no Debian packages: this machine's apt has security updates alone")
    share = engine_folder() / "usr/share"
    done = subprocess.run(
        [*OWN_MOUNTS, "debootstrap", "--variant=minbase", f"--include={_INCLUDE}",
         f"--keyring={share}/keyrings/debian-archive-keyring.gpg", _SUITE, str(folder), roots[0]],
        env={**engine.environment, "DEBOOTSTRAP_DIR": str(share / "debootstrap")},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        raise NotAvailable(f"debootstrap made no base: {_last_line(done.stdout)}")
    shutil.copyfile(f"/{_CERTIFICATES}", folder / _CERTIFICATES)
    (folder / "etc/pip.conf").write_text(pip_config())
    _import(engine, folder, ".", tag)
    shutil.rmtree(folder)


def pip_config() -> str:
    """This machine's index, as pip in an image is to be told."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], stdout=subprocess.PIPE, text=True
    )
    lines = ["[global]", f"cert = /{_CERTIFICATES}"]
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        if key in _PIP_KEYS:
            lines.append(f"{key.partition('.')[2]} = {value.strip(chr(39))}")
    return "\n".join(lines) + "\n"


class Interpreter(NamedTuple):
    prefix: Path
    version: str

    @property
    def program(self) -> Path:
        return self.prefix / f"bin/python{self.version}"


def interpreters() -> List[Interpreter]:
    """CPython 3.9 and 3.11 of this machine: where the real programs are."""
    numerics = find_python()
    if numerics is None:
        raise NotAvailable("no CPython 3.11: `pyenv install 3.11`, or `uv python install 3.11`")
    ask = "import sys; print(sys.base_prefix)"
    prefix = subprocess.run([numerics, "-c", ask], stdout=subprocess.PIPE, text=True, check=True)
    found = [
        Interpreter(Path(sys.base_prefix), "3.9"),
        Interpreter(Path(prefix.stdout.strip()), "3.11"),
    ]
    for python in found:
        if not python.program.exists():
            raise NotAvailable(f"an image can take no interpreter without {python.program}")
    return found


def make_interpreters(engine: Engine, folder: Path, tag: str, found: List[Interpreter]) -> None:
    """The image that the build argument INTERPRETERS names: these, by the paths they have here."""
    local = folder / "usr/local/bin"
    local.mkdir(parents=True)
    for python in found:
        target = folder / str(python.prefix).lstrip("/")
        library = f"lib/python{python.version}"
        left_out = shutil.ignore_patterns("test", "__pycache__", "site-packages", "config-*", "*.a")
        shutil.copytree(
            python.prefix / library, target / library, symlinks=True, ignore=left_out,
            dirs_exist_ok=True,
        )  # fmt: skip
        for shared in python.prefix.glob(f"lib/libpython{python.version}*.so*"):
            shutil.copy2(shared, target / "lib", follow_symlinks=False)
        (target / "bin").mkdir(exist_ok=True)
        shutil.copy2(python.program, target / "bin")
        (local / python.program.name).symlink_to(python.program)
    _import(engine, folder, "interpreters", tag)
    shutil.rmtree(folder)


def _import(engine: Engine, folder: Path, below: str, tag: str) -> None:
    """Makes an image of one layer of a folder's content, which lies below a path in it."""
    archive = folder.with_suffix(".tar")
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, below)
    engine.docker("import", "-", tag, given=archive)
    archive.unlink()


def build(engine: Engine, context: Path, tag: str, arguments: Mapping[str, str]) -> None:
    """The image docker/cpu. Its steps have the machine's network: the engine has no bridge."""
    for name in ("pants", "3rdparty/python/plugins.lock", "3rdparty/python/uv.lock"):
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, context / name)
    shutil.copytree(
        REPOSITORY / "src/python/launcher", context / "src/python/launcher",
        ignore=shutil.ignore_patterns("__pycache__", "*_test.py"),
    )  # fmt: skip
    flags = [f"--build-arg={name}={value}" for name, value in arguments.items()]
    dockerfile = REPOSITORY / "docker/cpu/Dockerfile"
    engine.docker(
        "build", "--network=host", "--progress=plain", f"--tag={tag}", f"--file={dockerfile}",
        *flags, str(context), DOCKER_BUILDKIT="1",
    )  # fmt: skip


def check_container(engine: Engine, tag: str) -> None:
    """Whether this kernel lets a container run at all."""
    done = engine.try_docker("run", "--rm", tag, "/bin/true")
    if done.returncode != 0:
        raise NotAvailable(f"the kernel refuses a container: {_last_line(done.stderr)}")


def allow_all_calls(folder: Path) -> Path:
    """A profile for `dockerd --seccomp-profile` that filters no system call."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "allow-all-calls.json"
    path.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW"}))
    return path

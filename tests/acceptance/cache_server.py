"""A real REAPI cache on loopback: BuildGrid, from its own locked environment of CPython 3.11."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Union

import pytest
from workspace import REPOSITORY, user_environment

LOCK = REPOSITORY / "3rdparty/python/buildgrid.lock"
_NO_PYTHON = (
    "BuildGrid needs CPython 3.11, and none was found: python3.11 on PATH, "
    "`pyenv install 3.11`, or `uv python install 3.11`"
)
_CONFIG = """\
server:
  - !channel
    address: "127.0.0.1:{port}"
    insecure-mode: {insecure}
{credentials}
authorization:
{authorization}
storages:
  - !disk-storage &storage
    path: {folder}/cas
caches:
  - !lru-action-cache &results
    storage: *storage
    max-cached-refs: 4096
    allow-updates: true
instances:
  - name: ""
    services:
      - !action-cache
        cache: *results
      - !cas
        storage: *storage
      - !bytestream
        storage: *storage
# Pants has up to 256 requests under way.
thread-pool-size: 300
"""


# Makes a certificate for localhost that signs itself, and a token for each subject. Pants knows a
# server by its name in the DNS only, not by an IP address.
_MAKE_SECRETS = """
import datetime, pathlib, secrets, sys
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

folder = pathlib.Path(sys.argv[1])
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a cache on loopback")])
now = datetime.datetime.now(datetime.timezone.utc)
address = x509.SubjectAlternativeName([x509.DNSName("localhost")])
certificate = (
    x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
    .not_valid_after(now + datetime.timedelta(days=1)).add_extension(address, False)
    .sign(key, hashes.SHA256())
)
pem = serialization.Encoding.PEM
(folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
(folder / "key.pem").write_bytes(
    key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
)
secret = secrets.token_hex(32)
(folder / "secret").write_text(secret)
for subject in sys.argv[2:]:
    claims = {"sub": subject, "exp": now + datetime.timedelta(days=1)}
    (folder / f"token-{subject}").write_text(jwt.encode(claims, secret, "HS256"))
"""
# `ci` may do everything, others may only read.
_ACCESS = """\
"":
  allow:
    - subject: ci
    - requests: [GetCapabilities, FindMissingBlobs, BatchReadBlobs, GetTree, Read, GetActionResult]
"""


class Secrets:
    """What a server needs for TLS and for tokens, and the tokens of its users."""

    def __init__(self, folder: Path, *subjects: str) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.certificate = folder / "certificate.pem"
        python = environment() / "bin/python"
        _check([str(python), "-c", _MAKE_SECRETS, str(folder), *subjects])
        (folder / "access.yml").write_text(_ACCESS)

    def token(self, subject: str) -> Path:
        return self.folder / f"token-{subject}"


class Server(NamedTuple):
    address: str
    folder: Path

    def blobs(self) -> List[bytes]:
        """All that has been uploaded."""
        return [p.read_bytes() for p in (self.folder / "cas").rglob("*") if p.is_file()]


def find_python() -> Optional[str]:
    """CPython 3.11, looked for as ./pants looks for its 3.9."""
    pyenv = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv")))
    candidates = [shutil.which("python3.11")]
    candidates += [str(p) for p in sorted(pyenv.glob("versions/3.11*/bin/python3.11"))]
    if shutil.which("uv"):
        found = subprocess.run(
            ["uv", "python", "find", "3.11"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        candidates.append(found.stdout.decode().strip())
    for candidate in candidates:
        if candidate and _says(candidate) == "CPython 3 11":
            return candidate
    return None


def _says(python: str) -> str:
    ask = "import platform, sys; print(platform.python_implementation(), *sys.version_info[:2])"
    done = subprocess.run(
        [python, "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return done.stdout.strip()


def cache_folder() -> Path:
    """Where ./pants keeps its own environment."""
    above = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("FOURFOLD_CACHE") or Path(above) / "fourfold")


def environment() -> Path:
    """The virtual environment, which the first call on a machine builds; else the test is skipped.
    """
    target = cache_folder() / f"buildgrid-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{target}.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if (target / "complete").exists():
            return target
        python = find_python()
        if python is None:
            pytest.skip(_NO_PYTHON)
        shutil.rmtree(target, ignore_errors=True)
        _check([python, "-m", "venv", str(target)])
        _check(
            [str(target / "bin/python"), "-m", "pip", "install", "--quiet", "--no-compile",
             "--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(LOCK)]
        )  # fmt: skip
        (target / "complete").touch()
    return target


def _check(command: List[str]) -> None:
    done = subprocess.run(
        command, env=user_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer on port {port} in a minute:\n{log.read_text()}")


@contextmanager
def serving(folder: Path, secrets: Optional[Secrets] = None) -> Iterator[Server]:
    """CAS, ByteStream and action cache on a free port; `folder` gets the blobs and a log."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    credentials = authorization = ""
    if secrets is not None:
        credentials = (
            f"    credentials:\n      tls-server-key: {secrets.folder}/key.pem\n"
            f"      tls-server-cert: {secrets.certificate}\n"
        )
        authorization = (
            f"  method: jwt\n  secret: {secrets.folder}/secret\n  algorithm: hs256\n"
            f"  acl-config: {secrets.folder}/access.yml\n"
        )
    (folder / "config.yml").write_text(
        _CONFIG.format(
            port=port,
            folder=folder,
            insecure=str(secrets is None).lower(),
            credentials=credentials,
            authorization=authorization or "  method: none\n",
        )
    )
    log = folder / "log"
    with open(log, "wb") as sink:
        process = subprocess.Popen(
            [str(environment() / "bin/bgd"), "server", "start", str(folder / "config.yml")],
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(port, process, log)
        host = "grpc://127.0.0.1" if secrets is None else "grpcs://localhost"
        yield Server(f"{host}:{port}", folder)
    finally:
        process.kill()
        process.wait()


class Proxy:
    """A proxy in front of a server that injects the faults of faulty_proxy.py."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.target = server.address.split("//")[1]
        self.port = free_port()
        self.address = f"grpc://127.0.0.1:{self.port}"
        self.process: Optional[subprocess.Popen[bytes]] = None
        folder.mkdir(parents=True, exist_ok=True)
        self.behave()

    def behave(self, **control: Union[str, float]) -> None:
        """From the next call on; without arguments it only forwards."""
        new = self.folder / "control.new"
        new.write_text(json.dumps(control))
        new.rename(self.folder / "control")

    def start(self) -> None:
        script = Path(__file__).with_name("faulty_proxy.py")
        log = self.folder / "log"
        with open(log, "wb") as sink:
            self.process = subprocess.Popen(
                [str(environment() / "bin/python"), str(script), str(self.port), self.target,
                 str(self.folder / "control")],
                stdout=sink, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_for(self.port, self.process, log)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

"""What a proof can reach: nothing but its inputs, and that is so, or said, on any kernel."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from workspace import Run, Workspace

# Folders of the host that some proofs below try to write to. A fixed path, because the same
# sources are refused in tests/projects, where it does not exist.
OUTSIDE = Path("/tmp/fourfold-outside")
WRITERS = (
    "redirect_absolute",
    "redirect_parent",
    "extraction_write",
    "extraction_output_directory",
    "print_universes",
    "change_directory",
)
PROJECTS = Path(__file__).resolve().parents[1] / "projects/coq"
HONEST = "Lemma claim : True.\nProof. exact I. Qed.\n"

# No new user or mount namespaces inside: what a hardened kernel or container says to bubblewrap.
REFUSING = [
    "unshare", "--user", "--map-root-user", "sh", "-c",
    "echo 0 >/proc/sys/user/max_user_namespaces && echo 0 >/proc/sys/user/max_mnt_namespaces"
    ' && exec "$@"',
    "refusing",
]  # fmt: skip


def namespaces_work() -> bool:
    done = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "true"])
    return done.returncode == 0


needs_namespaces = pytest.mark.skipif(
    not namespaces_work(), reason="this kernel refuses user namespaces, so nothing is isolated"
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    sources = {
        f"{name}/{file.name}": file.read_text()
        for name in WRITERS
        for file in (PROJECTS / name).glob("*.v")
    }
    targets = {f"{name}/BUILD": "coq_theory()\n" for name in (*WRITERS, "reads_host", "honest")}
    files = {
        "reads_host/main.v": f'Load "{OUTSIDE}/payload.v".\n' + HONEST,
        "honest/main.v": HONEST + f"Definition mark_{secrets.token_hex(8)} := tt.\n",
    }
    folder = tmp_path_factory.mktemp("sandbox") / "repository"
    return Workspace(folder, {**sources, **targets, **files})


@pytest.fixture
def outside() -> Path:
    OUTSIDE.mkdir()  # fails where somebody else has it
    OUTSIDE.chmod(0o777)
    (OUTSIDE / "payload.v").write_text("Definition read_from_the_host := tt.\n")
    yield OUTSIDE
    shutil.rmtree(OUTSIDE)


@needs_namespaces
def test_a_proof_can_neither_write_nor_read_outside(workspace: Workspace, outside: Path) -> None:
    done = workspace.pants("test", "reads_host::", *(f"{name}::" for name in WRITERS))
    assert done.exit_code == 1, done.output
    assert f"Fourfold: {2 * (len(WRITERS) + 1)} hard-error" in done.output
    assert os.listdir(outside) == ["payload.v"]
    assert workspace.report("reads_host.main.v.json")["isolation"] == "bubblewrap"


# Asks only, so that it changes nothing where it is not confined.
PROBE = '''
import os, socket, sys
toolchain, port, home, process = sys.argv[1:]
found = [p for p in ("/", toolchain, toolchain + "/usr/bin", "attack.py") if os.access(p, os.W_OK)]
def attempt(what, action):
    try:
        action()
        found.append(what)
    except OSError:
        pass
attempt("host file", lambda: open("/etc/hostname").close())
attempt("home", lambda: os.listdir(home))
attempt("network", lambda: socket.create_connection(("127.0.0.1", int(port)), 5).close())
attempt("process", lambda: os.kill(int(process), 0))
open("out/done", "w").close()
print("reached:", found)
'''
DRIVER = '''
import sys
import confine
confine.TOOLCHAIN_MOUNT = confine.SANDBOX_MOUNT
library = "usr/lib/x86_64-linux-gnu"
inside = confine.Confinement(sys.argv[1], library + "/ld-linux-x86-64.so.2", [library])
done = inside.run([*inside.tool("usr/bin/python3.13"), "-I", "-S", "attack.py",
                   inside.toolchain, *sys.argv[2:]],
                  env={"PYTHONHOME": inside.toolchain + "/usr"}, writable=["out"], timeout=60)
print(done.exit_code, done.output)
'''


def preserved_sandbox(done: Run) -> Path:
    """The folder of the compile's process, kept by `--keep-sandboxes`."""
    (line,) = [x for x in done.output.splitlines() if "reserving" in x and "Compile honest" in x]
    return Path(next(word.strip("\"'") for word in line.split() if "pants-sandbox" in word))


def attack(sandbox: Path, isolation: str) -> str:
    """What a hostile program reaches where a prover runs, by the product's own confinement."""
    (sandbox / "attack.py").write_text(PROBE)
    (sandbox / "try.py").write_text(DRIVER)
    library = "__sandbox/usr/lib/x86_64-linux-gnu"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run(
            [f"{library}/ld-linux-x86-64.so.2", "--library-path", library,
             "__sandbox/usr/bin/python3.13", "-S", "-B", "try.py", isolation, port,
             str(Path.home()), str(os.getpid())],
            cwd=sandbox, env={"PYTHONHOME": "__sandbox/usr"}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
        )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def isolated(workspace: Workspace) -> Run:
    return workspace.pants("--keep-sandboxes=always", "test", "honest::")


@needs_namespaces
def test_a_hostile_program_reaches_nothing(isolated: Run) -> None:
    assert isolated.exit_code == 0, isolated.output
    sandbox = preserved_sandbox(isolated)
    try:
        assert attack(sandbox, "bubblewrap").strip() == "0 reached: []"
        # The same program without isolation shows that it can see what is there.
        unconfined = attack(sandbox, "none")
        for what in ("host file", "network", "home", "process", "attack.py"):
            assert what in unconfined
    finally:
        shutil.rmtree(sandbox)


@needs_namespaces
def test_without_namespaces_it_says_so_and_caches_apart(
    workspace: Workspace, isolated: Run
) -> None:
    assert "refuses the namespaces" not in isolated.output
    assert workspace.report("honest.main.v.json")["isolation"] == "bubblewrap"
    plain = workspace.pants("-ldebug", "test", "honest::", prefix=REFUSING)
    assert plain.exit_code == 0, plain.output
    assert plain.output.count("This kernel refuses the namespaces that bubblewrap needs") == 1
    assert workspace.report("honest.main.v.json")["isolation"] == "none"
    assert "Compile honest.main with coq-8.20" in plain.executed

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from fourfold.sandbox.scripts import confine, limits

LOADER = "usr/lib/ld-linux-x86-64.so.2"


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in (confine.SANDBOX_MOUNT, confine.TOOLCHAIN_MOUNT, "lib"):
        (tmp_path / folder).mkdir()
    (tmp_path / "source.v").write_text("")
    (tmp_path / confine.REQUEST).write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def plain(sandbox: Path) -> confine.Confinement:
    return confine.Confinement("none", LOADER, ["usr/lib"])


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def mounts(command: list[str], kind: str) -> dict[str, str]:
    """Target -> source of each mount of that kind."""
    return {command[i + 2]: command[i + 1] for i, word in enumerate(command) if word == kind}


def test_bubblewrap_mounts_the_inputs_and_nothing_else(sandbox: Path) -> None:
    inside = confine.Confinement("bubblewrap", LOADER, ["usr/lib"])
    command, _ = inside._confined(["prover"], {"COQLIB": "/toolchain/coq"}, ["out"])
    assert mounts(command, "--ro-bind") == {
        "/toolchain": str(sandbox / confine.TOOLCHAIN_MOUNT),
        "/sandbox/lib": str(sandbox / "lib"),
        "/sandbox/source.v": str(sandbox / "source.v"),
    }
    assert mounts(command, "--bind") == {"/sandbox/out": str(sandbox / "out")}
    assert "--unshare-all" in command and "--clearenv" in command
    assert "--share-net" not in command and "--proc" not in command
    assert command[command.index("--remount-ro", command.index("/sandbox/out")) + 1] == "/"
    assert command[-2:] == ["--", "prover"]


def test_tools_run_by_their_own_loader(sandbox: Path, plain: confine.Confinement) -> None:
    inside = confine.Confinement("bubblewrap", LOADER, ["usr/lib", "usr/lib/x"])
    assert inside.tool("usr/bin/coqc") == [
        f"/toolchain/{LOADER}",
        "--library-path",
        "/toolchain/usr/lib:/toolchain/usr/lib/x",
        "/toolchain/usr/bin/coqc",
    ]
    assert plain.tool("usr/bin/coqc")[-1] == f"{sandbox}/{confine.TOOLCHAIN_MOUNT}/usr/bin/coqc"


def test_an_unknown_isolation_is_refused() -> None:
    with pytest.raises(SystemExit, match="chroot"):
        confine.Confinement("chroot", LOADER, [])


def test_the_environment_is_fixed(plain: confine.Confinement, sandbox: Path) -> None:
    code = "import os; print(sorted(os.environ), os.environ['HOME'])"
    done = plain.run(python(code), env={"COQLIB": "x"}, writable=[], timeout=60)
    names = ["COQLIB", "HOME", "LANG", "LC_ALL", "TMPDIR"]
    assert done.output.strip() == f"{names} {sandbox / '.scratch'}"


def test_a_result_keeps_exit_code_and_both_streams(plain: confine.Confinement) -> None:
    code = "import os, sys; os.write(1, b'one '); os.write(2, b'two'); sys.exit(7)"
    done = plain.run(python(code), env={}, writable=[], timeout=60)
    assert (done.exit_code, done.output) == (7, "one two")
    assert done.repeatable and not done.timed_out


def test_the_time_limit_ends_the_whole_group(plain: confine.Confinement, sandbox: Path) -> None:
    child = "import time; time.sleep(2); open('out/late', 'w')"
    code = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)"
    )
    done = plain.run(python(code), env={}, writable=["out"], timeout=1)
    assert done.timed_out and not done.repeatable
    time.sleep(2)
    assert not (sandbox / "out/late").exists()


@pytest.mark.parametrize(
    "exit_code, output, repeatable",
    [
        (0, "", True),
        (1, "Error", True),
        (-9, "", False),
        (137, "", False),
        (143, "", False),
        (139, "", False),
        (-11, "", False),
        (154, "An internal error has occurred.", True),  # Agda's own exit code
        (2, "Out of memory.", False),
    ],
)
def test_what_the_machine_did_is_not_repeatable(
    exit_code: int, output: str, repeatable: bool
) -> None:
    assert confine.Completed(exit_code, output, 0.1).repeatable is repeatable


ECHO = (
    "import sys\n"
    "for line in sys.stdin:\n"
    "    name = line.strip()\n"
    "    if name == 'end': print('bye', flush=True); break\n"
    "    print('did', name, flush=True); open('out/' + name, 'w')\n"
)


def test_the_end_is_seen_where_the_kernel_does_not_tell(
    plain: confine.Confinement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(pid: int) -> int:
        raise OSError("not implemented")

    monkeypatch.setattr(os, "pidfd_open", refuse)
    for code, timeout, expected in (
        ("raise SystemExit(7)", 60, 7),
        ("import time; time.sleep(60)", 0.3, confine.TIMEOUT_EXIT_CODE),
    ):
        done = plain.run(python(code), env={}, writable=[], timeout=timeout)
        assert done.exit_code == expected


def test_a_session_answers_piece_by_piece(plain: confine.Confinement) -> None:
    session = plain.session(python(ECHO), env={}, writable=["out"], timeout=60)
    assert session.send("a\n", until="out/a") == "did a\n"
    assert session.send("b\n", until="out/b") == "did b\n"
    done = session.close()
    assert (done.exit_code, done.output) == (0, "did a\ndid b\n")
    assert not os.path.exists(".output")


def test_a_session_that_ends_says_what_it_printed(plain: confine.Confinement) -> None:
    session = plain.session(python(ECHO), env={}, writable=["out"], timeout=60)
    with pytest.raises(confine.SessionEnded, match="bye"):
        session.send("end\n", until="out/never")
    assert session.close().exit_code == 0


def test_files_that_nobody_asked_for_are_listed(sandbox: Path) -> None:
    before = confine.tree_files()
    for name in ("out/a.vo", "out/stray", "lib/planted.vo", ".scratch/tmp"):
        os.makedirs(os.path.dirname(name), exist_ok=True)
        (sandbox / name).write_text("")
    assert confine.undeclared_files(before, {"out/a.vo"}) == ["lib/planted.vo", "out/stray"]


def test_who_ended_a_command_is_told_from_its_exit_code_and_not_from_what_it_printed() -> None:
    ended = {code: confine.Completed(code, "Out of memory", 0.1).ended_by
             for code in (1, 2, 129, 154, -9, 137, -15, 143, -11, 139, 134)}
    assert ended == {1: "", 2: "", 129: "", 154: "", -9: "hand", 137: "hand", -15: "hand",
                     143: "hand", -11: "crash", 139: "crash", 134: "crash"}


def limited(plain: confine.Confinement, code: str) -> dict:
    answer = plain.run(python(code), env={}, writable=["out"], timeout=60).answer()
    assert not answer["accepted"] and not answer["repeatable"] and not answer["timed_out"]
    return answer


def test_output_is_bounded_while_it_is_written(
    plain: confine.Confinement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OUTPUT", 3 * limits.MIB)
    answer = limited(plain, "print('first')\nwhile True: print('x' * 999)")
    assert "printed more than 3 MiB" in answer["limit"]
    assert answer["output"].startswith("first") and len(answer["output"]) < 1_100_000
    # Also of a command that ends by itself, before anybody looks.
    assert "printed" in limited(plain, "print('x' * 4_000_000)")["limit"]


def test_of_long_output_the_beginning_and_the_end_are_kept(plain: confine.Confinement) -> None:
    code = "print('first'); print('x' * 2_000_000); print('last')"
    output = plain.run(python(code), env={}, writable=[], timeout=60).output
    assert output.startswith("first") and output.endswith("last\n") and "left out" in output
    assert len(output) < 1_100_000


def test_memory_is_limited_over_all_processes(
    plain: confine.Confinement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MEMORY", 400 * limits.MIB)
    child = "import time; x = bytearray(150_000_000); time.sleep(60)"
    code = (
        "import subprocess, sys\n"
        f"for p in [subprocess.Popen([sys.executable, '-c', {child!r}]) for _ in range(4)]:\n"
        "    p.wait()"
    )
    assert "0.390625 GiB of memory" in limited(plain, code)["limit"]


def test_processes_are_limited(
    plain: confine.Confinement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PROCESSES", 5)
    code = (
        "import os, time\n"
        "for _ in range(12):\n    os.fork() or (time.sleep(60), os._exit(0))\n"
        "time.sleep(60)"
    )
    assert "more than 5 processes" in limited(plain, code)["limit"]


def test_files_are_limited(plain: confine.Confinement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES", 30)
    code = "for i in range(50): open(f'out/{i}', 'w')\nimport time; time.sleep(%s)"
    assert "more than 30 files" in limited(plain, code % 60)["limit"]
    assert "more than 30 files" in limited(plain, code % 0)["limit"]


def test_the_size_of_files_is_limited(
    plain: confine.Confinement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRITTEN", 1000)
    assert "files, or more" in limited(plain, "open('out/large', 'w').write('x' * 2000)")["limit"]


def test_a_session_ends_at_a_limit(
    plain: confine.Confinement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OUTPUT", limits.MIB)
    session = plain.session(
        python("while True: print('x' * 99)"), env={}, writable=["out"], timeout=60
    )
    with pytest.raises(confine.SessionEnded):
        session.send("", until="out/never")
    assert "printed more than 1 MiB" in session.close().answer()["limit"]


@pytest.mark.parametrize(("repeatable", "status"), [(True, 0), (False, confine.UNREPEATABLE)])
def test_a_driver_answers_and_says_whether_to_cache_it(
    tmp_path: Path,
    repeatable: bool,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / confine.REQUEST).write_text('{"step": "compile", "source": "a.v"}')

    def compile_module(request: dict) -> dict:
        return {"repeatable": repeatable, "source": request["source"]}

    with pytest.raises(SystemExit) as ended:
        confine.run_driver({"compile": compile_module, "audit": lambda request: {}})
    assert ended.value.code == status
    assert json.loads(capsys.readouterr().out) == {"repeatable": repeatable, "source": "a.v"}

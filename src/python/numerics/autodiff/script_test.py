import json
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from numerics.autodiff import training
from numerics.autodiff.script import main, script
from numerics.nets.batches import batch
from numerics.nets.load import load
from numerics.nets.parameters import flat_bytes, initial, write
from numerics.nets.spec import NetSpec

NETS = Path(__file__).parents[4] / "traces" / "nets"
SEED = 314159


def run(program: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Away from this repository: the program may import nothing of it."""
    site = ":".join(p for p in sys.path if p and "src/python" not in p)
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        cwd=program.parent,
        capture_output=True,
        text=True,
        timeout=300,
        env={"PYTHONPATH": site, "JAX_PLATFORMS": "cpu"},
    )


def losses(result: subprocess.CompletedProcess) -> list[float]:
    assert result.returncode == 0, result.stderr
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["step"] for record in records] == list(range(1, len(records) + 1))
    return [record["loss"] for record in records]


def write_program(tmp_path: Path, spec: NetSpec) -> Path:
    program = tmp_path / "program.py"
    program.write_text(script(spec))
    return program


@pytest.mark.parametrize("case", ["conv-pool", "mbconv-v3", "attention", "uib"])
def test_program_gives_the_pipelines_losses_and_gradients(tmp_path: Path, case: str) -> None:
    spec = load(NETS / "oracle" / f"{case}.yaml")
    values = initial(spec, SEED)
    data = batch(spec, SEED, 0, 4)
    write(tmp_path / "parameters.f32", spec, SEED, values)
    np.save(tmp_path / "images.npy", data.images)
    np.save(tmp_path / "labels.npy", data.labels)
    result = run(
        write_program(tmp_path, spec),
        *("--parameters", "parameters.f32", "--images", "images.npy", "--labels", "labels.npy"),
        *("--gradients", "gradients.f32", "--steps", "2", "--learning-rate", "0.001"),
    )

    step = training.stepper(spec.graph, "adam")
    one = step(training.start(values), data.images, data.labels, 1e-3)
    two = step(one.state, data.images, data.labels, 1e-3)
    assert losses(result) == pytest.approx([float(one.loss), float(two.loss)], rel=1e-6)
    expected = flat_bytes(spec, {n: np.asarray(g) for n, g in one.grads.items()})
    np.testing.assert_allclose(
        np.fromfile(tmp_path / "gradients.f32", "<f4"),
        np.frombuffer(expected, "<f4"),
        rtol=1e-5,
        atol=1e-7,
    )


def test_program_draws_what_it_is_not_given(tmp_path: Path) -> None:
    program = write_program(tmp_path, load(NETS / "oracle" / "dense.yaml"))
    found = losses(run(program, "--steps", "20"))
    assert found[-1] < found[0]
    assert losses(run(program, "--steps", "20")) == found
    assert losses(run(program, "--steps", "1", "--seed", "1")) != found[:1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--parameters", "short.f32"), "short.f32: holds 8 bytes; this net needs 31400"),
        (("--images", "images.npy"), "--images and --labels go together; give both or neither"),
        (
            ("--images", "images.npy", "--labels", "labels.npy"),
            "images have shape (2, 1, 9, 9); needed: (2, 1, 28, 28)",
        ),
    ],
)
def test_program_rejects_what_does_not_fit(
    tmp_path: Path, arguments, message: str, monkeypatch
) -> None:
    program = write_program(tmp_path, load(NETS / "oracle" / "dense.yaml"))
    (tmp_path / "short.f32").write_bytes(bytes(8))
    np.save(tmp_path / "images.npy", np.zeros((2, 1, 9, 9), np.float32))
    np.save(tmp_path / "labels.npy", np.zeros(2, np.int32))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(program), *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(program), run_name="__main__")
    assert message in ended.value.code  # a text, so Python prints it and exits with 1


@pytest.mark.parametrize("path", sorted(NETS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_net_is_written_readably(path: Path) -> None:
    spec = load(path)
    text = script(spec)
    compile(text, path.stem, "exec")
    assert "numerics" not in text
    assert max(map(len, text.splitlines())) <= 100
    assigned = [line.split(" = ")[0] for line in text.splitlines() if line.startswith("    layer")]
    assert len(set(assigned)) == len(assigned) == len(spec.graph.nodes) - 1


def test_only_the_primitives_in_use_are_written() -> None:
    text = script(load(NETS / "oracle" / "dense-relu.yaml"))
    assert "def relu(" in text and "def dense(" in text
    assert "def conv(" not in text and "import lax" not in text
    hard = script(load(NETS / "oracle" / "mbconv-v3.yaml"))
    assert "def relu6(" in hard, "hard_swish needs hard_sigmoid, which needs relu6"


def test_command_line(tmp_path: Path, capsys) -> None:
    path = NETS / "oracle" / "conv.yaml"
    assert main([str(path)]) == 0
    assert capsys.readouterr().out == script(load(path))
    assert main([]) == 2
    assert "usage: python -m numerics.autodiff.script NETSPEC.yaml" in capsys.readouterr().err
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\n")
    assert main([str(bad)]) == 1
    assert "bad.yaml: missing key 'input'" in capsys.readouterr().err
    assert main([str(tmp_path / "absent.yaml")]) == 1
    assert "absent.yaml" in capsys.readouterr().err

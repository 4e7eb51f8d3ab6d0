import json
import subprocess
import sys
from pathlib import Path

import pytest

from numerics.nets import graph
from numerics.nets.load import parse
from numerics.stablehlo.rules.catalog import every_rule
from numerics.stablehlo.rules.loss import CROSS_ENTROPY
from numerics.stablehlo.rules.needs import LOSS, MODULES, every_module, modules_for
from numerics.stablehlo.rules.of_nets import answer

NET = """
name: small
input: {channels: 1, height: 4, width: 4}
layers:
  - flatten
  - dense: {fan_in: 16, fan_out: 3, activation: relu}
"""


def home(entry) -> str:
    return every_rule()[entry].backward.__module__.rpartition(".")[2]


def test_each_operation_is_in_the_module_that_enters_its_rule() -> None:
    assert MODULES == {entry: home(entry) for entry in MODULES}
    assert home(CROSS_ENTROPY) == LOSS


def test_every_operation_of_the_graph_has_a_module() -> None:
    operations = set(graph.Op.__args__) - {graph.Input, graph.Activation}
    assert operations | set(graph.ACTIVATIONS) == set(MODULES)


def test_a_net_needs_the_modules_of_its_operations() -> None:
    assert modules_for(parse(NET, "small").graph) == ("flatten", "linear", "loss", "relu")


def test_the_rules_of_a_net_are_all_that_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    script = (
        "import sys\nfrom numerics.nets.load import load\n"
        "from numerics.stablehlo.optimizers import OPTIMIZERS\n"
        "from numerics.stablehlo.train_step import emit_train_step\n"
        f"emit_train_step(load({str(tmp_path / 'net.yaml')!r}).graph, 2, OPTIMIZERS['sgd'])\n"
        "prefix = 'numerics.stablehlo.rules.'\n"
        "print(*sorted(m[len(prefix):] for m in sys.modules if m.startswith(prefix)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    loaded = set(run.stdout.split())
    assert loaded & set(every_module()) == {"flatten", "linear", "loss", "relu"}


def test_a_net_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(NET)
    bad.write_text(NET.replace("fan_in: 16", "fan_in: 15"))
    binary, deep, folder = tmp_path / "binary.yaml", tmp_path / "deep.yaml", tmp_path / "folder"
    binary.write_bytes(b"name: x\xff\n")
    deep.write_text("[" * 3000)
    folder.mkdir()
    unread = [bad, binary, deep, folder, tmp_path / "none.yaml"]
    found = json.loads(json.dumps(answer([str(path) for path in (good, *unread)])))
    assert list(found["needed"]) == [str(good)]
    assert set(found["needed"][str(good)]) < set(found["every"])


@pytest.mark.parametrize("name", every_module())
def test_every_module_exists(name: str) -> None:
    assert (Path(__file__).parent / f"{name}.py").exists()

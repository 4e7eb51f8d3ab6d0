"""Sources that code generation makes: every prover imports, compiles and judges them."""

from __future__ import annotations

import pytest
from workspace import Run, Workspace

CONFIG = """\
[GLOBAL]
pants_version = "2.17.1"
pythonpath = ["%(buildroot)s/src/python"]
backend_packages = [
  "fourfold.backend.agda",
  "fourfold.backend.coq",
  "fourfold.backend.isabelle",
  "fourfold.backend.lean",
  "spec",
]
pantsd = false
ignore_warnings = ["DEPRECATED: Running Pants in an external Python interpreter"]
"""
# Of a file `x.spec` with a number, each prover gets a theorem about that number.
PLUGIN = '''\
from __future__ import annotations

import os

from pants.engine.fs import CreateDigest, FileContent
from pants.engine.target import GeneratedSources, GenerateSourcesRequest, Target
from pants.engine.unions import UnionRule

from fourfold.backend.agda.target_types import AGDA as AGDA_TARGETS, AgdaSourceField
from fourfold.backend.coq.target_types import COQ as COQ_TARGETS, CoqSourceField
from fourfold.backend.isabelle.target_types import IsabelleSessionTarget, IsabelleSourcesField
from fourfold.backend.lean.target_types import LEAN as LEAN_TARGETS, LeanSourceField
from fourfold.engine import (
    collect_rules,
    create_digest,
    digest_to_snapshot,
    get_digest_contents,
    rule,
)

COQ = "Lemma claim : {n} + 0 = {n}. Proof. reflexivity. Qed."
AGDA = """module {name} where
open import Agda.Builtin.Nat
open import Agda.Builtin.Equality
claim : {n} + 0 ≡ {n}
claim = refl
"""
LEAN = "theorem claim : {n} + 0 = {n} := rfl"
ISABELLE = """theory {name} imports Main begin
lemma claim: "({n}::nat) + 0 = {n}" by simp
end
"""


def stem(path: str) -> str:
    return os.path.splitext(path)[0]


class CoqSpec(CoqSourceField):
    expected_file_extensions = (".spec",)
    proof_path = property(lambda self: stem(self.file_path) + ".v")


class AgdaSpec(AgdaSourceField):
    expected_file_extensions = (".spec",)
    proof_path = property(lambda self: stem(self.file_path) + ".agda")


class LeanSpec(LeanSourceField):
    expected_file_extensions = (".spec",)
    proof_path = property(lambda self: stem(self.file_path) + ".lean")


class IsabelleSpec(IsabelleSourcesField):
    default = ("*.spec",)


def instead(target, field, of):
    return (field, *(f for f in target.core_fields if f is not of))


class CoqSpecTarget(Target):
    alias = "coq_spec"
    core_fields = instead(COQ_TARGETS.module, CoqSpec, CoqSourceField)


class AgdaSpecTarget(Target):
    alias = "agda_spec"
    core_fields = instead(AGDA_TARGETS.module, AgdaSpec, AgdaSourceField)


class LeanSpecTarget(Target):
    alias = "lean_spec"
    core_fields = instead(LEAN_TARGETS.module, LeanSpec, LeanSourceField)


class IsabelleSpecTarget(Target):
    alias = "isabelle_spec"
    core_fields = instead(IsabelleSessionTarget, IsabelleSpec, IsabelleSourcesField)


class GenerateCoq(GenerateSourcesRequest):
    input, output = CoqSpec, CoqSourceField


class GenerateAgda(GenerateSourcesRequest):
    input, output = AgdaSpec, AgdaSourceField


class GenerateLean(GenerateSourcesRequest):
    input, output = LeanSpec, LeanSourceField


class GenerateIsabelle(GenerateSourcesRequest):
    input, output = IsabelleSpec, IsabelleSourcesField


async def written(request: GenerateSourcesRequest, text: str, suffix: str) -> GeneratedSources:
    files = []
    for file in await get_digest_contents(request.protocol_sources.digest):
        name, number = os.path.basename(stem(file.path)), file.content.decode().strip()
        content = text.format(n=number, name=name).encode()
        files.append(FileContent(stem(file.path) + suffix, content))
    return GeneratedSources(await digest_to_snapshot(await create_digest(CreateDigest(files))))


@rule
async def generate_coq(request: GenerateCoq) -> GeneratedSources:
    return await written(request, COQ, ".v")


@rule
async def generate_agda(request: GenerateAgda) -> GeneratedSources:
    return await written(request, AGDA, ".agda")


@rule
async def generate_lean(request: GenerateLean) -> GeneratedSources:
    return await written(request, LEAN, ".lean")


@rule
async def generate_isabelle(request: GenerateIsabelle) -> GeneratedSources:
    return await written(request, ISABELLE, ".thy")


def target_types():
    return [CoqSpecTarget, AgdaSpecTarget, LeanSpecTarget, IsabelleSpecTarget]


def rules():
    kinds = (GenerateCoq, GenerateAgda, GenerateLean, GenerateIsabelle)
    return [*collect_rules(), *(UnionRule(GenerateSourcesRequest, kind) for kind in kinds)]
'''
FILES = {
    "pants.toml": CONFIG,
    "src/python/spec/__init__.py": "",
    "src/python/spec/register.py": PLUGIN,
    "coq/Two.spec": "2\n",
    "coq/Use.v": "From coq Require Import Two.\nLemma use : 2 + 0 = 2. Proof. exact claim. Qed.\n",
    "coq/BUILD": (
        'coq_spec(name="two", source="Two.spec", theorems=["coq.Two.claim"])\n'
        'coq_module(name="use", source="Use.v", theorems=["coq.Use.use"])\n'
    ),
    "coq/wrong/Bad.spec": "1 + \n",
    "coq/wrong/BUILD": 'coq_spec(source="Bad.spec")\n',
    "agda/Two.spec": "2\n",
    "agda/Use.agda": (
        "module Use where\nopen import Agda.Builtin.Nat\nopen import Agda.Builtin.Equality\n"
        "open import Two\nuse : 2 + 0 ≡ 2\nuse = claim\n"
    ),
    "agda/BUILD": (
        'agda_spec(name="two", source="Two.spec", theorems=["Two.claim"])\n'
        'agda_module(name="use", source="Use.agda", theorems=["Use.use"])\n'
    ),
    "lean/Two.spec": "2\n",
    "lean/Use.lean": "import lean.Two\ntheorem use : 2 + 0 = 2 := claim\n",
    "lean/BUILD": (
        'lean_spec(name="two", source="Two.spec")\nlean_module(name="use", source="Use.lean")\n'
    ),
    "isabelle/made/Two.spec": "2\n",
    "isabelle/made/BUILD": 'isabelle_spec(name="two", session="Made")\n',
    "isabelle/use/Use.thy": "theory Use imports Made.Two begin\nend\n",
    "isabelle/use/BUILD": 'isabelle_session(name="use", session="Use", parent="Made")\n',
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("generated") / "repository", FILES)


@pytest.fixture(scope="module")
def tested(workspace: Workspace) -> Run:
    return workspace.pants("test", "coq:", "agda:")


@pytest.mark.parametrize("prover", ["coq", "agda"])
def test_what_was_generated_is_judged_as_what_was_written(
    workspace: Workspace, tested: Run, prover: str
) -> None:
    assert tested.exit_code == 0, tested.output
    made, use = (workspace.report(f"{prover}.{name}.json") for name in ("two", "use"))
    assert made["verdict"] == use["verdict"] == "clean"
    assert made["kernel_recheck"] == use["kernel_recheck"] == "re-checked"
    assert [t["name"].rsplit(".", 1)[-1] for t in made["theorems"]] == ["claim"]  # type: ignore


def test_what_was_generated_wrong_is_refused_with_its_place(workspace: Workspace) -> None:
    found = workspace.pants("test", "coq/wrong:")
    assert found.exit_code != 0
    assert "coq/wrong/Bad.v" in found.output and "Syntax error" in found.output


def test_an_import_of_what_was_generated_is_an_edge(workspace: Workspace) -> None:
    users = ("coq:use", "agda:use", "lean:use", "isabelle/use:use")
    found = workspace.pants("dependencies", *users).output.splitlines()
    made = {"coq:two", "agda:two", "lean:two", "isabelle/made:two"}
    assert made <= set(found), found

"""The composed audits of 210 generated closures say what audits of the whole closures say.

Each generated file is the end of a closure of its own. The files hold axioms, modules (nested,
sealed, included, aliased), functors and their instances, bypassed checks, re-exports, and names
that differ in nothing but the file: a module `n` inside m.v and a file m/n.v, which no file can
import together. Audits of many files share one toplevel, which is what makes this cheap.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator

import pytest
from pants.testutil.rule_runner import QueryRule, RuleRunner

from fourfold.backend.coq.composition import composed, home_of
from fourfold.backend.coq.layout import find_layout
from fourfold.core.policy import Assumption
from fourfold.prover.judgement import constants_of
from fourfold.sandbox import scripts
from fourfold.toolchains import register as toolchains
from fourfold.toolchains.kinds import FallibleToolchain, ToolchainRequest
from fourfold.toolchains.subsystem import SHIPPED_FOLDER

# As the scripts lie side by side in the sandbox.
sys.path[:0] = [str(Path(__file__).parent / "sandbox"), str(Path(scripts.__file__).parent)]

import coq_audit  # noqa: E402
import coq_driver  # noqa: E402
import vo_stub  # noqa: E402

Constants = "dict[str, list[Assumption]]"
FAMILIES = 7  # of ten files each, for each version
# Files of one family, from the first imports to the last. "m" and "m/n" never meet.
LEVELS = (("y", "z"), ("k", "m", "m/n"), ("p0", "p1"), ("q0", "q1"), ("r0",))


@dataclass
class Module:
    """A generated file. `names` are what others can name, `parameters` the modules with a `p`."""

    family: str
    stem: str
    level: int
    sides: frozenset[int]
    imports: tuple[Module, ...] = ()
    source: str = ""
    names: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)

    @property
    def logical(self) -> str:
        return f"{self.family}.{self.stem.replace('/', '.')}"

    @property
    def vo(self) -> str:
        return f"{self.family}/{self.stem}.vo"

    def closure(self) -> list[Module]:
        found: dict[str, Module] = {}
        for module in self.imports:
            found.update((m.logical, m) for m in module.closure())
        return [*found.values(), self]


def family(name: str, dice: random.Random) -> list[Module]:
    modules: list[Module] = []
    for level, stems in enumerate(LEVELS):
        for stem in stems:
            side = {"m": 0, "m/n": 1}.get(stem, int(stem[-1]) if stem[-1].isdigit() else None)
            sides = frozenset({0, 1} if side is None else {side})
            below = [m for m in modules if m.level < level and m.sides >= sides]
            before = [m for m in below if m.level == level - 1]
            chosen = {m.logical: m for m in [*before[-1:], *dice.sample(below, len(below) // 2)]}
            modules.append(Module(name, stem, level, sides, tuple(chosen.values())))
            _Writer(modules[-1], dice).write()
    return modules


class _Writer:
    """Writes the source of one module. Every constant is a proof of True, whatever it names."""

    def __init__(self, module: Module, dice: random.Random) -> None:
        self.module, self.dice = module, dice
        self.lines: list[str] = []
        self.number = 0
        self.proved = dice.random() < 0.6  # a file without axioms, which composition can settle
        closure = module.closure()[:-1]
        self.seen = [name for m in closure for name in m.names]
        self.arguments = [name for m in closure for name in m.parameters]

    def write(self) -> None:
        for imported in self.module.imports:
            # By its full name: a file may have the short one of another family's.
            self.lines.append(f"Require {self.dice.choice(('', 'Export '))}{imported.logical}.")
        if self.dice.random() < 0.2:
            self.lines.append("Require Coq.Logic.Classical_Prop.")
            self.seen.append("Coq.Logic.Classical_Prop.classic")
        self.lines.append("Module Type Given. Parameter p : True. End Given.")
        self._fill(self.module.logical, 6)
        if self.module.stem == "m":
            self._module(self.module.logical, "n")
        if self.module.stem == "m/n":  # which has the printed name of the one in that module
            self._constant(self.module.logical, "p")
        self._functor(self.module.logical)
        self._fill(self.module.logical, 4)
        self.module.source = "\n".join(self.lines) + "\n"

    def _fill(self, path: str, count: int) -> None:
        shapes = (self._constant,) * 5 + (self._module, self._sealed, self._alias, self._include)
        for _ in range(count):
            self.dice.choice(shapes)(path)

    def _fresh(self, stem: str) -> str:
        self.number += 1
        return f"{stem}{self.number}"

    def _known(self, path: str, name: str) -> None:
        self.seen.append(f"{path}.{name}")
        self.module.names.append(f"{path}.{name}")

    def _proof(self) -> str:
        """Of True, by way of up to two constants, and one more of those whose names are alike."""
        named = self.dice.sample(self.seen, min(len(self.seen), self.dice.randrange(3)))
        alike = [name for name in self.seen if ".m.n." in name]
        named += self.dice.sample(alike, min(len(alike), self.dice.randrange(2)))
        return "".join(f"let _ := {name} in " for name in named) + "I"

    def _constant(self, path: str, name: str | None = None) -> None:
        name = name or self._fresh("c")
        shape = self.dice.randrange(5 if self.proved else 7)
        if shape == 6:
            self.lines.append(f"Axiom {name} : True.")
        elif shape == 5:
            self.lines.append(f"Lemma {name} : True. Admitted.")
        elif shape == 2:
            self.lines.append(f"Definition {name} : True := {self._proof()}.")
        elif shape == 3:
            self.lines.append(f"Section S. Variable v : True. Lemma {name} : True.")
            self.lines.append(f"Proof. exact (let _ := v in {self._proof()}). Qed. End S.")
            if name == "p":  # it takes the variable, and would not fit `Given`
                self.lines[-1] = self.lines[-1].replace("let _ := v in ", "")
        elif shape == 4 and not self.proved:
            self.lines.append("Unset Guard Checking.")
            self.lines.append(f"Fixpoint {name}' (n : nat) : True := {name}' n.")
            self.lines.append(f"Set Guard Checking. Definition {name} : True := {name}' 0.")
            self._known(path, f"{name}'")
        else:
            self.lines.append(f"Lemma {name} : True. Proof. exact ({self._proof()}). Qed.")
        self._known(path, name)

    def _module(self, path: str, name: str | None = None) -> None:
        name = name or self._fresh("M")
        self.lines.append(f"Module {name}.")
        self._constant(f"{path}.{name}", "p")
        for _ in range(self.dice.randrange(3)):
            self._constant(f"{path}.{name}")
        if self.dice.random() < 0.3:
            self._module(f"{path}.{name}")
        self.lines.append(f"End {name}.")
        self._argument(f"{path}.{name}")

    def _argument(self, path: str) -> None:
        self.arguments.append(path)
        self.module.parameters.append(path)

    def _sealed(self, path: str) -> None:
        name, seen, names = self._fresh("M"), len(self.seen), len(self.module.names)
        self.lines.append(f"Module {name} : Given.")
        self._constant(f"{path}.{name}", "p")
        self._constant(f"{path}.{name}")
        self.lines.append(f"End {name}.")
        del self.seen[seen:], self.module.names[names:]
        self._known(path, f"{name}.p")
        self._argument(f"{path}.{name}")

    def _alias(self, path: str) -> None:
        if self.arguments:
            name, meant = self._fresh("M"), self.dice.choice(self.arguments)
            self.lines.append(f"Module {name} := {meant}.")
            self._known(path, f"{name}.p")
            self._argument(f"{path}.{name}")

    def _include(self, path: str) -> None:
        if self.arguments:
            name, meant = self._fresh("M"), self.dice.choice(self.arguments)
            self.lines.append(f"Module {name}. Include {meant}. End {name}.")
            self._known(path, f"{name}.p")
            self._argument(f"{path}.{name}")

    def _functor(self, path: str) -> None:
        name, seen, names = self._fresh("F"), len(self.seen), len(self.module.names)
        parameters = len(self.module.parameters)
        self.lines.append(f"Module {name} (X : Given).")
        self.seen.append("X.p")
        self._constant(f"{path}.{name}", "p")
        del self.seen[seen:], self.module.names[names:], self.module.parameters[parameters:]
        self.seen.append("X.p")
        proof = f"let _ := X.p in {self._proof()}"
        self.lines.append(f"Lemma used : True. Proof. exact ({proof}). Qed.")
        del self.seen[seen:]
        self.lines.append(f"End {name}.")
        for _ in range(2 if self.arguments else 0):
            instance, argument = self._fresh("M"), self.dice.choice(self.arguments)
            if self.dice.random() < 0.5:
                self.lines.append(f"Module {instance} := {name} {argument}.")
            else:
                self.lines.append(f"Module {instance}. Include {name} {argument}. End {instance}.")
            self._known(path, f"{instance}.used")
            self._known(path, f"{instance}.p")
            self._argument(f"{path}.{instance}")


class Prover:
    """One version of Coq; its files go to `full` and `stub` in `folder`, where the test then is.

    `monkeypatch` takes the test back, since others read files of the repository.
    """

    def __init__(self, version: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        rule_runner = RuleRunner(
            rules=[*toolchains.rules(), QueryRule(FallibleToolchain, [ToolchainRequest])]
        )
        rule_runner.set_options([], env_inherit={"PATH"})
        toolchain = rule_runner.request(FallibleToolchain, [ToolchainRequest(version)])
        definition = (SHIPPED_FOLDER / f"{version}.toml").read_text()
        if toolchain.digest is None and "rolling = true" in definition:
            pytest.skip(toolchain.reason)
        assert toolchain.digest is not None, toolchain.reason
        rule_runner.write_digest(toolchain.digest, path_prefix="toolchain")
        monkeypatch.chdir(folder)
        os.symlink(Path(rule_runner.build_root) / "toolchain", "__toolchain")
        self.kept = rule_runner  # its folder lives as long as it does
        layout = find_layout(version, toolchain.files)
        self.of_toolchain = layout.modules
        self.standard = layout.standard_roots[-1]
        self.request = {
            **layout.request_fields(), "isolation": "none", "flags": [], "timeout": 600,
        }

    def coq(self, modules: Iterable[Module]) -> coq_driver.Coq:
        return self.with_roots(sorted({m.family for m in modules}))

    def with_roots(self, roots: list[str]) -> coq_driver.Coq:
        return coq_driver.Coq({**self.request, "roots": roots, "own_root": roots[0]})

    def compile(self, module: Module) -> None:
        path = Path("src", module.vo).with_suffix(".v")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(module.source.replace("Require Coq.", f"Require {self.standard}.")
                        .replace("Coq.Logic.", f"{self.standard}.Logic."))
        for kind in ("full", "stub"):
            Path(kind, module.vo).parent.mkdir(parents=True, exist_ok=True)
        coq = self.coq([module])
        command = coq.command(
            "compiler", ["-q", "-w", "none", *coq.load_path("full"), "-o", f"full/{module.vo}",
                         str(path)]
        )
        done = subprocess.run(command, env=coq.env, capture_output=True, text=True)
        assert done.returncode == 0, f"{module.source}\n{done.stderr}"
        full, stub = vo_stub.canonical_and_stub(Path("full", module.vo).read_bytes())
        Path("full", module.vo).write_bytes(full)
        Path("stub", module.vo).write_bytes(stub)

    def audits(
        self, modules: list[Module], whole: bool
    ) -> Iterator[tuple[Module, dict[str, list[Assumption]]]]:
        """Of modules that can be loaded together, none of which imports another if not `whole`."""
        if not modules:
            return
        folder = f"lib_{modules[0].logical}_{whole}"
        for m in {c.logical: c for module in modules for c in module.closure()}.values():
            Path(folder, m.vo).parent.mkdir(parents=True, exist_ok=True)
            kind = "full" if whole or m in modules else "stub"
            os.link(f"{kind}/{m.vo}", f"{folder}/{m.vo}")
        coq = self.coq(modules)
        toplevel = coq_driver.Toplevel(coq, folder)
        for module in modules:
            for answered in Path("audit_out").glob("*.out"):
                answered.unlink()
            request = {"logical": module.logical}
            answer = coq_audit.audit(
                request, toplevel.ask, toplevel.read, coq.libraries(folder)
            )
            assert not answer["confused"]
            yield module, constants_of(answer)
        toplevel.session.close()


def resting(constants: dict[str, list[Assumption]]) -> dict[str, set[tuple[str, str, str]]]:
    return {n: {(a.name, a.unsafe, a.home) for a in found} for n, found in constants.items()}


def compiled_families(prover: Prover, count: int, dice: random.Random) -> list[Module]:
    modules = [m for i in range(count) for m in family(f"R{i}", dice)]
    with ThreadPoolExecutor(2) as pool:
        for level in range(len(LEVELS)):
            list(pool.map(prover.compile, [m for m in modules if m.level == level]))
    return modules


def of_imports(module: Module, audits: dict[str, Constants]) -> dict[str, Constants]:
    return {m.logical: audits[m.logical] for m in module.closure()[:-1]}


def compare(
    prover: Prover, modules: list[Module], answering: Callable[..., dict[str, Constants]]
) -> tuple[int, list[Module]]:
    """How many composed audits of files took no whole closure, and those that are not as the
    audits of the whole ones; the audits of `answering` are composed.
    """
    whole: dict[str, Constants] = {}
    audits: dict[str, Constants] = {}
    settled, differing = 0, []
    for side in (0, 1):
        of_side = [m for m in modules if side in m.sides and m.logical not in whole]
        whole.update((m.logical, found) for m, found in prover.audits(of_side, whole=True))
        for level in range(len(LEVELS)):
            for m, own in prover.audits([m for m in of_side if m.level == level], whole=False):
                found = composed(own, m.logical, answering(m, audits), prover.of_toolchain)
                settled += found is not None
                audits[m.logical] = whole[m.logical] if found is None else found
                if resting(audits[m.logical]) != resting(whole[m.logical]):
                    differing.append(m)
    assert len(whole) == len(modules)
    return settled, differing


@pytest.mark.parametrize("version", ["coq-8.20", "coq-8.16", "rocq-9.2"])
def test_composed_audits_agree_with_those_of_whole_closures(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prover = Prover(version, tmp_path, monkeypatch)
    modules = compiled_families(prover, FAMILIES, random.Random(version))
    settled, differing = compare(prover, modules, of_imports)
    assert [m.source for m in differing] == []
    # Many files hold an axiom or a functor's instance, which takes their whole closure anyway.
    assert settled > len(modules) // 4, settled


def test_a_composition_by_printed_names_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison above would see the rule that it is there to see: a constant is taken for one
    of the file that has most of its printed name, and the module `n` of m.v for the file m/n.v.
    """
    prover = Prover("coq-8.20", tmp_path, monkeypatch)
    modules = compiled_families(prover, 3, random.Random("printed names"))
    files = {m.logical for m in modules}
    right = coq_audit._Names._homes

    def by_printed_name(self: Any, name: str) -> list[str]:
        return [home_of(name, files)] if home_of(name, files) else right(self, name)

    monkeypatch.setattr(coq_audit._Names, "_homes", by_printed_name)
    of_all = {m.logical: {name: () for name in m.names} for m in modules}
    _, differing = compare(prover, modules, lambda _, audits: {**of_all, **audits})
    assert {m.sides for m in differing} & {frozenset({0}), frozenset({1})}

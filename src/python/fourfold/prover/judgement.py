"""From what a prover's audit found to the judgement of one target: the same for every prover."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Collection, Iterable, Mapping

from pants.build_graph.address import Address
from pants.engine.fs import Digest
from pants.engine.process import FallibleProcessResult, ProcessResultMetadata
from pants.engine.target import Target

from fourfold.core.citations import near_names
from fourfold.core.conclusion import Conclusion, conclude
from fourfold.core.independent import IndependentCheck
from fourfold.core.library import did_you_mean
from fourfold.core.policy import Assumption, AxiomPolicy, PolicyResult, apply_policy
from fourfold.core.report import THEOREM, Report, TheoremReport
from fourfold.prover.compiled import FallibleCompiled, stopped
from fourfold.prover.target_types import (
    AxiomsField,
    IousField,
    ProofTimeoutField,
    StatementsField,
    TheoremsField,
)
from fourfold.witness.judge import Judgement

# To find the path to an axiom takes a run of the prover; after a few, the list is enough.
MAX_EXPLAINED = 3

# Of a constant whose kind the audit does not give.
NO_KIND = "not known to be a theorem"

Constants = Mapping[str, "list[Assumption]"]


@dataclass
class Findings:
    """Grows with each step: the messages are the reasons to refuse, `steps` the wall times."""

    target: Target
    module: str
    facts: Mapping[str, Any]
    messages: list[str] = field(default_factory=list)
    steps: list[tuple[str, float]] = field(default_factory=list)
    metadata: list[ProcessResultMetadata] = field(default_factory=list)

    def add_step(self, name: str, seconds: float, *results: FallibleProcessResult) -> None:
        self.steps.append((name, seconds))
        self.metadata.extend(r.metadata for r in results)

    def audit_failure(self, answer: Mapping[str, Any]) -> str | None:
        return audit_failure(answer, self.module, self.target)

    def claim(
        self,
        policy: AxiomPolicy,
        constants: Constants,
        answer: Mapping[str, Any],
        *,
        own: Collection[str] | None = None,
        kinds: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
        more: Iterable[str] = (),
    ) -> PolicyResult:
        """What the policy says of the constants; a message for each claim that is not met.

        `own` are the claims and the IOUs that this module answers for (see `own_claims`). `kinds`
        and `wrong` statements are the answer's, unless they are given; `more` messages, of the
        prover's own, stand before those on IOUs.
        """
        target, module = self.target, self.module
        required = claimed(target)
        if own is None:
            own = own_claims({*required, *policy.ious}, module, target.address)
        judged = apply_policy(policy, constants, own=set(own).intersection(policy.ious))
        self.messages += [
            *missing_theorems(
                target,
                module,
                constants,
                answer["wrong_statements"] if wrong is None else wrong,
                kinds_of(answer) if kinds is None else kinds,
                own,
            ),
            *more,
            *drifted(judged, target.address),
        ]
        return judged

    def forbid(
        self,
        judged: PolicyResult,
        constants: Constants,
        path: Callable[[str, str], Iterable[str]],
        explain: Callable[[Assumption], str | None] = lambda assumption: None,
        where: Mapping[str, str] | None = None,
    ) -> None:
        """A message for each axiom that is not permitted, and one for all after the first few.

        `path` leads from a theorem to an axiom, by their names; `where` has the places of axioms,
        as file:line. `explain` has the prover's own message for some of them.
        """
        for assumption in judged.forbidden[:MAX_EXPLAINED]:
            message = explain(assumption)
            if message is None:
                theorem = resting_on(assumption, constants)[0]
                reached = path(theorem, assumption.name)
                place = (where or {}).get(assumption.name, "")
                message = self.forbidden_message(assumption, constants, reached, place)
            self.messages.append(message)
        self.messages += further_axioms(self.module, judged.forbidden[MAX_EXPLAINED:])

    def forbidden_message(
        self,
        assumption: Assumption,
        constants: Constants,
        path: Iterable[str],
        where: str = "",
    ) -> str:
        option = f"[{self.facts['prover']}].axioms"
        return forbidden_message(assumption, constants, path, self.target.address, option, where)

    def concluded(
        self,
        judged: PolicyResult,
        constants: Constants,
        kernel_recheck: str,
        answer: Mapping[str, Any],
        independent: IndependentCheck | None = None,
    ) -> Judgement:
        """After all steps: what the policy says of the constants, unless a message refuses.

        `answer` is the audit's, for what it says of the constants themselves.
        """
        # What the policy refuses has a message by now; if it had none, it would still be refused.
        concluded = conclude(self.messages or judged.refusals, judged=1, ious=judged.open_ious)
        return self._judgement(
            concluded,
            theorems=theorem_reports(constants, answer),
            ious=judged.open_ious,
            forbidden=tuple(sorted({a.name for a in judged.forbidden})),
            kernel_recheck=kernel_recheck,
            independent=independent,
        )

    def refused(self, *messages: str) -> Judgement:
        """Before all steps are done: what was found so far are the reasons, or else that."""
        self.messages += messages
        return self._judgement(conclude(self.messages, judged=0))

    def not_compiled(self, compiled: FallibleCompiled) -> Judgement:
        report = Report(
            **self.facts,
            verdict=compiled.verdict,
            messages=(compiled.message,),
            seconds=tuple(self.steps),
        )
        return Judgement(report, tuple(self.metadata))

    def _judgement(self, concluded: Conclusion, **more: Any) -> Judgement:
        return Judgement(
            Report(
                **self.facts,
                verdict=concluded.verdict,
                messages=concluded.messages,
                seconds=tuple(self.steps),
                **more,
            ),
            tuple(self.metadata),
        )


def of_compile(
    target: Target,
    prover: str,
    toolchain: str,
    toolchain_digest: Digest | None,
    isolation: str,
    compiled: FallibleCompiled,
    toolchain_version: str = "",
) -> Findings:
    """The start, with what no later step changes."""
    facts = dict(
        target=target.address.spec,
        prover=prover,
        module=compiled.module,
        toolchain=toolchain,
        toolchain_digest=toolchain_digest.fingerprint if toolchain_digest else "",
        toolchain_version=toolchain_version,
        isolation=isolation,
    )
    metadata = [compiled.metadata] if compiled.metadata else []
    steps = [("compile", compiled.seconds)]
    return Findings(target, compiled.module, facts, [], steps, metadata)


def audit_failure(answer: Mapping[str, Any], module: str, target: Target) -> str | None:
    """The message for an audit that gave no answer; each says what the constants are."""
    if not answer.get("error") and "kinds" in answer:
        return None
    why = stopped(answer, target[ProofTimeoutField].value)
    why = why or answer.get("error") or answer.get("output") or "no answer"
    return f"{module}: the axiom audit failed: {why}"


def constants_of(answer: Mapping[str, Any]) -> dict[str, list[Assumption]]:
    """Each public constant of the module, and what it rests on."""
    return {name: [Assumption(**a) for a in found] for name, found in answer["constants"].items()}


def kinds_of(answer: Mapping[str, Any]) -> Mapping[str, str]:
    """What each constant is: see `TheoremReport.kind`. One that is not listed is no theorem."""
    kinds: Mapping[str, str] = answer.get("kinds", {})
    return kinds


def policy_of(target: Target, everywhere: Iterable[str]) -> AxiomPolicy:
    """`everywhere` are the axioms permitted for the whole repository."""
    ious = tuple(target[IousField].value or ())
    return AxiomPolicy((*everywhere, *(target[AxiomsField].value or ())), ious)


def own_claims(names: Iterable[str], module: str, address: Address) -> set[str]:
    """Those that a module answers for itself.

    The fields of a library go to each of its modules, and its own target (library.py) answers for
    the claims that no module knows to be its own. A target that was not generated has no such
    other one.
    """
    alone = not address.is_generated_target
    return {name for name in names if alone or name.startswith(module + ".")}


def drifted(judged: PolicyResult, address: Address) -> list[str]:
    """A message for each IOU that is not open any more."""
    return [
        f"the IOU {iou} is not open any more: it is proved, or its name is gone. Take it out "
        f"of `ious` in {address.spec_path}/BUILD."
        for iou in judged.drifted_ious
    ]


def claimed(target: Target) -> set[str]:
    """The theorems that a target's fields name."""
    return {*(target[TheoremsField].value or ()), *(target[StatementsField].value or {})}


def missing_theorems(
    target: Target,
    module: str,
    constants: Mapping[str, Any],
    wrong_statements: Mapping[str, str],
    kinds: Mapping[str, str],
    own: Collection[str] | None = None,
) -> list[str]:
    """What is wrong with the claims that a module answers for: `own`, or else `own_claims`.

    A claim is met by a theorem alone, which a constant is if `kinds` says so.
    """
    statements = dict(target[StatementsField].value or {})
    required = claimed(target)
    if own is None:
        own = own_claims(required, module, target.address)
    messages = [
        f"the theorem {name} does not exist: {module} has no closed, top-level constant of that "
        + (f"name; it is {kinds[name]}." if name in kinds else "name.")
        + did_you_mean(near_names(name, constants))
        for name in sorted(required.intersection(own))
        if name not in constants
    ]
    messages += [
        f"the theorem {name} is {kinds.get(name) or NO_KIND}: `theorems` and `statements` are met "
        "by closed constants whose type is a proposition. Take it out of there in "
        f"{target.address.spec_path}/BUILD, or name the theorem that proves it."
        for name in sorted(required.intersection(own, constants))
        if kinds.get(name) != THEOREM
    ]
    for name, said in sorted(wrong_statements.items()):
        if name in constants:
            messages.append(
                f"the theorem {name} does not prove the statement `{statements[name]}` that the "
                f"BUILD file gives it: {said}"
            )
    return messages


def resting_on(assumption: Assumption, constants: Constants) -> list[str]:
    """The constants that rest on it; the one to explain first, which is never itself if it can."""
    names = sorted(n for n, found in constants.items() if assumption in found)
    if assumption.name == names[0] and len(names) > 1:
        return [names[-1], *names[:-1]]
    return names


def forbidden_message(
    assumption: Assumption,
    constants: Constants,
    path: Iterable[str],
    address: Address,
    option: str,
    where: str = "",
) -> str:
    """`path` leads from a theorem to the axiom; `option` permits it in the whole repository.

    `where` is the place of the axiom's declaration, as file:line, where it is known.
    """
    resting = resting_on(assumption, constants)
    others = f" (and {len(resting) - 1} more)" if len(resting) > 1 else ""
    reached = f"Reached by: {' -> '.join(path)}" + (f" ({where})" if where else "")
    if assumption.unsafe:
        return (
            f"{resting[0]}{others} relies on {assumption.name}, for which the kernel's check was "
            f"bypassed ({assumption.unsafe}); no setting permits that. {reached}"
        )
    if assumption.admitted:
        return (
            f"{resting[0]}{others} rests on {assumption.name}, of which the proof is left out "
            f'{assumption.statement}. {reached}. Prove it, or add "{assumption.name}" to `ious` '
            f"in {address.spec_path}/BUILD; no entry of `axioms` permits it."
        )
    statement = f" : {assumption.statement}" if assumption.statement else ""
    return (
        f"{resting[0]}{others} rests on the axiom {assumption.name}{statement}, which is not "
        f'permitted. {reached}. To permit it, add "{assumption.name}" to `axioms` in '
        f"{address.spec_path}/BUILD (or to `ious`, if it is to be proved later), or to "
        f"`{option}` in pants.toml."
    )


def further_axioms(module: str, rest: Iterable[Assumption]) -> list[str]:
    names = ", ".join(a.name for a in rest)
    return [f"{module} rests on further axioms, not permitted: {names}"] if names else []


def theorem_reports(constants: Constants, answer: Mapping[str, Any]) -> tuple[TheoremReport, ...]:
    kinds, mentions = answer.get("kinds", {}), answer.get("mentions", {})
    return tuple(
        TheoremReport(
            name,
            tuple(sorted({a.name for a in found})),
            kinds.get(name, ""),
            tuple(mentions.get(name, ())),
        )
        for name, found in sorted(constants.items())
    )

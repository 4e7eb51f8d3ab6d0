"""Which theorem a formula rests on, which constant that theorem must be about, and what the
formula claims beyond it.

    Citation(
        "coq:Fourfold.VJP.activations.is_vjp_gelu",
        of="Fourfold.VJP.activations.gelu",
        beyond="float32",
    )

The theorem is looked up in the compiled and audited theories, beside the numbers and not by them:
it must be a theorem there, and its statement must name `of`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

# Agda names hold almost any character, so only the separators are fixed.
_THEOREM = re.compile(r"(coq|lean|agda|isabelle):[^\s.]+(\.[^\s.]+)+")
_CONSTANT = re.compile(r"[^\s.:]+(\.[^\s.:]+)+")

MAX_BEYOND = 60
"""Characters: the text is shown in the line of each target that claims it."""


@dataclass(frozen=True)
class Citation:
    """`theorem` is written out where it is cited, as a literal: what a change of a theory concerns
    is found by reading the source.

    of: full name of the constant that is the formula, or what it is made from, in that prover's
        libraries. It is not the predicate that theorems of this kind share, such as `is_vjp`.
    beyond: what the formula claims and the theorem does not say, in a few words.
    """

    theorem: str
    of: str
    beyond: str = ""


def citation_errors(citations: Sequence[object]) -> list[str]:
    """What is wrong with the declarations; whether the theorem is there is found out elsewhere."""
    return [error for citation in citations for error in _errors(citation)]


def citations_json(citations: Sequence[object]) -> list[dict[str, str]]:
    """For a report; of what is no citation, which `citation_errors` refuses, the text alone."""
    return [
        asdict(c) if isinstance(c, Citation) else asdict(Citation(str(c), of="")) for c in citations
    ]


def _errors(citation: object) -> list[str]:
    if not isinstance(citation, Citation):
        return [
            f"theorem {citation!r} is cited as a {type(citation).__name__}; write "
            'Citation("prover:Library.file.theorem", of="Library.file.constant")'
        ]
    errors = []
    if not _THEOREM.fullmatch(citation.theorem):
        errors.append(f"theorem {citation.theorem!r} is not of the form prover:Library.file.name")
    if not _CONSTANT.fullmatch(citation.of):
        errors.append(
            f"the citation of {citation.theorem} is `of` {citation.of!r}; give the full name of "
            "the constant that its statement must name, as Library.file.name"
        )
    if citation.beyond != citation.beyond.strip() or len(citation.beyond) > MAX_BEYOND:
        errors.append(
            f"the citation of {citation.theorem} has a `beyond` of {len(citation.beyond)} "
            f"characters, {citation.beyond!r}; say it in at most {MAX_BEYOND}, without space around"
        )
    return errors

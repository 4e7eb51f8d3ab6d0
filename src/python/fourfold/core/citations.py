"""Citations of theorems in Python code, such as the string literal "coq:VJP.dense.is_vjp_dense"."""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from typing import Collection, Iterable, Iterator

_CITATION = re.compile(r"(?:coq|lean|agda|isabelle):[^\s.]+(?:\.[^\s.]+)+")


def scan_citations(text: str) -> tuple[str, ...]:
    """The string literals of a Python source that are citations, sorted.

    The text is split into tokens and not parsed, since it may be of a newer Python than this
    one. A literal counts as a whole: a citation inside a docstring is prose. From what cannot be
    split into tokens on, nothing is found.
    """
    return tuple(sorted({t for t in _string_literals(text) if _CITATION.fullmatch(t)}))


def _string_literals(text: str) -> Iterator[str]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING and token.string[0] in "\"'":
                yield ast.literal_eval(token.string)
    except (tokenize.TokenError, SyntaxError):
        return


def split_citation(citation: str) -> tuple[str, str]:
    """The prover and the theorem's full name. Raises ValueError if it is not a citation."""
    if not _CITATION.fullmatch(citation):
        raise ValueError(
            f"{citation!r} is not a citation: write it like \"coq:Library.file.theorem\", with "
            "one of the provers coq, lean, agda and isabelle"
        )
    prover, name = citation.split(":", 1)
    return prover, name


def module_of_theorem(theorem: str, modules: Collection[str]) -> str | None:
    """The longest of `modules` that is a proper prefix of `theorem`, component by component."""
    parts = theorem.split(".")
    prefixes = (".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1))
    return next((p for p in prefixes if p in modules), None)


def near_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of `names` that somebody who wrote `name` may have meant, the closest first."""
    return tuple(difflib.get_close_matches(name, sorted(names), n=3, cutoff=0.6))

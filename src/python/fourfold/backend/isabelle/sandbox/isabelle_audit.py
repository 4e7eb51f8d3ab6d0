"""Writes the session that audits a built one, and reads its answer.

The auditing theory imports theories of the toolchain alone, so nothing that the audited session
declares (notations, ML names, attributes, commands) has a meaning in it; audit.ML looks the
audited theories up in the image. The answer carries a number that is drawn for this run, which no
theory built before can know.
"""

from __future__ import annotations

import re

SESSION = "Fourfold_Audit"
SKIPPED_PROOF = "Pure.skip_proof"
_QUALIFIED = re.compile(r"(?<![\w.'])[^\W\d][\w']*(?:\.[^\W\d][\w']*)+")


class AuditError(Exception):
    """The answer is not one that can be judged."""


def ml_string(text: str) -> str:
    """A string literal of Standard ML, as bytes."""
    plain = {ord('"'): '\\"', ord("\\"): "\\\\"}
    return '"' + "".join(
        plain.get(b) or (chr(b) if 32 <= b < 127 else f"\\{b:03d}") for b in text.encode()
    ) + '"'


def ml_list(items: list[str]) -> str:
    return "[" + ", ".join(items) + "]"


def quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def with_variables(statement: str, theories: list[str]) -> tuple[str, list[tuple[str, str]]]:
    """The statement with a variable in place of each `Theory.constant` of the given theories, since
    the auditor's theory cannot know those; and each variable with its constant."""
    found: dict[str, str] = {}
    bases = {theory.rpartition(".")[2] for theory in theories}

    def variable(match: re.Match[str]) -> str:
        if match.group().partition(".")[0] not in bases:
            return match.group()
        return found.setdefault(match.group(), f"fourfold{len(found)}")

    text = _QUALIFIED.sub(variable, statement)
    return text, [(x, c) for c, x in found.items()]


def theory_files(request: dict, nonce: str, output: str) -> dict[str, str]:
    """File name -> text of the auditing session. Request keys: `session`, `sessions` (of the
    toolchain, whose theories are imported), `base` (those theories), `theories` (names of the
    session's own), `imported` (of other sessions of the repository) and `statements` (triples of
    a theorem's full name, its name in Isabelle, and the statement)."""
    base = " ".join(quoted(name) for name in request["base"] or ["Pure"])
    sessions = "".join(f" {quoted(name)}" for name in request["sessions"])
    root = (
        f"session {SESSION} = {quoted(request['session'])} +\n"
        "  options [document = false, skip_proofs = false, quick_and_dirty = false]\n"
        + (f"  sessions{sessions}\n" if sessions else "")
        + f"  theories {SESSION}\n"
    )
    statements = []
    for name, fact, text in request["statements"]:
        plain, constants = with_variables(text, request["theories"] + request["imported"])
        pairs = [f"({ml_string(x)}, {ml_string(c)})" for x, c in constants]
        row = [ml_string(name), ml_string(fact), ml_string(plain), ml_list(pairs)]
        statements.append(f"({', '.join(row)})")
    call = (
        "Fourfold_Audit.audit \\<^context>\n"
        f"  {{nonce = {ml_string(nonce)},\n"
        f"   theories = {ml_list([ml_string(t) for t in request['theories']])},\n"
        f"   imported = {ml_list([ml_string(t) for t in request['imported']])},\n"
        f"   statements = {ml_list(statements)},\n"
        f"   output = {ml_string(output)}}}"
    )
    theory = (
        f"theory {SESSION}\n  imports {base}\nbegin\n\nML_file \\<open>audit.ML\\<close>\n\n"
        f"ML \\<open>\n{call}\n\\<close>\n\nend\n"
    )
    return {"ROOT": root, f"{SESSION}.thy": theory}


def _unescaped(field: str) -> str:
    parts = field.split("\\\\")
    return "\\".join(p.replace("\\t", "\t").replace("\\n", "\n") for p in parts)


def records(text: str, nonce: str) -> list[list[str]]:
    rows = [[_unescaped(f) for f in line.split("\t")] for line in text.splitlines()]
    if len(rows) < 2 or rows[0] != ["begin", nonce] or rows[-1] != ["end", nonce]:
        raise AuditError("Isabelle wrote no answer, or one that is not of this run")
    return rows[1:-1]


def read_answer(text: str, request: dict, nonce: str) -> dict:
    """`constants`: full name of each fact -> what it rests on; `wrong_statements`."""
    owner_of: dict[str, tuple[str, str]] = {}
    facts: dict[tuple[str, str], dict] = {}
    parents: dict[str, set[str]] = {}
    axioms: dict[str, list[dict]] = {}
    wrong: dict[str, str] = {}
    for kind, *fields in records(text, nonce):
        if kind == "theory":
            parents[fields[0]] = {fields[0]}
        elif kind == "parent":
            parents[fields[0]].add(fields[1])
        elif kind == "axiom":
            theory, name, statement = fields
            axioms.setdefault(theory, []).append(
                {"name": full_name(theory, name), "statement": statement, "unsafe": ""}
            )
        elif kind == "fact":
            theory, name, concealed, closed, statement = fields
            facts[theory, name] = {
                "hidden": concealed == "true", "closed": closed == "true",
                "statement": statement, "oracles": [],
            }
        elif kind == "serial":
            # Several names of one theorem: the first is where its proof is.
            owner_of.setdefault(fields[2], (fields[0], fields[1]))
        elif kind == "oracle":
            facts[fields[0], fields[1]]["oracles"].append((fields[2], fields[3]))
        elif kind == "statement":
            if fields[1] != "proved":
                wrong[fields[0]] = fields[1]
        else:
            raise AuditError(f"Isabelle answered a record `{kind}`, which the audit does not know")
    constants = {}
    for (theory, name), fact in facts.items():
        if theory not in request["theories"] or fact["hidden"] or not fact["closed"]:
            continue
        found = [a for t in sorted(parents[theory]) for a in axioms.get(t, [])]
        for oracle, serial in fact["oracles"]:
            owner = owner_of.get(serial, (theory, name)) if serial != "0" else (theory, name)
            found.append(_assumption(oracle, owner, facts[owner]["statement"]))
        constants[full_name(theory, name)] = _distinct(found)
    return {"constants": constants, "wrong_statements": wrong}


def _assumption(oracle: str, owner: tuple[str, str], statement: str) -> dict:
    """A skipped proof is an open theorem, by its name; any other oracle is named itself."""
    if oracle == SKIPPED_PROOF:
        return {"name": full_name(*owner), "statement": statement, "unsafe": ""}
    return {"name": f"oracle:{oracle}", "statement": "", "unsafe": ""}


def _distinct(found: list[dict]) -> list[dict]:
    return list({a["name"]: a for a in found}.values())


def full_name(theory: str, name: str) -> str:
    """`Session.Theory.fact`, from `Session.Theory` and `Theory.fact`.

    What a theory stores under another name than its own is put below the theory as well.
    """
    session, dot, base = theory.rpartition(".")
    return f"{session}.{name}" if dot and name.startswith(base + ".") else f"{theory}.{name}"

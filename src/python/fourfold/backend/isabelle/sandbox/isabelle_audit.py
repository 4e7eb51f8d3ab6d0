"""Writes the session that audits a built one, and reads its answer.

The auditing theory imports theories of the toolchain alone, so nothing that the audited session
declares (notations, ML names, attributes, commands) has a meaning in it; audit.ML looks the
audited theories up in the image. The answer carries a number that is drawn for this run, which no
theory built before can know.

A second theory, which reads none of the ML names that all theories share, lists what these stand
for, since audit.ML is compiled with them: names.ML.
"""

from __future__ import annotations

import re

SESSION = "Fourfold_Audit"
NAMES = "Fourfold_Audit_Names"
SKIPPED_PROOF = "Pure.skip_proof"
MAX_STATEMENT = 2000
MAX_NAMES = 5
_QUALIFIED = re.compile(r"(?<![\w.'])[^\W\d][\w']*(?:\.[^\W\d][\w']*)+")


class AuditError(Exception):
    """The answer is not one that can be judged."""


def ml_string(text: str) -> str:
    """A string literal of Standard ML, as bytes.

    A backslash is written by its number: Isabelle reads `\\\\<and>` as one backslash and a symbol.
    """
    return '"' + "".join(
        chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03d}" for b in text.encode()
    ) + '"'


def ml_list(items: list[str]) -> str:
    return "[" + ", ".join(items) + "]"


def quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def with_variables(
    statement: str, theories: list[str], toolchain: list[str]
) -> tuple[str, list[tuple[str, str]]]:
    """The statement with a variable in place of each constant of the given theories, since the
    auditor's theory cannot know those; and each variable with its constant.

    A constant is written `Theory.constant`, or with the session before it, which it must have where
    the toolchain has a theory of that name too.
    """
    found: dict[str, str] = {}
    ours = {theory.rpartition(".")[2] for theory in theories}
    theirs = {theory.rpartition(".")[2] for theory in toolchain}
    sessions = {theory.rpartition(".")[0] for theory in theories}

    def variable(match: re.Match[str]) -> str:
        name = match.group()
        session = next((s for s in sessions if s and name.startswith(f"{s}.")), "")
        constant = name[len(session) + 1 :] if session else name
        theory = constant.partition(".")[0]
        if theory not in ours or theory == constant:
            return name
        if theory in theirs and not session:
            raise AuditError(
                f"`{name}` in the statement `{statement}` can mean a constant of the toolchain's "
                f"theory {theory} and one of the session's. For the latter, write its session "
                "before it; for the former, rename the session's theory"
            )
        return found.setdefault(constant, f"fourfold{len(found)}")

    text = _QUALIFIED.sub(variable, statement)
    return text, [(x, c) for c, x in found.items()]


def audit_call(request: dict, nonce: str, output: str) -> str:
    """The ML expression that audits: request keys as in `theory_files`."""
    names = [name for name, _ in request["toolchain"]]
    statements = []
    for name, theory, fact, text in request["statements"]:
        plain, constants = with_variables(text, request["theories"] + request["imported"], names)
        pairs = [f"({ml_string(x)}, {ml_string(c)})" for x, c in constants]
        row = [ml_string(part) for part in (name, theory, fact, plain)]
        statements.append(f"({', '.join([*row, ml_list(pairs)])})")
    toolchain = [f"({ml_string(name)}, {identity})" for name, identity in request["toolchain"]]
    return (
        "Fourfold_Audit.audit \\<^context>\n"
        f"  {{nonce = {ml_string(nonce)},\n"
        f"   toolchain = {ml_list(toolchain)},\n"
        f"   theories = {ml_list([ml_string(t) for t in request['theories']])},\n"
        f"   imported = {ml_list([ml_string(t) for t in request['imported']])},\n"
        f"   statements = {ml_list(statements)},\n"
        f"   output = {ml_string(output)}}}"
    )


def inventory_call(nonce: str, output: str) -> str:
    return (
        f"Fourfold_Audit.inventory {{nonce = {ml_string(nonce)}, output = {ml_string(output)}}}"
    )


def names_call(nonce: str, output: str) -> str:
    return f"Fourfold_Names.write {{nonce = {ml_string(nonce)}, output = {ml_string(output)}}}"


def _theory(name: str, imports: str, file: str, call: str) -> str:
    return (
        f"theory {name}\n  imports {imports}\nbegin\n\nML_file \\<open>{file}\\<close>\n\n"
        f"ML \\<open>\n{call}\n\\<close>\n\nend\n"
    )


def theory_files(request: dict, call: str, names: str) -> dict[str, str]:
    """File name -> text of the auditing session, which evaluates the ML expressions `call` and
    `names`.

    Request keys: `session`, `sessions` (of the toolchain, whose theories are imported) and `base`
    (those theories); for the audit also `toolchain` (name and identity of each theory in the
    toolchain's image), `theories` (names of the session's own), `imported` (of other sessions of
    the repository) and `statements` (a theorem's full name, its theory, its name in Isabelle, and
    the statement).
    """
    base = " ".join(quoted(name) for name in request["base"] or ["Pure"])
    sessions = "".join(f" {quoted(name)}" for name in request["sessions"])
    root = (
        f"session {SESSION} = {quoted(request['session'])} +\n"
        "  options [document = false, skip_proofs = false, quick_and_dirty = false]\n"
        + (f"  sessions{sessions}\n" if sessions else "")
        + f"  theories {NAMES} {SESSION}\n"
    )
    return {
        "ROOT": root,
        f"{NAMES}.thy": _theory(NAMES, "ML_Bootstrap", "names.ML", names),
        f"{SESSION}.thy": _theory(SESSION, base, "audit.ML", call),
    }


def _unescaped(field: str) -> str:
    parts = field.split("\\\\")
    return "\\".join(p.replace("\\t", "\t").replace("\\n", "\n") for p in parts)


def records(text: str, nonce: str) -> list[list[str]]:
    # Not splitlines, which takes characters that a statement may have for ends of lines.
    lines = text.split("\n")[:-1]
    rows = [[_unescaped(f) for f in line.split("\t")] for line in lines]
    if len(rows) < 2 or rows[0] != ["begin", nonce] or rows[-1] != ["end", nonce]:
        raise AuditError("Isabelle wrote no answer, or one that is not of this run")
    return rows[1:-1]


def read_inventory(text: str, nonce: str) -> dict:
    """`toolchain`: name and identity of each theory of an image."""
    return {
        "toolchain": [
            [name, int(identity)]
            for _, name, identity in records(text, nonce)
            if not name.startswith(SESSION)
        ]
    }


def read_names(text: str, nonce: str) -> dict[str, str]:
    """Kind and name of what all theories' ML shares -> the place of its declaration."""
    found = {f"{kind} {name}": place for kind, name, place in records(text, nonce)}
    if not found:  # then nothing would be compared
        raise AuditError("Isabelle listed no ML names, though every image has some")
    return found


def changed_names(found: dict[str, str], known: dict[str, str]) -> list[str]:
    """The message for ML names that stand for other things than in the toolchain's own image."""
    changed = sorted(n for n in {*found, *known} if found.get(n) != known.get(n))
    if not changed:
        return []
    more = f" and {len(changed) - MAX_NAMES} more" if len(changed) > MAX_NAMES else ""
    return [
        "the session, or one below it, declares ML names for the whole of Isabelle, which the audit "
        f"itself is compiled with: {', '.join(changed[:MAX_NAMES])}{more}. Write `ML` in place of "
        "`ML_export`, and take `ML_write_global` out"
    ]


class _Answer:
    """The records, sorted: facts by theory and name, what is said of theories by theory."""

    def __init__(self, rows: list[list[str]]) -> None:
        self.owner_of: dict[str, tuple[str, str]] = {}
        self.facts: dict[tuple[str, str], dict] = {}
        self.parents: dict[str, set[str]] = {}
        self.axioms: dict[str, list[tuple[str, dict]]] = {}
        self.foreign: list[str] = []
        self.wrong: dict[str, str] = {}
        for kind, *fields in rows:
            reader = getattr(self, f"read_{kind}", None)
            if reader is None:
                raise AuditError(
                    f"Isabelle answered a record `{kind}`, which the audit does not know"
                )
            reader(*fields)

    def read_theory(self, name: str, expected: str) -> None:
        self.parents.setdefault(name, {name})
        if expected != "true":
            self.foreign.append(name)

    def read_parent(self, name: str, parent: str) -> None:
        self.parents[name].add(parent)

    def read_axiom(self, theory: str, name: str, statement: str) -> None:
        axiom = assumption(full_name(theory, name), printable(statement), theory)
        self.axioms.setdefault(theory, []).append((name, axiom))

    def read_fact(
        self, theory: str, name: str, concealed: str, closed: str, generator: str, kind: str,
        statement: str,
    ) -> None:
        self.facts[theory, name] = {
            "hidden": concealed == "true", "closed": closed == "true", "kind": kind,
            "generator": generator == "true", "statement": printable(statement),
            "oracles": [], "mentions": [],
        }

    def read_mention(self, theory: str, name: str, home: str, constant: str) -> None:
        self.facts[theory, name]["mentions"].append(
            full_name(home, constant) if home else constant
        )

    def read_serial(self, theory: str, name: str, serial: str) -> None:
        # Several names of one theorem: the first is where its proof is.
        self.owner_of.setdefault(serial, (theory, name))

    def read_oracle(self, theory: str, name: str, oracle: str, home: str, serial: str) -> None:
        self.facts[theory, name]["oracles"].append((oracle, home, serial))

    def read_statement(self, name: str, said: str) -> None:
        if said != "proved":
            self.wrong[name] = printable(said)

    def owner(self, fact: tuple[str, str], serial: str) -> tuple[str, str]:
        return fact if serial == "0" else self.owner_of.get(serial, fact)

    def is_generator(self, fact: tuple[str, str]) -> bool:
        """Whether it is one of Quickcheck's unproved equations, and rests on nothing else."""
        found = self.facts[fact]
        return found["generator"] and all(
            oracle == SKIPPED_PROOF and self.owner(fact, serial) == fact
            for oracle, _, serial in found["oracles"]
        )

    def rests_on(self, fact: tuple[str, str]) -> list[dict]:
        theory = fact[0]
        above = sorted(self.parents.get(theory, {theory}))
        found = [axiom for t in above for _, axiom in self.axioms.get(t, [])]
        for oracle, home, serial in self.facts[fact]["oracles"]:
            if oracle == SKIPPED_PROOF:
                # A skipped proof is an open theorem, by its name.
                owner = self.owner(fact, serial)
                said = f"({self.facts[owner]['statement']})"
                found.append(assumption(full_name(*owner), said, owner[0], admitted=True))
            else:
                name = full_name(home, oracle) if home else oracle
                found.append(assumption(f"oracle:{name}", "", home))
        return _distinct(found)


def read_answer(text: str, request: dict, nonce: str) -> dict:
    """`constants`: full name of each fact -> what it rests on; `kinds`, `mentions`;
    `wrong_statements`; and `refused`: what makes the whole answer one that cannot be trusted."""
    answer = _Answer(records(text, nonce))
    constants: dict[str, list[dict]] = {}
    kinds, mentions = {}, {}
    raw_names: dict[str, set[tuple[str, str]]] = {}
    for fact, found in answer.facts.items():
        theory, name = fact
        if theory not in request["theories"]:
            continue
        full = full_name(*fact)
        raw_names.setdefault(full, set()).add(fact)
        if found["hidden"] or not found["closed"] or answer.is_generator(fact):
            continue
        # Of two facts with one name both are judged.
        constants[full] = _distinct([*constants.get(full, []), *answer.rests_on(fact)])
        kinds[full], mentions[full] = found["kind"], found["mentions"]
    for theory, found_axioms in answer.axioms.items():
        for name, axiom in found_axioms:
            raw_names.setdefault(f"axiom {axiom['name']}", set()).add((theory, name))
    return {
        "constants": constants,
        "kinds": kinds,
        "mentions": mentions,
        "wrong_statements": answer.wrong,
        "refused": [*_foreign(answer.foreign), *_clashes(raw_names)],
    }


def _foreign(theories: list[str]) -> list[str]:
    return [
        f"the session's theories rest on the theory {name}, which is neither the session's nor one "
        "that a session below it has, and is not the toolchain's theory of that name. Build on "
        "theories that are files, and import those of another session by `Session.Theory`"
        for name in sorted(set(theories))
    ]


def _clashes(raw_names: dict[str, set[tuple[str, str]]]) -> list[str]:
    messages = []
    for full, things in sorted(raw_names.items()):
        if len(things) > 1:
            found = " and ".join(f"`{name}` of {theory}" for theory, name in sorted(things))
            messages.append(
                f"two things of Isabelle, {found}, are both called {full}: rename one of them, so "
                "that a name says what is meant"
            )
    return messages


def assumption(name: str, statement: str, home: str, admitted: bool = False) -> dict:
    return {
        "name": name, "statement": statement, "unsafe": "", "home": home, "admitted": admitted
    }


def _distinct(found: list[dict]) -> list[dict]:
    return list({(a["name"], a["home"], a["statement"]): a for a in found}.values())


def printable(text: str) -> str:
    """Without control characters, and no longer than a message should be."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= MAX_STATEMENT else f"{plain[:MAX_STATEMENT]} ..."


def full_name(theory: str, name: str) -> str:
    """`Session.Theory.fact`, from `Session.Theory` and `Theory.fact`.

    What a theory stores under another name than its own is put below the theory as well.
    """
    session, dot, base = theory.rpartition(".")
    return f"{session}.{name}" if dot and name.startswith(base + ".") else f"{theory}.{name}"

"""Runs Coq for one Fourfold process: one of the steps at the end of this file.

Usage: coq_driver.py REQUEST       REQUEST is a JSON object; a JSON object is printed.

The exit status is 0 where the answer depends on the inputs alone, also when Coq rejects the file,
so that it can be cached; and 3 where Coq was killed or ran out of time or memory.
"""

from __future__ import annotations

import os
from typing import Callable

import confine
import coq_audit
import coq_load
import coq_statements
import vo_aliases
import vo_library
import vo_stub


class Coq:
    """One toolchain in one confinement, with the load path of the request.

    Request keys: `isolation`; paths in the toolchain: `loader`, `library_path`, `coqlib`,
    `runtime` (of OCaml), `findlib`; `compiler`, `toplevel`, `checker` (each a program in the
    toolchain and its first arguments); `own_root` (first component of the theory's logical name),
    `roots` (those of its imports), `flags`, `timeout` (seconds).
    """

    def __init__(self, request: dict) -> None:
        self.request = request
        self.confinement = confine.Confinement(
            request["isolation"], request["loader"], request["library_path"]
        )
        root = self.confinement.toolchain
        findlib = f"{root}/{request['findlib']}"
        os.makedirs("conf", exist_ok=True)
        with open("conf/findlib.conf", "w") as f:
            f.write(f'destdir="{findlib}"\npath="{findlib}"\nstdlib="{findlib}"\nldconf="ignore"\n')
        self.env = {
            "COQLIB": f"{root}/{request['coqlib']}",
            "COQCORELIB": f"{root}/{request['runtime']}",
            "ROCQLIB": f"{root}/{request['coqlib']}",
            "ROCQRUNTIMELIB": f"{root}/{request['runtime']}",
            "OCAMLFIND_CONF": f"{self.confinement.work}/conf/findlib.conf",
        }

    def load_path(self, *folders: str) -> list[str]:
        flags = []
        for folder in folders:
            for name in self.request["roots"]:
                physical = f"{folder}/{name}"
                if os.path.isdir(physical):
                    flag = "-R" if name == self.request["own_root"] else "-Q"
                    flags += [flag, physical, name]
        return flags

    def libraries(self, folder: str) -> vo_library.Closure:
        """What is compiled in `folder`, and the toolchain's libraries."""
        return vo_library.closure(folder, f"{confine.TOOLCHAIN_MOUNT}/{self.request['coqlib']}")

    def command(self, tool: str, args: list[str]) -> list[str]:
        program, *first = self.request[tool]
        return [*self.confinement.tool(program), *first, *args]

    def run(self, tool: str, args: list[str], writable: list[str]) -> confine.Completed:
        return self.confinement.run(
            self.command(tool, args),
            env=self.env,
            writable=writable,
            timeout=self.request["timeout"],
        )

    def session(self, tool: str, args: list[str], writable: list[str]) -> confine.Session:
        return self.confinement.session(
            self.command(tool, args),
            env=self.env,
            writable=writable,
            timeout=self.request["timeout"],
        )


def compile_module(request: dict) -> dict:
    """Compiles `source` to `out/<vo>` (canonical form) and its interface stub `stub/<vo>`."""
    coq = Coq(request)
    vo = request["vo"]
    os.makedirs(os.path.dirname(f"out/{vo}"), exist_ok=True)
    before = confine.tree_files()
    done = coq.run(
        "compiler",
        ["-q", "-noglob", *request["flags"], *coq.load_path("lib", "out"), "-o", f"out/{vo}",
         request["source"]],
        writable=["out"],
    )
    answer = done.answer()
    exists = os.path.isfile(f"out/{vo}")
    stem = f"out/{os.path.splitext(vo)[0]}"
    leftovers = {f"out/{vo}", f"{stem}.vos", f"{stem}.vok", f"{stem}.glob",
                 f"{os.path.dirname(stem)}/.{os.path.basename(stem)}.aux"}
    caches = {".lia.cache", ".nia.cache", ".csdp.cache", "out/.lia.cache", "out/.nia.cache"}
    undeclared = confine.undeclared_files(before, leftovers | caches)
    if done.exit_code == 0 and undeclared:
        answer.update(accepted=False, undeclared=undeclared)
    elif done.exit_code == 0 and not exists:
        answer.update(accepted=False, missing_output=True)
    if answer["accepted"]:
        with open(f"out/{vo}", "rb") as f:
            full, stub = vo_stub.canonical_and_stub(f.read())
        os.makedirs(os.path.dirname(f"full/{vo}"), exist_ok=True)
        os.makedirs(os.path.dirname(f"stub/{vo}"), exist_ok=True)
        with open(f"full/{vo}", "wb") as f:
            f.write(full)
        with open(f"stub/{vo}", "wb") as f:
            f.write(stub)
    return answer


def recheck_module(request: dict) -> dict:
    """`coqchk` over one module: its own terms again, its imports as they are."""
    coq = Coq(request)
    done = coq.run(
        "checker",
        ["-silent", "-o", *coq.load_path("lib"), "-norec", request["logical"]],
        writable=[],
    )
    libraries = coq.libraries("lib")
    own = libraries.library(request["logical"])
    # coqchk has the kernel's own errors of names; who imports the module goes by its re-check.
    return {
        **done.answer(),
        "confused": vo_aliases.confused(libraries, own),
        # Where it has such types, some failures of coqchk are its own (coqchk.py).
        "aliasable": vo_aliases.inductive_in_interface(own),
    }


def audit_module(request: dict) -> dict:
    """What the compiled module declares, and what each constant rests on (coq_audit.py)."""
    return _in_toplevel(request, coq_audit.audit)


def explain_axiom(request: dict) -> dict:
    """By which constants an axiom is reached (coq_audit.py)."""
    return _in_toplevel(request, coq_audit.explain)


def judge_statements(request: dict) -> dict:
    """Which theorems do not prove what the BUILD file says (coq_statements.py)."""

    def in_session(question: Callable) -> dict:
        os.makedirs("audit_out", exist_ok=True)
        for name in os.listdir("audit_out"):  # the answers of another session
            os.remove(f"audit_out/{name}")
        return _in_toplevel(request, lambda _, ask, read, closure: question(ask, read))

    return coq_statements.statements(request, Coq(request), in_session)


class Toplevel:
    """A toplevel that answers the audit's questions (coq_audit.py)."""

    def __init__(self, coq: Coq, folder: str) -> None:
        # With the prelude, whether or not the module has it: the audit uses tactics.
        flags = [flag for flag in coq.request["flags"] if flag != "-noinit"]
        self.session = coq.session(
            "toplevel", ["-q", "-w", "none", *flags, *coq.load_path(folder)], ["audit_out"]
        )
        self.marks = 0

    def read(self, name: str) -> str:
        try:
            with open(f"audit_out/{name}.out", encoding="utf-8", errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def ask(self, commands: list[str]) -> str:
        self.marks += 1
        # Coq opens and closes the file of one `Redirect` before it goes on: when the second mark
        # exists, all before it is written.
        for mark in (f"mark_{self.marks}_a", f"mark_{self.marks}_b"):
            commands = [*commands, f'Redirect "audit_out/{mark}" Locate True']
        text = "".join(f"{command}.\n" for command in commands)
        return self.session.send(text, until=f"audit_out/mark_{self.marks}_b.out")


def _in_toplevel(request: dict, question: Callable) -> dict:
    coq = Coq(request)
    toplevel = Toplevel(coq, "lib")
    found: dict = {}
    error = ""
    try:
        found = question(request, toplevel.ask, toplevel.read, coq.libraries("lib"))
    except (coq_audit.AuditError, vo_stub.VoError) as e:
        error = str(e)
    except confine.SessionEnded as e:
        error = f"Coq ended before it had answered: {e}"
    done = toplevel.session.close()
    return {**done.answer(), **found, "error": error}


if __name__ == "__main__":
    confine.run_driver(
        {
            "compile": compile_module,
            "audit": audit_module,
            "explain": explain_axiom,
            "statements": judge_statements,
            "recheck": recheck_module,
            "load": lambda request: coq_load.load(request, Coq(request)),
            "check_whole": lambda request: coq_load.check(request, Coq(request)),
        }
    )

"""Runs Agda for one Fourfold process: `compile`, `audit` or `recheck`.

Usage: agda_driver.py REQUEST       REQUEST is a JSON object; a JSON object is printed.

The exit status is 0 where the answer depends on the inputs alone, also when Agda rejects the file,
so that it can be cached; and 3 where Agda was killed or ran out of time or memory.

Modules lie in projects, one for each set of flags: `lib/<project>` has those that are imported,
with their interface files, read-only; `work/<project>` is where Agda writes.
"""

from __future__ import annotations

import os
import re
import time

import agda_audit
import agda_interface
import agda_questions
import agda_survey
import agda_text
import confine

PROJECT_FILE = "fourfold.agda-lib"
# A file whose terms grow without bound ends here, and not with the memory of the machine.
_MAX_HEAP = "6g"
_NO_LIBRARIES = "work/libraries"


class Agda:
    """One toolchain in one confinement.

    Request keys: `isolation`, `loader`, `library_path`, `data`, `version`, `project`, `flags`
    (those of the module), `safe`, `source` (path of the file in the repository), `path` (of the
    module below an include folder), `timeout` (seconds, for the whole step).
    """

    def __init__(self, request: dict) -> None:
        self.request = request
        self.confinement = confine.Confinement(
            request["isolation"], request["loader"], request["library_path"]
        )
        self.env = {
            "Agda_datadir": f"{self.confinement.toolchain}/{request['data']}",
            "LOCPATH": f"{self.confinement.toolchain}/usr/lib/locale",
        }
        self.deadline = time.monotonic() + request["timeout"]
        self.last = confine.Completed(0, "", 0.0)
        self.seconds = 0.0
        os.makedirs("work", exist_ok=True)
        # Empty: Agda looks for libraries nowhere else.
        with open(_NO_LIBRARIES, "w"):
            pass

    @property
    def project(self) -> str:
        return f"work/{self.request['project']}"

    @property
    def module_file(self) -> str:
        return f"{self.project}/{self.request['path']}"

    def interface(self, path: str) -> str:
        """Where Agda puts the interface of a source below an include folder."""
        stem = path.split(".lagda")[0] if ".lagda" in path else os.path.splitext(path)[0]
        return f"_build/{self.request['version']}/agda/{stem}.agdai"

    def begin_project(self, folder: str, flags: list[str]) -> None:
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/{PROJECT_FILE}", "w") as f:
            f.write(f"include: .\nflags: {' '.join(flags)}\n")

    def write(self, path: str, text: str) -> None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write(text)

    def arguments(self, folders: list[str]) -> list[str]:
        # Absolute: for an editor, Agda reads them as relative to the file.
        root = self.confinement.work
        include = [flag for folder in folders for flag in ("-i", f"{root}/{folder}")]
        return [*self.confinement.tool("usr/bin/agda"), "+RTS", f"-M{_MAX_HEAP}", "-RTS",
                f"--library-file={root}/{_NO_LIBRARIES}", "--no-default-libraries", *include]

    def check(self, file: str, folders: list[str], safe: bool) -> confine.Completed:
        command = self.arguments(folders) + (["--safe"] if safe else []) + [file]
        return self.ask(command, "")

    def ask(self, command: list[str], text: str) -> confine.Completed:
        """Runs `command` with `text` as its input."""
        left = max(self.deadline - time.monotonic(), 0.01)
        session = self.confinement.session(
            command, env=self.env, writable=["work"], timeout=left
        )
        assert session.process.stdin is not None
        try:
            session.process.stdin.write(text.encode())
            session.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; its exit status says why
        self.last = session.close()
        self.seconds += self.last.seconds
        return self.last

    def shown(self, output: str) -> str:
        """What Agda printed, with the file's path as it is in the repository.

        Imports are shown by their paths below an include folder.
        """
        root = re.escape(self.confinement.work)
        output = output.replace(
            f"{self.confinement.work}/{self.module_file}", self.request["source"]
        )
        return re.sub(rf"{root}/(?:lib|work)/[0-9a-f]{{12}}/", "", output)

    def answer(self, accepted: bool) -> dict:
        return {
            **self.last.answer(),
            "accepted": accepted and not self.last.limit,
            "output": self.shown(self.last.output),
            "seconds": self.seconds,
        }


def folders_of(root: str) -> list[str]:
    if not os.path.isdir(root):
        return []
    return sorted(f"{root}/{name}" for name in os.listdir(root) if os.path.isdir(f"{root}/{name}"))


def _copy(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(source, "rb") as original, open(target, "wb") as copy:
        copy.write(original.read())


def compile_module(request: dict) -> dict:
    """Checks the module, and leaves its text without comments and its interface under `out`.

    Interfaces hold the text they are made from, and the place of every name in it. So that a
    remark changes nothing for those who import the module, the text that is checked has none:
    Agda itself says what is a comment.
    """
    agda = Agda(request)
    agda.begin_project(agda.project, request["flags"])
    folders = [agda.project, *folders_of("lib")]
    with open(request["source"], encoding="utf-8", errors="replace", newline="") as f:
        original = f.read()
    agda.write(agda.module_file, original)
    text = _without_comments(agda, original)
    agda.write(agda.module_file, text)
    before = confine.tree_files()
    done = agda.check(agda.module_file, folders, request["safe"])
    if done.exit_code != 0 and not done.timed_out and text != original:
        # For the places in its messages, and in case that the text was not the same after all.
        text = original
        agda.write(agda.module_file, text)
        done = agda.check(agda.module_file, folders, request["safe"])
    answer = agda.answer(done.exit_code == 0)
    interface = agda.interface(request["path"])
    expected = {f"{agda.project}/{interface}"}
    undeclared = confine.undeclared_files(before, expected)
    if done.exit_code == 0 and undeclared:
        answer.update(accepted=False, undeclared=undeclared)
    elif done.exit_code == 0 and not os.path.isfile(f"{agda.project}/{interface}"):
        answer.update(accepted=False, missing_output=True)
    if answer["accepted"]:
        answer.update(_trusted(f"{agda.project}/{interface}"))
    if answer.get("composing"):
        answer["left_lets"] = agda_text.has_left_lets(text, _highlighting(agda))
        answer["repeatable"] = answer["repeatable"] and agda.last.repeatable
    if done.exit_code == 0 and not request["safe"]:
        answer["survey"] = _survey(agda, original)
        answer["repeatable"] = answer["repeatable"] and agda.last.repeatable
    if answer["accepted"]:
        out = f"out/{request['project']}"
        agda.write(f"{out}/{request['path']}", text)
        _copy(f"{agda.project}/{interface}", f"{out}/{interface}")
        agda.begin_project(out, request["flags"])
    return answer


def _read(file: str) -> agda_interface.Interface:
    with open(file, "rb") as f:
        return agda_interface.Interface(f.read())


def _trusted(file: str) -> dict:
    """What the interface says that its module takes on trust, and what it needs of others."""
    try:
        interface = _read(file)
        postulates = [
            {"name": d.name, "line": d.line}
            for d in interface.definitions
            if d.kind in ("postulate", "undefined")
        ]
        composing = interface.composing()
    except agda_interface.NotRead as e:
        return {"accepted": False, "not_read": str(e)}
    return {
        "postulates": sorted(postulates, key=lambda p: (p["line"], p["name"])),
        "bound": interface.bound,
        "options": interface.options,
        "imports": interface.imports,
        "composing": sorted({d.name for d in composing}),
        "inferred": sorted({d.name for d in composing if d.infers_composition}),
    }


def _without_comments(agda: Agda, original: str) -> str:
    if ".lagda" in agda.request["path"]:
        return original
    return agda_text.without(original, agda_text.comments(_highlighting(agda)))


def _highlighting(agda: Agda) -> str:
    """What Agda says of each token of the module's file, as it lies there now."""
    file = f"{agda.confinement.work}/{agda.module_file}"
    quoted = agda_text.haskell_string(file)
    done = agda.ask(
        [*agda.arguments([]), "--interaction-json"],
        f"IOTCM {quoted} NonInteractive Direct (Cmd_tokenHighlighting {quoted} Keep)\n",
    )
    return done.output


def _survey(agda: Agda, original: str) -> dict:
    """What Agda would refuse in the module if `--safe` were asked for it."""
    # In a folder of its own, since imports keep the flags that they were checked with.
    folder = "work/survey"
    agda.begin_project(folder, [*agda.request["flags"], "--safe"])
    file = f"{folder}/{agda.request['path']}"
    agda.write(file, original)
    done = agda.check(file, [folder, *folders_of("lib")], safe=False)
    return agda_survey.survey(done.output, done.exit_code)


def recheck_module(request: dict) -> dict:
    """The module again from the sources of its whole closure, with no interface files."""
    agda = Agda(request)
    for folder, _, files in os.walk("lib"):
        for name in files:
            if not name.endswith(".agdai"):
                _copy(f"{folder}/{name}", f"work{folder[len('lib'):]}/{name}")
    _copy(request["source"], agda.module_file)
    done = agda.check(agda.module_file, folders_of("work"), request["safe"])
    return agda.answer(done.exit_code == 0)


def audit_module(request: dict) -> dict:
    """What the compiled module declares, and what it rests on (agda_audit.py)."""
    agda = Agda(request)
    found: dict = {}
    error = ""
    file = f"lib/{request['project']}/{agda.interface(request['path'])}"
    try:
        found = agda_audit.audit(request, _read(file), Questions(agda))
    except (agda_questions.AuditError, agda_interface.NotRead) as e:
        error = str(e)
    return {**agda.answer(not error), **found, "error": error}


def load_library(request: dict) -> dict:
    """All modules of a library in one process."""
    agda = Agda(request)
    error = ""
    try:
        agda_audit.importing_flags(request["modules"], request["flags"], Questions(agda))
    except agda_questions.AuditError as e:
        error = str(e)
    return {**agda.last.answer(), "accepted": not error, "error": error, "seconds": agda.seconds}


class Questions:
    """Runs Agda on files of the auditor's own, which import the module."""

    def __init__(self, agda: Agda) -> None:
        self.agda = agda
        self.projects: dict[tuple[str, ...], str] = {}

    def check(self, name: str, texts: dict[str, str], flags: list[str]) -> tuple[bool, str]:
        """Whether Agda accepts the file `name` among some, and what it says."""
        folder = self._write(texts, flags)
        done = self.agda.check(f"{folder}/{name}.agda", [folder, *folders_of("lib")], safe=False)
        self._must_have_ended(done)
        return done.exit_code == 0, done.output

    def ask(self, name: str, text: str, flags: list[str], commands: list[str]) -> list[dict]:
        """What Agda displays after loading a file, and after each command."""
        folder = self._write({name: text, **agda_questions.HELPERS}, flags)
        quoted = agda_text.haskell_string(f"{self.agda.confinement.work}/{folder}/{name}.agda")
        lines = [f"IOTCM {quoted} None Indirect ({c})\n"
                 for c in (f"Cmd_load {quoted} []", *commands)]
        arguments = self.agda.arguments([folder, *folders_of("lib")])
        done = self.agda.ask([*arguments, "--interaction-json"], "".join(lines))
        self._must_have_ended(done)
        return agda_text.displayed(done.output)

    def _must_have_ended(self, done: confine.Completed) -> None:
        if done.timed_out or done.limit or done.ended_by:
            raise agda_questions.AuditError("Agda was stopped")

    def _write(self, texts: dict[str, str], flags: list[str]) -> str:
        """A folder with the texts: one for each set of flags, so that helpers are checked once."""
        if tuple(flags) not in self.projects:
            folder = self.projects[tuple(flags)] = f"work/audit_{len(self.projects)}"
            self.agda.begin_project(folder, flags)
        folder = self.projects[tuple(flags)]
        for name, text in texts.items():
            self.agda.write(f"{folder}/{name}.agda", text)
        return folder


if __name__ == "__main__":
    confine.run_driver(
        {
            "compile": compile_module,
            "audit": audit_module,
            "recheck": recheck_module,
            "library": load_library,
        }
    )

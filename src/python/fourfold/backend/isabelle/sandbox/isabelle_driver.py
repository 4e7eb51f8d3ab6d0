"""Runs Isabelle for one Fourfold process: `build`, `audit`, `recheck`, `library` or
`inventory`.

Usage: isabelle_driver.py REQUEST       REQUEST is a JSON object; a JSON object is printed.

The working folder holds `tree/` (sources at their paths in the repository), `roots.json` (folder ->
text of the ROOT file to write there), and `heaps/` (images and databases of the sessions that this
one needs). The exit status is 0 where the answer depends on the inputs alone, also when Isabelle
rejects them, so that it can be cached; and 3 where Isabelle was killed or ran out of time or
memory.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from typing import Callable

import confine
import confine_elf
import isabelle_audit

_HOME = "home"  # the one folder that Isabelle may write to, beside the audit's
_AUDIT = "audit"
_SETTINGS = """\
ISABELLE_TMP_PREFIX="$USER_HOME/tmp"
ISABELLE_BUILD_OPTIONS=""
ISABELLE_TOOL_JAVA_OPTIONS="$ISABELLE_TOOL_JAVA_OPTIONS -XX:-UsePerfData \
-Djava.io.tmpdir=$USER_HOME/tmp -Duser.home=$USER_HOME"
"""


class Isabelle:
    """One toolchain in one confinement, with a user's home of its own.

    Request keys: `isolation`, `timeout` (seconds).
    """

    def __init__(self, request: dict) -> None:
        self.request = request
        self.confinement = confine_elf.ElfConfinement(request["isolation"])
        home = f"{self.confinement.work}/{_HOME}"
        self.env = {
            "USER_HOME": home,
            "USER": "fourfold",
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            # Isabelle's settings start a Java before they are read, where there is no /tmp.
            "JDK_JAVA_OPTIONS": f"-Djava.io.tmpdir={home}/tmp",
        }
        user = os.path.join(_HOME, ".isabelle", toolchain_identifier())
        self.heaps = os.path.join(user, "heaps")
        os.makedirs(os.path.join(user, "etc"), exist_ok=True)
        os.makedirs(os.path.join(_HOME, "tmp"), exist_ok=True)
        with open(os.path.join(user, "etc", "settings"), "w") as f:
            f.write(_SETTINGS)
        if os.path.isdir("heaps"):
            copy_tree("heaps", self.heaps)

    def build(self, session: str, folders: list[str], *flags: str) -> confine.Completed:
        return self.confinement.run(
            [*self.confinement.tool("bin/isabelle"), *build_command(session, folders, *flags)],
            env=self.env,
            writable=[_HOME, _AUDIT],
            timeout=self.request["timeout"],
        )

    def keep(self, known: set[str], wanted: str = "") -> list[str]:
        """Moves what was built to the output, and returns the names of the sessions.

        Only the files of the session `wanted`: a theory can write others beside them. Where none
        is named, all that was built is the toolchain's.
        """
        sessions = []
        for path in sorted(glob.glob(f"{self.heaps}/*/**", recursive=True)):
            relative = os.path.relpath(path, self.heaps)
            session = session_of_file(relative) if os.path.isfile(path) else ""
            if relative not in known and session and wanted in ("", session):
                target = os.path.join("built", relative)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.replace(path, target)
                if os.path.basename(os.path.dirname(path)) != "log":
                    sessions.append(session)
        return sessions

    def stored(self) -> set[str]:
        found = glob.glob(f"{self.heaps}/**", recursive=True)
        return {os.path.relpath(p, self.heaps) for p in found if os.path.isfile(p)}


# The small Python of the sandbox has no shutil.
def copy_file(source: str, target: str) -> None:
    with open(source, "rb") as read, open(target, "wb") as write:
        while block := read.read(1 << 20):
            write.write(block)


def copy_tree(source: str, target: str) -> None:
    for folder, _, files in os.walk(source):
        to = os.path.normpath(os.path.join(target, os.path.relpath(folder, source)))
        os.makedirs(to, exist_ok=True)
        for name in files:
            copy_file(os.path.join(folder, name), os.path.join(to, name))


def toolchain_identifier() -> str:
    """Such as `Isabelle2025`: a part of the path of the user's settings and heaps."""
    try:
        with open(f"{confine.TOOLCHAIN_MOUNT}/etc/ISABELLE_IDENTIFIER") as f:
            return f.read().strip()
    except FileNotFoundError:
        return ""


def build_command(session: str, folders: list[str], *flags: str) -> list[str]:
    """Options go into the ROOT files: one here would count for every session, HOL included."""
    command = ["build", "-v", *flags]
    for folder in folders:
        command += ["-d", folder]
    return [*command, session]


def session_of_file(path: str) -> str:
    """The session of `<ML>/Session`, `<ML>/log/Session.db` or `<ML>/log/Session.gz`, relative to
    the heaps; "" of another file."""
    parts = path.split(os.sep)
    if len(parts) == 2:
        return parts[1]
    base, extension = os.path.splitext(parts[-1])
    log = len(parts) == 3 and parts[1] == "log" and extension in (".db", ".gz")
    return base if log else ""


def write_roots(roots: dict) -> list[str]:
    """Writes the ROOT files, and returns their folders."""
    for folder, text in roots.items():
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "ROOT"), "w") as f:
            f.write(text)
    return sorted(roots)


def build(request: dict) -> dict:
    """Builds `session`, and keeps its image and database in `built/`."""
    folders = write_roots(request["roots"])
    isabelle = Isabelle(request)
    known = isabelle.stored()
    before = confine.tree_files()
    done = isabelle.build(request["session"], folders, "-b")
    answer = done.answer()
    stray = [p for p in confine.undeclared_files(before, set()) if not p.startswith(_HOME + os.sep)]
    if done.exit_code == 0 and stray:
        answer.update(accepted=False, undeclared=stray)
    if answer["accepted"]:
        built = isabelle.keep(known, "" if request["step"] == "library" else request["session"])
        if built.count(request["session"]) != 1:
            answer.update(accepted=False, missing_output=True)
    return answer


@dataclass
class ImageAnswer:
    """`driver` is the driver's answer, with an `error` where there is none of Isabelle's; `text`
    is what the audit wrote, `names` what ML names stand for, both with the number `nonce`."""

    driver: dict
    text: str
    names: str
    nonce: str


def ask_image(request: dict, call: Callable[[str, str], str]) -> ImageAnswer:
    """Evaluates an ML expression in a session of the audit's own above the image, in a process and
    a home that nothing of the image's session has written to."""
    nonce = os.urandom(16).hex()
    folders = write_roots(request["roots"])
    isabelle = Isabelle(request)
    answers = [os.path.join(_AUDIT, name) for name in ("answer", "names")]
    output, names = (f"{isabelle.confinement.work}/{path}" for path in answers)
    theories = isabelle_audit.theory_files(
        request, call(nonce, output), isabelle_audit.names_call(nonce, names)
    )
    os.makedirs("auditor", exist_ok=True)
    for name, text in theories.items():
        with open(os.path.join("auditor", name), "w") as f:
            f.write(text)
    for name in ("audit.ML", "names.ML"):
        copy_file(name, f"auditor/{name}")
    done = isabelle.build(isabelle_audit.SESSION, [*folders, "auditor"])
    answer = {**done.answer(), "error": ""}
    if not answer["accepted"]:
        answer["error"] = "" if answer["timed_out"] else answer["output"][-4000:]
    text, found = map(read_text, answers)
    return ImageAnswer(answer, text, found, nonce)


def read_text(path: str) -> str:
    """As it is, with each end of line that it has; "" of a file that is not there."""
    if not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8", errors="replace", newline="") as f:
        return f.read()


def audit(request: dict) -> dict:
    """Asks the built image what it holds."""
    try:
        found = ask_image(
            request, lambda nonce, output: isabelle_audit.audit_call(request, nonce, output)
        )
        answer = found.driver
        if answer["accepted"]:
            names = isabelle_audit.read_names(found.names, found.nonce)
            answer.update(isabelle_audit.read_answer(found.text, request, found.nonce))
            answer["refused"] += isabelle_audit.changed_names(names, request["names"])
        return answer
    except isabelle_audit.AuditError as e:
        return {"accepted": True, "timed_out": False, "seconds": 0.0, "output": "", "error": str(e)}


def inventory(request: dict) -> dict:
    """Asks an image of the toolchain's which theories it holds, and what ML names stand for."""
    found = ask_image(request, isabelle_audit.inventory_call)
    answer = found.driver
    if answer["accepted"]:
        try:
            answer["names"] = isabelle_audit.read_names(found.names, found.nonce)
            answer.update(isabelle_audit.read_inventory(found.text, found.nonce))
        except isabelle_audit.AuditError as e:
            answer["error"] = str(e)
    return answer


def recheck(request: dict) -> dict:
    """Builds the session again from its sources, and audits that image."""
    answer = build(request)
    if not answer["accepted"]:
        return {**answer, "rejected": True}
    copy_tree("built", "heaps")
    os.rename(_HOME, "first_home")
    audited = audit(request)
    return {**audited, "seconds": answer["seconds"] + audited["seconds"]}


if __name__ == "__main__":
    confine.run_driver(
        {
            "build": build,
            "library": build,
            "inventory": inventory,
            "audit": audit,
            "recheck": recheck,
        }
    )

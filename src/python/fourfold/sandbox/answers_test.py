from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from fourfold.sandbox.answers import line_about, without_first_line

SCRIPT = Path(__file__).with_name("scripts") / "about_module.py"
LINE = line_about(("check", "inputs"))


def test_an_answer_with_another_first_line_or_none_is_refused() -> None:
    for said in (b"{}", line_about(("check", "others")).encode()):
        fake = SimpleNamespace(stdout=said, exit_code=0)
        assert without_first_line(LINE, fake) is None  # type: ignore[arg-type]


def test_a_process_that_failed_is_passed_on_with_all_that_it_said() -> None:
    fake = SimpleNamespace(stdout=b"Traceback", exit_code=1)
    assert without_first_line(LINE, fake) is fake  # type: ignore[arg-type]


def test_a_module_runs_as_by_itself_after_the_line(tmp_path: Path) -> None:
    (tmp_path / "asked.py").write_text(
        "import sys\nprint(__name__, *sys.argv[1:])\nsys.exit(sys.argv[0] != __file__)\n"
    )
    done = subprocess.run(
        [sys.executable, str(SCRIPT), LINE.strip(), "asked", "--one", "two"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, f"{LINE}__main__ --one two\n")

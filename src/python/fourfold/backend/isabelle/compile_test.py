from __future__ import annotations

from pants.engine.internals.native_engine import EMPTY_DIGEST

from fourfold.backend.isabelle.compile import (
    BuiltSession,
    SessionFacts,
    first_error,
    rejected_because,
    roots_of,
)
from fourfold.backend.isabelle.inventory import toolchain_parent
from fourfold.backend.isabelle.judge import statement_rows
from fourfold.backend.isabelle.layout import images_among

# Written after what the manual and the sources of `isabelle build` say it prints.
DOCUMENTED_FAILURE = """\
Started at Mon Mar 17 10:00:00 GMT 2025 (polyml-5.9.1_x86_64_32-linux on host)
Session Pure/Pure
Session HOL/HOL (main)
Session Unsorted/S
Building S ...
S: theory S.A
S FAILED (see also "isabelle build_log -H Error S")
*** Failed to finish proof (line 6 of "/sandbox/tree/lib/A.thy"):
*** goal (1 subgoal):
***  1. n + 1 = n
*** At command "by" (line 6 of "/sandbox/tree/lib/A.thy")
Unfinished session(s): S
0:00:09 elapsed time, 0:00:21 cpu time, factor 2.33
"""


def test_fake_output_the_errors_of_a_documented_transcript() -> None:
    said = first_error(DOCUMENTED_FAILURE)
    assert said.splitlines()[0].startswith("Failed to finish proof (line 6")
    assert said.splitlines()[-1] == 'At command "by" (line 6 of "/sandbox/tree/lib/A.thy")'
    assert "Unfinished" not in said


def test_fake_output_without_marked_errors_all_is_said() -> None:
    assert first_error("Missing Isabelle component\n") == "Missing Isabelle component"


def test_fake_output_why_a_build_was_refused() -> None:
    assert "timed out after 9 s" in rejected_because({"timed_out": True}, "S", 9)
    wrote = rejected_because({"undeclared": ["tree/x"]}, "S", 9)
    assert "wrote files that no compile should write: tree/x" in wrote
    assert "left no image" in rejected_because({"missing_output": True, "output": ""}, "S", 9)
    cheated = rejected_because(
        {"output": "*** Cheating requires quick_and_dirty mode!\n"}, "the session `S`", 9
    )
    assert cheated.startswith("the session `S`: Cheating requires quick_and_dirty mode!")
    assert "declare its full name in `ious`" in cheated


def test_sessions_of_one_folder_share_a_root_file() -> None:
    closure = [
        SessionFacts("A", "lib", "session A\n", (), ()),
        SessionFacts("B", "lib", "session B\n", (), ()),
        SessionFacts("C", "", "session C\n", (), ()),
    ]
    assert roots_of(closure) == {"tree/lib": "session A\nsession B\n", "tree": "session C\n"}


def test_images_that_a_toolchain_holds() -> None:
    files = ["heaps/polyml-5.9.1_x86_64_32-linux/HOL", "heaps/polyml/log/HOL.db", "src/HOL/ROOT"]
    assert images_among(files) == {"HOL"}


def test_statements_go_to_the_session_that_they_name() -> None:
    rows = statement_rows({"S.A.t": "x", "T.A.t": "y"}, "S")
    assert rows == [("S.A.t", "S.A", "A.t", "x")]


def test_the_image_of_the_toolchains_that_a_session_stands_on() -> None:
    low = SessionFacts("Low", "lib", "", (), (), "HOL-Analysis")
    beside = SessionFacts("Beside", "lib", "", (), (), "HOL")
    high = SessionFacts("High", "lib", "", (), (), "Low")
    heaps = EMPTY_DIGEST
    built = BuiltSession(heaps, heaps, heaps, heaps, (beside, low, high))
    assert toolchain_parent(built) == "HOL-Analysis"


def test_fake_output_what_java_says_of_its_options_is_no_error() -> None:
    said = "NOTE: Picked up JDK_JAVA_OPTIONS: -Djava.io.tmpdir=x\nMissing component\n"
    assert first_error(said) == "Missing component"

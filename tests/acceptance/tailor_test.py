"""`tailor` in this repository: it proposes nothing, so that no goal breaks by running it."""

from __future__ import annotations

from workspace import REPOSITORY, run, user_environment


def test_this_repository_has_all_its_targets() -> None:
    done = run(["./pants", "tailor", "--check", "::"], REPOSITORY, user_environment())
    assert done.exit_code == 0 and "Would" not in done.output, done.output

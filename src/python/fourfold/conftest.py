"""The names by which scripts find each other where they run, side by side in a sandbox."""

from __future__ import annotations

import sys

from fourfold.sandbox.scripts import limits

sys.modules.setdefault("limits", limits)

from fourfold.sandbox.scripts import confine  # noqa: E402

sys.modules.setdefault("confine", confine)

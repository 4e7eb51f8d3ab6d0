"""Runs the independent check over one compiled module (vo_witness.py). No program of Coq runs.

The module's own file must be the full one; of its imports, declarations are enough.
"""

from __future__ import annotations

import time

import confine
import vo_library
import vo_stub
import vo_witness


def witness(request):
    """Request keys: `logical`, and `coqlib`, a path in the toolchain."""
    begun = time.monotonic()
    coqlib = f"{confine.TOOLCHAIN_MOUNT}/{request['coqlib']}"
    answer = {"repeatable": True, "error": ""}
    try:
        closure = vo_library.closure("lib", coqlib)
        own = closure.library(request["logical"])
        if own is None:
            raise vo_stub.VoError(f"there is no file of {request['logical']}")
        answer.update(vo_witness.judge(closure, own))
    except vo_stub.VoError as error:
        answer["error"] = str(error)
    return {**answer, "seconds": time.monotonic() - begun}


if __name__ == "__main__":
    confine.run_driver({"witness": witness})

"""The scripts that run Coq inside the sandbox."""

from __future__ import annotations

from fourfold.sandbox.confined import DriverScripts

COQ_DRIVER = DriverScripts(
    (
        ("fourfold.backend.coq.sandbox", "coq_driver.py"),
        ("fourfold.backend.coq.sandbox", "coq_audit.py"),
        ("fourfold.backend.coq.sandbox", "coq_claim_names.py"),
        ("fourfold.backend.coq.sandbox", "coq_claim_text.py"),
        ("fourfold.backend.coq.sandbox", "coq_libraries.py"),
        ("fourfold.backend.coq.sandbox", "coq_load.py"),
        ("fourfold.backend.coq.sandbox", "coq_statements.py"),
        ("fourfold.backend.coq.sandbox", "vo_aliases.py"),
        ("fourfold.backend.coq.sandbox", "vo_equality.py"),
        ("fourfold.backend.coq.sandbox", "vo_library.py"),
        ("fourfold.backend.coq.sandbox", "vo_stub.py"),
    )
)

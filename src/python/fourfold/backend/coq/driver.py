"""The scripts that run Coq inside the sandbox."""

from __future__ import annotations

from fourfold.sandbox.confined import DriverScripts

_READER = (
    ("fourfold.backend.coq.sandbox", "vo_library.py"),
    ("fourfold.backend.coq.sandbox", "vo_stub.py"),
)
_RULES = "fourfold.second_witness.scripts"

# A driver of its own: to change a rule runs no compile, audit or re-check again.
WITNESS_DRIVER = DriverScripts(
    (
        ("fourfold.backend.coq.sandbox", "coq_witness.py"),
        ("fourfold.backend.coq.sandbox", "vo_terms.py"),
        ("fourfold.backend.coq.sandbox", "vo_witness.py"),
        ("fourfold.backend.coq.sandbox", "vo_world.py"),
        *_READER,
        (_RULES, "witness_cofix.py"),
        (_RULES, "witness_fix.py"),
        (_RULES, "witness_positivity.py"),
        (_RULES, "witness_rules.py"),
        (_RULES, "witness_sizes.py"),
        (_RULES, "witness_terms.py"),
        (_RULES, "witness_trees.py"),
        (_RULES, "witness_values.py"),
    )
)

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
        *_READER,
    )
)

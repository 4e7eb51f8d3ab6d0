from __future__ import annotations

from pants.build_graph.address import Address

from fourfold.backend.coq.recheck import RecheckedClosure, RefusedModule, import_messages


def refused(module: str) -> RefusedModule:
    return RefusedModule(module, Address("lib", target_name=module), f"{module}: rejected")


def test_a_refused_import_is_named_with_its_reason_and_the_module_itself_is_not() -> None:
    closure = RecheckedClosure((refused("A"), refused("M")), ())
    (message,) = import_messages("M", closure)
    assert message == (
        "M rests on A (lib:A), which its kernel re-check refuses. A: rejected"
    )
    many = RecheckedClosure(tuple(refused(n) for n in "ABCDE"), ())
    assert import_messages("M", many)[-1].endswith(": D, E")

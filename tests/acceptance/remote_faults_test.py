"""A remote cache that is gone, slow, full, damaged or wrong: the verdict is that of no cache."""

from __future__ import annotations

import time
from typing import Set

import machines
from conftest import HONEST_GRADIENT, NO_THEOREM, UNCHECKED, Shared
from machines import counter, hits, of_theory, warnings
from workspace import Run

LIE = "exact I. Qed.\nLemma lie : False. Proof. exact I"


def checked(
    cache: Shared, name: str, proof: str = "exact I", fields: str = "", exit_code: int = 0
) -> Run:
    """The second machine's first run of a theory; the first has run those of conftest.SHARED."""
    cache.second.write(machines.theory(name, proof, fields))
    done = cache.second.test(f"{name}::")
    assert done.exit_code == exit_code, done.output[-4000:]
    return done


def verdict(cache: Shared, name: str) -> object:
    return cache.second.report(f"{name}.main.v.json")["verdict"]


def provers(done: Run, name: str) -> Set[str]:
    return done.executed & of_theory(name)


def test_a_server_that_is_down(shared: Shared) -> None:
    """The daemon finds the server again when it is back."""
    shared.proxy.stop()
    done = checked(shared, "down")
    assert provers(done, "down") == of_theory("down") and verdict(shared, "down") == "clean"
    assert any("Failed to read from remote cache" in line for line in warnings(done))
    shared.proxy.start()
    done = checked(shared, "recovered")
    assert hits(done) >= of_theory("recovered") and provers(done, "recovered") == set()


def test_a_server_that_ends_in_the_middle(cache: Shared) -> None:
    cache.proxy.behave(fault="die")
    done = checked(cache, "cut_off")
    assert cache.proxy.process is not None and cache.proxy.process.wait(10) == 1
    assert provers(done, "cut_off") == of_theory("cut_off")
    assert verdict(cache, "cut_off") == "clean"


def test_a_server_that_takes_five_seconds(cache: Shared) -> None:
    """A prover starts after 2 s, and is done before the answer is there."""
    cache.proxy.behave(delay=5)
    started = time.monotonic()
    done = checked(cache, "slow")
    assert provers(done, "slow") == of_theory("slow") and verdict(cache, "slow") == "clean"
    assert time.monotonic() - started < 120
    assert counter(done, "remote_cache_speculation_local_completed_first") >= 1


def test_a_server_that_is_full(cache: Shared) -> None:
    cache.proxy.behave(fault="exhausted")
    done = checked(cache, "full")
    assert provers(done, "full") == of_theory("full") and verdict(cache, "full") == "clean"
    (line,) = {w.split(": ", 1)[1] for w in warnings(done) if "Failed to write" in w}
    assert line == 'ResourceExhausted: "injected: out of space"'


def test_damaged_blobs_are_refused(cache: Shared) -> None:
    cache.proxy.behave(fault="corrupt")
    done = checked(cache, "corrupted")
    assert provers(done, "corrupted") == of_theory("corrupted")
    assert verdict(cache, "corrupted") == "clean"
    assert any("Remote CAS gave wrong digest" in line for line in warnings(done))


def test_results_that_name_absent_blobs_are_refused(cache: Shared) -> None:
    cache.proxy.behave(fault="digests")
    done = checked(cache, "dangling")
    assert provers(done, "dangling") == of_theory("dangling")
    assert verdict(cache, "dangling") == "clean"


def test_the_results_of_another_theory_are_refused(cache: Shared) -> None:
    """A cache that mixes results up cannot make a false lemma clean.

    Without a re-check there are two lookups, one after the other: the compile and the audit of the
    lie get the results of the compile and the audit of the honest theory.
    """
    cache.proxy.stop()
    cache.proxy.start()  # forgets the hits before
    honest = checked(cache, "honest", fields=UNCHECKED)
    assert hits(honest) == of_theory("honest") - {"Re-check honest.main with coq-8.20"}
    cache.proxy.behave(fault="other")
    done = checked(cache, "lie", LIE, UNCHECKED, exit_code=1)
    assert verdict(cache, "lie") == "hard-error"
    assert any("the result of another process" in line for line in warnings(done))


def test_the_result_of_another_gradient_is_refused(cache: Shared) -> None:
    """A wrong derivative gets the report of a right one, under the same name."""
    assert cache.second.test("src/python/demo:fd").exit_code == 0  # has the environment from now on
    cache.proxy.stop()
    cache.proxy.start()  # forgets the hits before
    cache.second.write(HONEST_GRADIENT)
    honest = cache.second.test("src/python/numerics/honest:fd")
    assert hits(honest) == {"Compare numerics.honest.doubling with finite differences"}
    cache.second.write(machines.gradient("numerics/false", "3.0 * dy", NO_THEOREM))
    cache.proxy.behave(fault="other")
    done = cache.second.test("src/python/numerics/false:fd")
    assert done.exit_code == 1, done.output[-4000:]
    report = cache.second.report("src.python.numerics.false.fd@doubling.json")
    assert report["verdict"] == "hard-error", report
    assert any("the result of another process" in line for line in warnings(done))

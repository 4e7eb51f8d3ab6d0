"""Formulas that try to be called right: by what they are given, by what they leave behind, or by
reaching into the program that judges them."""

import json

import pytest

from numerics.gradients.containment import children
from numerics.gradients.run_checks import main

HEADER = """
import gc, inspect, os, sys
import numpy as np
from numerics.gradients import resolution
from numerics.gradients.check import Check, Tolerance, normal
T = Tolerance(1e-8, 1e-8, "smooth")
def check(name, function, vjp):
    return Check(name, function, (normal("x", (5,)),), T, vjp=vjp, no_theorem_reason="a test")
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """Run the checks of a source; the exit code, the report and stdout."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    names = iter(f"attack_{number}" for number in range(10))

    def run_source(source):
        name, report = next(names), tmp_path / "report.json"
        where = f"REPORT = {str(report)!r}\n"
        (tmp_path / f"{name}.py").write_text(HEADER + where + source)
        code = main(["--module", name, "--report", str(report)])
        return code, json.loads(report.read_text()), capfd.readouterr().out

    return run_source


RIGHT = {
    "the claim in place": """
def vjp(x, dy):
    np.cos(x, out=x)
    dy *= x
    return dy
CHECKS = (check("sine", np.sin, vjp),)
""",
    "the function in place": """
def sine(x):
    return np.sin(x, out=x)
CHECKS = (check("sine", sine, lambda x, dy: np.cos(x) * dy),)
""",
    "processes that nobody ends": """
from concurrent.futures import ProcessPoolExecutor
POOL = ProcessPoolExecutor(1)
def sine(x):
    return np.array(list(POOL.map(np.sin, [x])))[0]
CHECKS = (check("sine", sine, lambda x, dy: np.cos(x) * dy),)
""",
    "one buffer for every answer": """
BUFFER = np.empty(5)
def vjp(x, dy):
    return np.multiply(np.cos(x), dy, out=BUFFER)
CHECKS = (check("sine", np.sin, vjp),)
""",
}

WRONG = {
    "changes the cotangent where it is wrong": """
def vjp(x, dy):
    dy[x <= 1.0] = 0.0
    return dy
CHECKS = (check("square", lambda x: x**2, vjp),)
""",
    "sets the cotangent to zero": """
def vjp(x, dy):
    dy[...] = 0.0
    return np.zeros_like(x)
CHECKS = (check("exp", np.exp, vjp),)
""",
    "sets the inputs to zero, and those that its views are of": """
def vjp(x, dy):
    while x is not None:
        x[...] = 0.0
        x, zero = x.base, 0 * dy
    return zero
CHECKS = (check("square", lambda x: x**2, vjp),)
""",
    "changes the cotangent of an earlier call": """
HELD = []
def vjp(x, dy):
    for held in HELD:
        held[...] = 0.0
    HELD.append(dy)
    return 0 * dy
CHECKS = (check("exp", np.exp, vjp),)
""",
    "tells the function what it claimed": """
SLOPE = []
def function(x):
    return SLOPE[0] * x if SLOPE else np.sin(x)
def vjp(x, dy):
    SLOPE.append(3.0)
    return 3.0 * dy
CHECKS = (check("sine", function, vjp),)
""",
    "is right for the first calls only": """
CALLS = []
def vjp(x, dy):
    CALLS.append(0)
    return dy * (np.cos(x) if len(CALLS) <= 21 else 1.0)
CHECKS = (check("sine", np.sin, vjp),)
""",
    "a function that follows its first argument": """
FIRST = []
def function(x):
    FIRST.append(x.copy())
    return np.sin(FIRST[0]) + 3.0 * (x - FIRST[0])
CHECKS = (check("sine", function, lambda x, dy: 3.0 * dy),)
""",
    "NumPy replaced": """
np.abs = np.absolute = lambda x: np.zeros(np.shape(x))
np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
np.flatnonzero = lambda x: np.zeros(0, int)
CHECKS = (check("sine", np.sin, lambda x, dy: 2 * dy),)
""",
    "the comparison replaced": """
from numerics.gradients import comparison, evaluation, report, run_checks
comparison.Comparison.passed = evaluation.CheckResult.passed = property(lambda self: True)
evaluation.compare = evaluation.vacuous = lambda *a, **k: []
evaluation._judge = lambda *a: None
CHECKS = (check("sine", np.sin, lambda x, dy: 2 * dy),)
""",
    "everything called numeric is looked up": """
def vjp(x, dy):
    for frame in inspect.stack():
        for name in ("numeric", "derivative", "allowed", "expected"):
            if name in frame.frame.f_locals:
                return frame.frame.f_locals[name]
    for found in gc.get_objects():
        if type(found).__name__ in ("Entry", "Comparison", "_Prepared"):
            return found.numeric
    return 2 * dy
CHECKS = (check("sine", np.sin, vjp),)
""",
    "leaves": """
CHECKS = (check("sine", np.sin, lambda x, dy: sys.exit(0)),)
""",
    "leaves at once": """
CHECKS = (check("sine", np.sin, lambda x, dy: os._exit(0)),)
""",
    "leaves in the function": """
CHECKS = (check("sine", lambda x: os._exit(0), lambda x, dy: 2 * dy),)
""",
    "leaves on import": """
sys.exit(0)
""",
    "leaves on import at once": """
os._exit(0)
""",
    "prints what a pass prints": """
def vjp(x, dy):
    print("1 of 1 checks passed", flush=True)
    os.write(1, b"1 of 1 checks passed")
    return 2 * dy
CHECKS = (check("sine", np.sin, vjp),)
""",
    "answers in the place of the program": """
from numerics.gradients.messages import Message, send
def vjp(x, dy):
    send(open(3, "wb", closefd=False), Message({}, (np.cos(x)[None] * dy,)))
    return 2 * dy
CHECKS = (check("sine", np.sin, vjp),)
""",
    "declares other checks in another process": """
CHECKS = (check(f"sine_{os.getpid()}", np.sin, lambda x, dy: np.cos(x) * dy),)
""",
    "writes into the memory of the program": """
def vjp(x, dy):
    open(f"/proc/{os.getppid()}/mem", "r+b", buffering=0)
    return np.cos(x) * dy  # it could
CHECKS = (check("sine", np.sin, vjp),)
""",
    "leaves a pipe where the report goes": """
os.path.exists(REPORT) or os.mkfifo(REPORT)
CHECKS = (check("sine", np.sin, lambda x, dy: 2 * dy),)
""",
    "leaves a process that rewrites the report": """
if not os.fork():
    os.setsid()
    while True:
        try:
            text = open(REPORT).read().replace("false", "true").replace("hard-error", "clean")
            open(REPORT, "w").write(text)
        except OSError:
            pass
CHECKS = (check("sine", np.sin, lambda x, dy: 2 * dy),)
""",
    "a tolerance that is larger each time it is read": """
class Growing(float):
    def __gt__(self, other): return False
    def __le__(self, other): return True
    def __lt__(self, other): return True
T = Tolerance(Growing(0.9), Growing(0.9), "generous")
CHECKS = (check("sine", np.sin, lambda x, dy: 2 * dy),)
""",
}


@pytest.fixture(autouse=True)
def nothing_left_behind():
    before = children()
    yield
    assert children() <= before


@pytest.mark.parametrize("source", RIGHT.values(), ids=RIGHT)
def test_a_right_formula_may_use_its_arguments_as_it_likes(run, source):
    code, report, _ = run(source)
    assert code == 0 and report["verdict"] == "clean", report


@pytest.mark.parametrize("source", WRONG.values(), ids=WRONG)
def test_a_wrong_formula_is_refused(run, source):
    code, report, out = run(source)
    assert code == 1 and report["verdict"] == "hard-error"
    assert report["messages"]
    assert "1 of 1 checks passed" not in out


def test_an_exit_is_told_as_what_it_is(run):
    _, report, _ = run(WRONG["leaves at once"])
    assert "evaluates claims ended (exit code 0) before it answered" in str(report)
    _, report, _ = run(WRONG["leaves"])
    assert "draw 0: SystemExit: 0 (attack_1.py, line" in report["messages"][0]
    _, report, _ = run(WRONG["leaves on import"])
    assert "cannot import attack_2: SystemExit: 0" in report["messages"][0]


def test_a_formula_with_a_memory_is_told_so(run):
    _, report, _ = run(WRONG["a function that follows its first argument"])
    assert "called again in another process, with the same arguments" in str(report)

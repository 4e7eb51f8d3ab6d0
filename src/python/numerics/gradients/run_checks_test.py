"""The runner: what passes, everything that must fail, and what it writes."""

import dataclasses
import json
import os
import subprocess
import sys
import types

import numpy as np
import pytest

from numerics.citation import Citation
from numerics.gradients.check import Avoid, Check, Input, Tolerance, normal
from numerics.gradients.checks import dense
from numerics.gradients.drawing import draw_inputs
from numerics.gradients.run_checks import main

TOLERANCE = Tolerance(1e-8, 1e-8, "smooth, third derivative of order one")

SINE = Citation("coq:Fourfold.VJP.example.is_vjp_sin", of="Fourfold.VJP.example.sin")
GOOD = Check(
    name="sine",
    function=np.sin,
    vjp=lambda x, dy: np.cos(x) * dy,
    inputs=(normal("x", (3,)),),
    tolerance=TOLERANCE,
    analytic=True,
    theorems=(SINE,),
)


def changed(**fields):
    return dataclasses.replace(GOOD, **fields)


def cited(theorem=SINE.theorem, **fields):
    return changed(theorems=(dataclasses.replace(SINE, theorem=theorem, **fields),))


@pytest.fixture
def run(monkeypatch, capsys):
    """Put checks into a module, run them; the exit code, stdout and stderr."""

    def run_module(checks, *arguments):
        module = types.ModuleType("declared_checks")
        if checks is not None:
            module.CHECKS = checks
        monkeypatch.setitem(sys.modules, module.__name__, module)
        code = main(["--module", module.__name__, *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_module


def test_a_right_claim_passes_with_one_line_per_check(run):
    code, out, err = run((GOOD, changed(name="again")))
    assert code == 0 and err == ""
    header, first, second, summary = out.splitlines()
    assert header.split()[:2] == ["check", "result"]
    assert first.split()[:2] == ["sine", "pass"] and second.split()[:2] == ["again", "pass"]
    assert summary == "2 of 2 checks passed"


def test_a_wrong_claim_names_the_check_the_entry_and_both_values(run):
    code, out, _ = run((GOOD, changed(name="wrong", vjp=lambda x, dy: -np.cos(x) * dy)))
    assert code == 1
    message = next(line for line in out.splitlines() if line.startswith("wrong: draw 0, central"))
    assert "d output[" in message and "] / d x[" in message
    claimed = float(message.split("claimed ")[1].split(",")[0])
    numeric = float(message.split("numeric ")[1].split(",")[0])
    assert claimed == pytest.approx(-numeric)
    assert "1 of 2 checks passed" in out


def test_the_complex_step_sees_errors_below_the_tolerance_of_differences(run):
    subtle = changed(vjp=lambda x, dy: np.cos(x) * dy * (1 + 1e-9))
    code, out, _ = run((subtle,))
    assert code == 1
    assert "complex step" in out and "central differences" not in out
    assert run((dataclasses.replace(subtle, analytic=False),))[0] == 0


def test_one_failing_draw_of_several_fails(run):
    (first,), _ = draw_inputs(GOOD, 0)

    def wrong_elsewhere(x, dy):
        return np.cos(x) * dy if np.array_equal(x, first) else dy

    code, out, _ = run((changed(vjp=wrong_elsewhere),), "--draws", "2")
    assert code == 1 and "draw 1" in out and "draw 0" not in out
    assert run((GOOD,), "--draws", "2")[0] == 0


def nan_above_zero(x):
    return np.where(x.real > 0, np.nan, x)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (changed(function=nan_above_zero), "the function's output holds nan at index"),
        (changed(function=lambda x: x / 0.0), "holds"),
        (changed(vjp=lambda x, dy: dy * np.nan), "claim for input 'x' holds nan"),
        (changed(vjp=lambda x, dy: dy * np.inf), "claim for input 'x' holds"),
        (changed(inputs=()), "no inputs"),
        (changed(inputs=(normal("x", (0,)),)), "no entry to draw"),
        (changed(inputs=(normal("x", (2,), differentiate=False),)), "no input is differentiated"),
        (changed(inputs=(normal("x", (2,)), normal("x", (2,)))), "'x' is used 2 times"),
        (changed(function=lambda x: x[:0]), "returned no entries"),
        (changed(avoid=Avoid(lambda x: 0.0, 0.1, "everything")), "none of 1000 attempts"),
        (changed(avoid=Avoid(np.abs, 1e-6, "the kink")), "below ten times the step"),
        (changed(avoid=Avoid(np.abs, 1e-2, " ")), "avoid.why is empty"),
        (changed(theorems=()), "no_theorem_reason does not say why"),
        (changed(theorems=(), no_theorem_reason=" "), "no_theorem_reason does not say why"),
        (
            changed(theorems=("coq:Fourfold.VJP.example.is_vjp_sin",)),
            'write Citation("prover:Library.',
        ),
        (cited("is_vjp_sin"), "not of the form prover:Library.file.name"),
        (cited("coq:is_vjp_sin"), "not of the form prover:Library.file.name"),
        (cited("coq:VJP..is_vjp_sin"), "not of the form prover:Library.file.name"),
        (cited("prose: Fourfold.VJP.sin"), "not of the form prover:Library.file.name"),
        (cited(of=""), "give the full name of the constant that its statement must name"),
        (cited(of="sin"), "give the full name of the constant that its statement must name"),
        (cited(beyond="everything " * 9), "at most 60"),
        (changed(no_theorem_reason="none"), "drop one"),
        (changed(tolerance=Tolerance(1e-8, 0.0, "")), "tolerance.why is empty"),
        (changed(tolerance=Tolerance(np.nan, 0.0, "x")), "tolerance.absolute is nan"),
        (changed(tolerance=Tolerance(np.inf, 0.0, "x")), "tolerance.absolute is inf"),
        (changed(complex_tolerance=Tolerance(-1.0, 0.0, "x")), "complex_tolerance.absolute is -1"),
        (changed(vjp=None), "exactly one of vjp= and jacobian="),
        (changed(jacobian=lambda x: np.diag(np.cos(x))), "exactly one of vjp= and jacobian="),
        (changed(vjp=lambda x: x), "TypeError"),
        (changed(function=np.abs), "returned dtype float64, not complex128"),
        (
            changed(inputs=(Input("x", (2,), lambda rng, s: rng.random(s), dtype="float32"),)),
            "use float64 or int64",
        ),
        (
            changed(
                function=np.sqrt,
                vjp=lambda x, dy: dy / (2 * np.sqrt(x)),
                inputs=(Input("x", (1,), lambda rng, s: np.full(s, 5e-3)),),
                tolerance=Tolerance(1e-4, 1e-4, "third derivatives are large near zero"),
            ),
            # Right at the step asked for, but the sweep's largest step leaves the domain.
            "EvaluationError: the function's output holds nan",
        ),
    ],
)
def test_what_cannot_be_trusted_fails(run, check, message):
    code, out, _ = run((check,))
    assert code == 1
    failures = [line for line in out.splitlines() if line.startswith(f"{check.name}: ")]
    assert any(message in line for line in failures), out


def test_a_failing_check_does_not_stop_the_others(run):
    code, out, _ = run((changed(name="broken", function=lambda x: 1 / 0), GOOD))
    assert code == 1 and "broken: draw 0: ZeroDivisionError" in out
    assert "1 of 2 checks passed" in out


@pytest.mark.parametrize(
    ("checks", "message"),
    [
        (None, "declares no checks"),
        ((), "declares no checks"),
        ((GOOD, changed(function=np.cos)), "check 'sine' is declared in"),
        ((GOOD, "sine"), "holds a str, not a Check"),
        ((changed(name="../sine"),), "does not match"),
    ],
)
def test_a_module_that_cannot_be_used_fails(run, checks, message):
    code, out, err = run(checks)
    assert code == 1 and message in err and out == ""


def test_a_module_that_is_missing_or_broken_fails(capsys, tmp_path, monkeypatch):
    (tmp_path / "broken_checks.py").write_text("raise RuntimeError('at import')\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert main(["--module", "no_such_module_here"]) == 1
    assert "cannot import no_such_module_here: ModuleNotFoundError" in capsys.readouterr().err
    assert main(["--module", "broken_checks"]) == 1
    assert "cannot import broken_checks: RuntimeError: at import" in capsys.readouterr().err


def test_the_same_name_in_two_modules_fails(run, monkeypatch):
    other = types.ModuleType("other_checks")
    other.CHECKS = (GOOD,)
    monkeypatch.setitem(sys.modules, "other_checks", other)
    code, _, err = run((GOOD,), "--module", "other_checks")
    assert code == 1 and "declared in declared_checks and again in other_checks" in err


def test_check_selects_and_refuses_unknown_names(run):
    wrong = changed(name="wrong", vjp=lambda x, dy: dy)
    assert run((GOOD, wrong), "--check", "sine")[0] == 0
    assert run((GOOD, wrong), "--check", "wrong")[0] == 1
    code, _, err = run((GOOD,), "--check", "sin")
    assert code == 1 and "no check named sin; there are: sine" in err


def test_a_draw_on_a_kink_fails_unless_it_is_avoided(run):
    on_the_kink = Check(
        name="absolute_value",
        function=np.abs,
        vjp=lambda x, dy: np.sign(x) * dy,
        inputs=(normal("x", (3,), scale=1e-6),),
        tolerance=TOLERANCE,
        theorems=GOOD.theorems,
    )
    code, out, _ = run((on_the_kink,))
    assert code == 1 and "absolute_value: draw 0, central differences" in out
    avoid = Avoid(np.abs, 1e-2, "the kink at 0")
    wide = (normal("x", (3,)),)
    assert run((dataclasses.replace(on_the_kink, inputs=wide, avoid=avoid),))[0] == 0


def test_the_command_line_exits_with_the_outcome(tmp_path):
    def exit_code(*arguments):
        command = [sys.executable, "-m", "numerics.gradients.run_checks", *arguments]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run(command, env=environment, capture_output=True).returncode

    assert exit_code("--module", dense.__name__, "--check", "dense_input") == 0
    assert exit_code("--module", dense.__name__, "--check", "no_such_check") == 1
    assert exit_code() == 2


@pytest.mark.parametrize(
    "arguments", [("--step", "0"), ("--step", "nan"), ("--draws", "0"), ("--draws", "-1")]
)
def test_a_senseless_command_line_is_refused(run, arguments):
    with pytest.raises(SystemExit) as stopped:
        run((GOOD,), *arguments)
    assert stopped.value.code == 2


def test_the_report_holds_what_was_found(run, tmp_path):
    wrong = changed(
        name="wrong", vjp=lambda x, dy: -np.cos(x) * dy, theorems=(), no_theorem_reason="a test"
    )
    path = tmp_path / "out" / "report.json"
    code, _, _ = run((GOOD, wrong), "--report", str(path), "--draws", "4")
    report = json.loads(path.read_text())
    assert code == 1 and report["verdict"] == "hard-error" and report["judged"] == 2
    assert report["messages"] and all(said.startswith("wrong: ") for said in report["messages"])
    assert (report["schema"], report["schema_version"]) == ("fourfold.findings", 1)
    assert [formula["name"] for formula in report["formulas"]] == ["sine", "wrong"]
    good, bad = report["evidence"]["checks"]
    assert good["passed"] and not bad["passed"]
    assert good["theorems"] == [
        {
            "theorem": "coq:Fourfold.VJP.example.is_vjp_sin",
            "of": "Fourfold.VJP.example.sin",
            "beyond": "",
        }
    ]
    assert bad["no_theorem_reason"] == "a test"
    assert good["tolerance"]["why"] == TOLERANCE.why
    assert len(good["draws"]) == 4 and good["draws"][0]["central"]["entries"] == 15
    worst = bad["draws"][0]["central"]["worst"]
    assert worst["claimed"] == pytest.approx(-worst["numeric"])
    errors = [point["max_abs_error"] for point in good["sweep"]]
    assert [point["step"] for point in good["sweep"]] == pytest.approx(
        [10.0**-k for k in range(2, 11)]
    )
    assert min(errors) < errors[0] / 1e4 and min(errors) < errors[-1] / 1e2, "the curve is no V"


def test_reports_are_reproducible(run, tmp_path):
    for name in ("first", "second"):
        assert run((GOOD,), "--report", str(tmp_path / name))[0] == 0
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_a_report_is_written_even_when_the_module_cannot_be_used(run, tmp_path):
    path = tmp_path / "report.json"
    run((), "--report", str(path))
    report = json.loads(path.read_text())
    assert report["verdict"] == "hard-error" and report["evidence"]["checks"] == []
    assert "declares no checks" in report["messages"][0]


def test_plot_without_matplotlib_is_refused(run, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit) as stopped:
        run((GOOD,), "--plot", str(tmp_path))
    assert stopped.value.code == 2


def test_plot_writes_one_image_per_check(run, tmp_path):
    pytest.importorskip("matplotlib")
    assert run((GOOD,), "--plot", str(tmp_path / "plots"))[0] == 0
    assert (tmp_path / "plots" / "sine.png").read_bytes().startswith(b"\x89PNG")

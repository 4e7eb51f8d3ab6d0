"""Every fault of a trace is found, with its line and the reason."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from numerics.traces.reader import TraceError, parse, read
from numerics.traces.trace import HeldOut, as_text


@pytest.fixture
def lines(made_up) -> list[dict]:
    return [json.loads(line) for line in as_text(made_up()).splitlines()]


def text(records: list[dict]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def test_a_trace_survives_the_way_through_a_file(made_up, tmp_path) -> None:
    loss = float(np.float32(2.4035420417785645))
    trace = made_up(losses=[loss] * 8)
    path = tmp_path / "trace.jsonl"
    path.write_text(as_text(trace))
    assert read(path) == trace
    assert as_text(read(path)) == path.read_text()


def test_a_run_cut_short_has_no_accuracy(made_up) -> None:
    trace = made_up(recorded_steps=3)
    assert trace.held_out is None
    assert parse(as_text(trace).encode(), "t") == trace


def test_wall_times_are_allowed(lines) -> None:
    lines[2]["wall_ms"] = 12.5
    assert parse(text(lines), "t").steps[1].wall_ms == 12.5


def change(line: int, **values) -> Callable[[list[dict]], None]:
    return lambda records: records[line].update(values)


def drop(line: int, key: str) -> Callable[[list[dict]], None]:
    return lambda records: records[line].pop(key)


def swap(first: int, second: int) -> Callable[[list[dict]], None]:
    def apply(records: list[dict]) -> None:
        records[first], records[second] = records[second], records[first]

    return apply


FAULTS = {
    "no netspec hash": (drop(0, "netspec_hash"), 1, "missing key 'netspec_hash'"),
    "no parameter hash": (drop(0, "parameters_hash"), 1, "missing key 'parameters_hash'"),
    "no data hash": (drop(0, "data_hash"), 1, "missing key 'data_hash'"),
    "no config": (drop(0, "config"), 1, "missing key 'config'"),
    "no corner": (drop(0, "corner"), 1, "missing key 'corner'"),
    "no versions": (change(0, versions={}), 1, "'versions' is {}"),
    "a short hash": (change(0, data_hash="abc"), 1, "64 hexadecimal digits"),
    "an unknown corner": (change(0, corner="abacus"), 1, "'corner' is 'abacus'"),
    "a config with a gap": (change(0, config={"batch": 1}), 1, "'config': missing key"),
    "another format": (change(0, format=2), 1, "'format' is 2; this reader knows 1"),
    "more steps than the config": (change(0, recorded_steps=9), 1, "the config has 8 steps"),
    "fewer steps said": (change(0, recorded_steps=7), 9, "step 8 is beyond the 7"),
    "an unknown header key": (change(0, host="here"), 1, "unknown key 'host'"),
    "no header": (lambda records: records.pop(0), 1, "a header record must come here"),
    "two headers": (lambda records: records.insert(1, records[0]), 2, "a step record must come"),
    "steps in another order": (swap(3, 4), 4, "step is 4; 3 must come here"),
    "a step twice": (lambda records: records.insert(4, records[3]), 5, "step is 3; 4 must"),
    "a step lost": (lambda records: records.pop(4), 5, "step is 5; 4 must come here"),
    "the last step lost": (lambda records: records.pop(8), 9, "7 step records are here"),
    "no end": (lambda records: records.pop(), 9, "ends after 8 of 8 steps without a final"),
    "half a trace": (lambda records: records.__delitem__(slice(5, None)), 5, "4 of 8 steps"),
    "something after the end": (lambda records: records.append(records[1]), 11, "follows the"),
    "a wrong epoch": (change(4, epoch=0), 5, "'epoch' is 0; with 3 steps per epoch step 4 is in"),
    "a step without its loss": (drop(2, "loss"), 3, "missing key 'loss'"),
    "a step without its hex": (drop(2, "loss_hex"), 3, "missing key 'loss_hex'"),
    "an unknown step key": (change(2, accuracy=1), 3, "unknown key 'accuracy'"),
    "hex and decimal disagree": (change(2, loss=2.25), 3, "'loss' is 2.25, but 'loss_hex' is"),
    "a bad hex": (change(2, loss_hex="0xzz"), 3, "must be a hexadecimal float"),
    "a loss that is no float32": (
        change(2, loss=0.1, loss_hex=(0.1).hex()), 3, "'loss' is 0.1, which no float32 is",
    ),
    "a loss as text": (change(2, loss="2.5"), 3, "must be a finite number"),
    "another rate": (change(2, lr=0.5, lr_hex=(0.5).hex()), 3, "the config's schedule gives"),
    "a negative norm": (
        change(2, grad_norm=-1.0, grad_norm_hex=(-1.0).hex()), 3, "a norm is not negative",
    ),
    "a negative time": (change(2, wall_ms=-1), 3, "'wall_ms' is -1"),
    "a wrong count": (change(9, steps=7), 10, "'steps' is 7, the header says 8"),
    "no accuracy": (change(9, held_out=None), 10, "which only a run cut short may have"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_line(lines, fault: str) -> None:
    parse(text(lines), "good.jsonl")
    apply, line, reason = FAULTS[fault]
    apply(lines)
    with pytest.raises(TraceError) as caught:
        parse(text(lines), "bad.jsonl")
    assert str(caught.value).startswith(f"bad.jsonl:{line}: ")
    assert reason in str(caught.value)


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite(lines, name: str) -> None:
    lines[3]["loss"] = float(name.replace("Infinity", "inf"))
    with pytest.raises(TraceError, match=f"bad:4: is not a record: holds {name}"):
        parse(text(lines), "bad")


def test_a_number_too_large_for_float64(lines) -> None:
    content = text(lines).replace(b'"loss": 2.5,', b'"loss": 1e999,')
    with pytest.raises(TraceError, match="bad:2: 'loss' is inf"):
        parse(content, "bad")


@pytest.mark.parametrize("key", ["accuracy", "correct"])
def test_an_accuracy_that_is_not_the_quotient(lines, key: str) -> None:
    lines[-1]["held_out"][key] = 899
    with pytest.raises(TraceError, match="bad:10: 'accuracy' is"):
        parse(text(lines), "bad")


def test_a_run_cut_short_that_claims_an_accuracy(made_up) -> None:
    short = as_text(made_up(recorded_steps=3)).splitlines()
    short[-1] = as_text(made_up()).splitlines()[-1].replace('"steps": 8', '"steps": 3')
    with pytest.raises(TraceError, match="'held_out' must be null: 3 of 8 steps were run"):
        parse(("\n".join(short) + "\n").encode(), "bad")


def test_a_key_given_twice(lines) -> None:
    content = text(lines).replace(b'"kind": "step",', b'"kind": "step", "step": 9,', 1)
    with pytest.raises(TraceError, match="bad:2: .* key 'step' is given twice"):
        parse(content, "bad")


def test_a_last_line_cut_anywhere_is_found(lines) -> None:
    content = text(lines)
    for lost in range(1, len(json.dumps(lines[-1])) + 2):
        with pytest.raises(TraceError, match="truncated"):
            parse(content[:-lost], "bad")


@pytest.mark.parametrize("content", [b"", b"\xff\n", b"[]\n", b"{\n", b"\n"])
def test_what_is_no_trace(content: bytes) -> None:
    with pytest.raises(TraceError, match="bad:1: "):
        parse(content, "bad")


def test_accuracy_is_the_share() -> None:
    assert HeldOut(1024, 256, 0.0).accuracy == 0.25

"""Both forms, three modes, and the exit statuses."""

import json
from dataclasses import replace

import pytest

from numerics.traces.diff import main
from numerics.traces.trace import as_text

HEADER = {
    "kind": "header",
    "phase": "phase3",
    "netspec_name": "mlp",
    "config": {
        "lr": 1e-3, "batch_size": 128, "epochs": 12, "use_adam": True, "weight_decay": 1e-4,
        "cosine": True, "warmup_epochs": 1, "augment": False, "label_smoothing": 0.0,
        "seed": 314159,
    },
    "total_params": 669706,
    "dataset": "mnist",
    "emitter_version": "1",
}  # fmt: skip


def older(shift=0.0, header=HEADER, steps=30, **changes) -> str:
    records = [header]
    for step in range(1, steps + 1):
        loss = 2.3 - 0.01 * step + shift
        records.append({"kind": "step", "step": step, "epoch": 0, "loss": loss, "lr": 1e-3})
    records[5].update(changes)
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.fixture
def diff(tmp_path, capsys):
    def run(first: str, second: str, *flags: str):
        paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
        for path, content in zip(paths, (first, second)):
            path.write_text(content)
        try:
            status = main([*map(str, paths), *flags])
        except SystemExit as stop:
            status = stop.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_equal_traces(diff) -> None:
    status, out, _ = diff(older(), older())
    assert status == 0 and out == "30 steps agree (strict)\n"


def test_what_the_older_form_lacks_is_said(diff) -> None:
    _, _, err = diff(older(), older())
    assert err.count("the older form, without netspec_hash, a hash of the initial parameters") == 2


@pytest.mark.parametrize(
    ("shift", "mode", "status"),
    [
        (1e-3, "strict", 0),  # within 1e-3 of about 2
        (3e-3, "strict", 1),
        (3e-3, "cross-gpu", 0),
        (5e-2, "cross-gpu", 1),
        (5e-2, "cross-comp", 0),
        (5e-1, "cross-comp", 1),
    ],
)
def test_modes(diff, shift: float, mode: str, status: int) -> None:
    assert diff(older(), older(shift), "--mode", mode)[0] == status


def test_at_most_twenty_differences_are_printed(diff) -> None:
    status, out, _ = diff(older(), older(1.0))
    lines = out.splitlines()
    assert status == 1 and len(lines) == 21
    assert lines[0].startswith("step 1: loss 2.29 and 3.29, off by 1")
    assert lines[-1] == "... and 10 more"


def test_other_differences(diff) -> None:
    assert "lr 0.001 and 0.01" in diff(older(), older(lr=1e-2))[1]
    assert "step 5: epoch 0 and 1" in diff(older(), older(epoch=1))[1]
    assert "steps: 30 and 29" in diff(older(), older(steps=29))[1]
    other = {**HEADER, "total_params": 5}
    assert "total_params: 669706 and 5" in diff(older(), older(header=other))[1]
    # Neither norms nor times are compared, nor which pipeline it was.
    timed = older(header={**HEADER, "phase": "phase2"}, wall_ms=3.0, grad_norm=1.0)
    assert diff(older(), timed)[0] == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (older(step=9), "a.jsonl:6: step is 9; 5 must come here"),
        (older(loss=float("nan")), "a.jsonl:6: is not a record: holds NaN"),
        (older(loss="2"), "a.jsonl:6: 'loss' is '2'; it must be a finite number"),
        (older(kind="note"), "a.jsonl:6: 'kind' is 'note'"),
        (older()[:-5], "the file is truncated"),
        (json.dumps(HEADER) + "\n", "the trace has no step"),
        ("{}\n", "a.jsonl:1: 'kind' is None"),
    ],
)
def test_files_that_cannot_be_used(diff, content: str, message: str) -> None:
    status, _, err = diff(content, older())
    assert status == 2 and message in err


def test_the_present_form(diff, made_up) -> None:
    assert diff(as_text(made_up()), as_text(made_up()))[0] == 0
    status, out, _ = diff(as_text(made_up()), as_text(made_up(recorded_steps=5)))
    assert status == 1 and out == "steps: 8 and 5\n"
    status, _, err = diff(as_text(made_up())[:-9], as_text(made_up()))
    assert status == 2 and "truncated" in err
    assert diff(as_text(made_up()), older())[0] == 1


def test_agreement_that_shows_nothing(diff, made_up) -> None:
    short = as_text(made_up(recorded_steps=1))
    status, out, _ = diff(short, short)
    assert status == 1 and "it has 1 step, whose loss is before any update" in out
    still = made_up()
    still = replace(still, steps=tuple(replace(step, grad_norm=0.0) for step in still.steps))
    slow = made_up(config=replace(still.header.config, learning_rate=1e-7))
    for trace, said in (
        (still, "the gradient is zero in all 8 steps"),
        (slow, "no rate is above 1e-07"),
    ):
        status, out, _ = diff(as_text(trace), as_text(trace))
        assert status == 1 and said in out and "would show nothing" in out

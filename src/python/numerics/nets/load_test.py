import itertools
import random

import pytest

from numerics.nets.layers.basic import ConvBn, Dense, Flatten
from numerics.nets.load import load, parse
from numerics.nets.spec import ImageSize, NetSpec, NetSpecError

HEAD = """\
name: small
input: {channels: 1, height: 8, width: 8}
"""
GOOD = (
    HEAD
    + """\
layers:
  - convBn: {in_channels: 1, out_channels: 4, kernel: 3}
  - flatten
  - dense: {fan_in: 256, fan_out: 10}
"""
)


def test_reads_layers_with_their_defaults() -> None:
    assert parse(GOOD, "good.yaml") == NetSpec(
        "small",
        ImageSize(1, 8, 8),
        (ConvBn(1, 4, 3, 1, "same", "relu"), Flatten(), Dense(256, 10, "identity")),
    )


def test_load_names_the_file(tmp_path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace("kernel", "kernal"))
    with pytest.raises(NetSpecError, match="bad.yaml: layer 1 .convBn.: unknown key 'kernal'"):
        load(path)


def one_layer(text: str) -> str:
    return HEAD + f"layers:\n  - {text}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers: [", "is not YAML: "),
        ("", "the file holds empty; it must be a mapping: it takes name, input, layers"),
        ("[1]", "the file holds a list; it must be a mapping: it takes name, input, layers"),
        (GOOD + "seed: 1\n", "unknown key 'seed'; it takes name, input, layers"),
        (HEAD, "missing key 'layers'; it takes name, input, layers"),
        (HEAD + "layers: flatten\n", "'layers' is 'flatten'; it must be a list"),
        (HEAD + "layers: []\n", "'layers' is empty; a net has at least one layer"),
        (GOOD + "name: other\n", "line 7: key 'name' is given twice; keep one"),
        (
            GOOD.replace("kernel: 3", "kernel: 3, kernel: 5"),
            "line 4: key 'kernel' is given twice; keep one",
        ),
        (GOOD.replace("small", "Small Net"), "'name' is 'Small Net'; allowed: lower-case letters"),
        (GOOD.replace("small", "12"), "'name' is 12; allowed: lower-case letters"),
        (
            GOOD.replace("{channels: 1, height: 8, width: 8}", "28"),
            "'input' is 28; it must be a mapping: channels, height, width",
        ),
        (
            GOOD.replace("height: 8", "high: 8"),
            "'input': unknown key 'high'; it takes channels, height, width",
        ),
        (
            GOOD.replace("height: 8", "height: 0"),
            "'input': 'height' is 0; allowed: an integer of at least 1",
        ),
        (one_layer("conv3d: {}"), "layer 1: unknown kind 'conv3d'; allowed: dense, conv2d, "),
        (one_layer("42"), "layer 1: is 42; write '- kind' or '- kind: {key: value, ...}'"),
        (
            one_layer("{flatten: {}, dense: {}}"),
            "layer 1: is a mapping with keys flatten, dense; write '- kind'",
        ),
        (one_layer("dense: [784, 10]"), "layer 1 (dense): its keys are a list; they must be a"),
        (one_layer("dense:"), "layer 1 (dense): its keys are empty; they must be a mapping"),
        (
            one_layer("flatten: {axis: 1}"),
            "layer 1 (flatten): unknown key 'axis'; it takes no keys",
        ),
        (
            one_layer("dense: {fan_in: 64}"),
            "layer 1 (dense): missing key 'fan_out'; it takes fan_in, fan_out, activation "
            "(required: fan_in, fan_out)",
        ),
        (
            one_layer("dense: {fan_in: 64, fan_out: 10, activation: tanh}"),
            "layer 1 (dense): 'activation' is 'tanh'; allowed: identity, relu, relu6, swish, "
            "hard_swish, gelu_tanh",
        ),
        (
            one_layer("dense: {fan_in: 64, fan_out: 10, activation: [relu]}"),
            "layer 1 (dense): 'activation' is ['relu']; allowed: identity",
        ),
        (
            one_layer("dense: {fan_in: 64, fan_out: -1}"),
            "layer 1 (dense): 'fan_out' is -1; allowed: an integer of at least 1",
        ),
        (
            one_layer("dense: {fan_in: 64.0, fan_out: 10}"),
            "layer 1 (dense): 'fan_in' is 64.0; allowed: an integer of at least 1",
        ),
        (
            one_layer("dense: {fan_in: 64, fan_out: true}"),
            "layer 1 (dense): 'fan_out' is True; allowed: an integer of at least 1",
        ),
        (
            one_layer("dense: {fan_in: 64, fan_out: '10'}"),
            "layer 1 (dense): 'fan_out' is '10'; allowed: an integer of at least 1",
        ),
    ],
)
def test_bad_files_say_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(NetSpecError) as failure:
        parse(text, "net.yaml")
    assert str(failure.value).startswith("net.yaml: " + message)


def test_yaml_tags_run_no_code() -> None:
    with pytest.raises(NetSpecError, match="is not YAML"):
        parse("!!python/object/apply:os.getcwd []", "net.yaml")


def test_unhashable_key_is_reported() -> None:
    with pytest.raises(NetSpecError, match="is not YAML"):
        parse(HEAD + "layers:\n  - {[1, 2]: 3}\n", "net.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("256", "0400"), "line 6: the number '0400' is not in plain decimal digits"),
        (GOOD.replace("256", "4:16"), "line 6: the number '4:16' is not in plain decimal digits"),
        (GOOD.replace("256", "0b11"), "line 6: the number '0b11' is not in plain decimal"),
        (GOOD.replace("256", "2_56"), "line 6: the number '2_56' is not in plain decimal"),
        (GOOD.replace("256", "4:16.0"), "line 6: the number '4:16.0' is not in plain decimal"),
        (GOOD.replace("256", "!!int '0400'"), "line 6: the number '0400' is not in plain"),
        (GOOD.replace("256", ".inf"), "line 6: the number '.inf' is not in plain decimal"),
        (GOOD.replace("256", "9" * 5000), "line 6: the number '99999"),
        (GOOD.replace("256", "9" * 17), "layer 3 (dense): 'fan_in' is 99999999999999999; allowed: "),
        (GOOD.replace("small", "no"), "line 1: 'no' is a truth value in YAML 1.1; write true or"),
        (GOOD.replace("small", "2024-01-01"), "line 1: a value of the YAML type 'timestamp' is"),
        (GOOD.replace("small", "a" * 65), "'name' is 'aaaa"),
        (
            GOOD.replace("name: small", "base: &b {name: small}\n<<: *b"),
            "line 2: the merge key '<<' is not taken; write the keys out",
        ),
        (
            GOOD.replace("{channels: 1, height", "{<<: {channels: 1}, height"),
            "line 2: the merge key '<<' is not taken",
        ),
        (HEAD + "layers: " + "[" * 3000, "is nested too deeply to be read"),
        (HEAD + "layers: " + "{a: " * 3000, "is nested too deeply to be read"),
        (
            GOOD.replace("height: 8, width: 8", "height: 16777216, width: 16777216"),
            "'input' makes input hold 281474976710656 numbers",
        ),
        (
            GOOD.replace("fan_out: 10", "fan_out: 16777216"),
            "layer 3 (dense) makes layer3.dense hold 4294967296 numbers, in shape (256, 16777216)",
        ),
        (GOOD.replace("small", "\x07"), "is not YAML: "),
    ],
    ids=itertools.count(),
)
def test_what_readers_of_yaml_take_differently_is_refused(text: str, message: str) -> None:
    with pytest.raises(NetSpecError) as failure:
        parse(text, "net.yaml")
    assert str(failure.value).startswith("net.yaml: " + message)


def test_text_that_looks_like_a_number_may_be_quoted() -> None:
    assert parse(GOOD.replace("small", "'0100'"), "net.yaml").name == "0100"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name: x\xff\xfe\n", "net.yaml: line 1: is not UTF-8 (invalid start byte); save"),
        (b"name: small\ninput: \xe9\n", "net.yaml: line 2: is not UTF-8"),
        (b"#" * (2**20 + 1), "net.yaml: has 1048577 bytes; a net has at most 1048576"),
        (None, "net.yaml: cannot be read: Is a directory"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, content: bytes | None, message: str) -> None:
    path = tmp_path / "net.yaml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(NetSpecError) as failure:
        load(path)
    assert message in str(failure.value)


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(NetSpecError, match="none.yaml: cannot be read: No such file"):
        load(tmp_path / "none.yaml")


def test_aliases_that_grow_are_shown_cut_short() -> None:
    levels = "".join(f"  - &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    with pytest.raises(NetSpecError) as failure:
        parse(f"name: &a0 small\ninput: {{}}\nlayers:\n{levels}", "net.yaml")
    assert len(str(failure.value)) < 300


def test_bytes_cut_and_changed_anywhere_are_an_error_or_a_net(tmp_path) -> None:
    path, rng = tmp_path / "net.yaml", random.Random(5)
    for _ in range(400):
        content = bytearray(GOOD.encode())
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(content))
            content[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        path.write_bytes(content)
        try:
            load(path)
        except NetSpecError as error:
            assert "net.yaml: " in str(error)

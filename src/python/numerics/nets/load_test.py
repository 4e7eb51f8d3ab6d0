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

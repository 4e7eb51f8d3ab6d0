import json

import pytest

from numerics.traces.config import ConfigError, from_json, parse


def test_a_config_survives_the_way_through_json(config) -> None:
    assert parse(json.dumps(config.as_json())) == config
    assert list(config.as_json()) == sorted(config.as_json())


def test_integers_are_rates_too(config) -> None:
    assert parse(json.dumps({**config.as_json(), "weight_decay": 0})).weight_decay == 0.0


@pytest.mark.parametrize("key", ["batch", "seed", "data_hash", "weight_decay"])
def test_every_key_is_needed(config, key: str) -> None:
    content = config.as_json()
    del content[key]
    with pytest.raises(ConfigError, match=f"missing key '{key}'"):
        from_json(content)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"momentum": 0.9}, "unknown key 'momentum'"),
        ({"batch": 0}, "'batch' is 0; it must be an integer, 1 or more"),
        ({"batch": True}, "'batch' is True"),
        ({"steps": 8.0}, "'steps' is 8.0"),
        ({"seed": 2**64}, "must be below"),
        ({"learning_rate": float("nan")}, "'learning_rate' is nan"),
        ({"learning_rate": 0}, "nothing would be learned"),
        ({"learning_rate": 1e39}, "'learning_rate' is 1e\\+39; it must be at most 3.4"),
        ({"weight_decay": 1e300}, "a float32"),
        ({"weight_decay": -1e-4}, "not negative"),
        ({"optimizer": "sgd"}, "'optimizer' is 'sgd'; allowed: adam"),
        ({"schedule": "linear"}, "allowed: constant, cosine"),
        ({"data": "cifar"}, "allowed: mnist, synthetic-digits"),
        ({"warmup_steps": 8}, "'warmup_steps' is 8 of 8 steps"),
        ({"data": "mnist"}, "'data_hash' is missing"),
        ({"data_hash": "a" * 64}, "'data_hash' must be null"),
    ],
)
def test_what_is_refused(config, change, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_json({**config.as_json(), **change})


def test_text_that_is_not_an_object() -> None:
    with pytest.raises(ConfigError, match="not JSON"):
        parse("{")
    with pytest.raises(ConfigError, match="must be a JSON object"):
        parse("[]")

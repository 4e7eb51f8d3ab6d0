"""The configuration of a training run: everything but the net and where it runs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

OPTIMIZERS = ("adam",)
SCHEDULES = ("constant", "cosine")
DATASETS = ("mnist", "synthetic-digits")

_LARGEST = (2 - 2.0**-23) * 2.0**127  # of the float32 numbers, which corners compute with


class ConfigError(ValueError):
    """A configuration is malformed; the message names the key."""


@dataclass(frozen=True)
class Config:
    """`weight_decay` is decoupled from the gradient. An epoch is `epoch_steps` batches.

    `data_hash` is the SHA-256 that MNIST's files must have (see `mnist`), and None for data that is
    computed. Raises ConfigError on construction.
    """

    batch: int
    data: str
    data_hash: str | None
    epoch_steps: int
    learning_rate: float
    optimizer: str
    schedule: str
    seed: int
    steps: int
    warmup_steps: int
    weight_decay: float

    def __post_init__(self) -> None:
        for key in ("batch", "epoch_steps", "steps"):
            _check_integer(key, getattr(self, key), 1)
        _check_integer("seed", self.seed, 0)
        _check_integer("warmup_steps", self.warmup_steps, 0)
        for key in ("learning_rate", "weight_decay"):
            _check_number(key, getattr(self, key))
            object.__setattr__(self, key, float(getattr(self, key)))
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_choice("schedule", self.schedule, SCHEDULES)
        _check_choice("data", self.data, DATASETS)
        if self.seed >= 2**64:
            raise ConfigError(f"'seed' is {self.seed}; it must be below 2**64")
        if self.learning_rate == 0:
            raise ConfigError("'learning_rate' is 0; nothing would be learned")
        if self.warmup_steps >= self.steps and self.warmup_steps:
            raise ConfigError(
                f"'warmup_steps' is {self.warmup_steps} of {self.steps} steps; it must be less"
            )
        if self.data == "mnist" and not isinstance(self.data_hash, str):
            raise ConfigError("'data_hash' is missing; data 'mnist' needs the SHA-256 of its files")
        if self.data != "mnist" and self.data_hash is not None:
            raise ConfigError(f"'data_hash' must be null: data {self.data!r} is computed")

    def as_json(self) -> dict[str, Any]:
        """Keys in sorted order."""
        return dict(sorted(asdict(self).items()))


def from_json(content: object) -> Config:
    """From a decoded JSON object with every key and no other. Raises ConfigError."""
    if not isinstance(content, Mapping):
        raise ConfigError(f"the config is {content!r}; it must be a JSON object")
    names = [field.name for field in fields(Config)]
    for key in content:
        if key not in names:
            raise ConfigError(f"unknown key {key!r}; the config takes {', '.join(names)}")
    for key in names:
        if key not in content:
            raise ConfigError(f"missing key {key!r}; the config takes {', '.join(names)}")
    return Config(**content)


def parse(text: str) -> Config:
    """From JSON text. Raises ConfigError."""
    try:
        return from_json(json.loads(text))
    except json.JSONDecodeError as error:
        raise ConfigError(f"the config is not JSON: {error}") from error


def _check_integer(key: str, value: object, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ConfigError(f"{key!r} is {value!r}; it must be an integer, {least} or more")


def _check_number(key: str, value: object) -> None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ConfigError(f"{key!r} is {value!r}; it must be a number")
    if not math.isfinite(value) or value < 0:
        raise ConfigError(f"{key!r} is {value!r}; it must be finite and not negative")
    if value > _LARGEST:
        raise ConfigError(f"{key!r} is {value!r}; it must be at most {_LARGEST:g}, a float32")


def _check_choice(key: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"{key!r} is {value!r}; allowed: {', '.join(allowed)}")

"""The emitted text in training, compiled by IREE."""

from __future__ import annotations

from numerics.corners.iree import Iree
from numerics.nets.parameters import Values
from numerics.nets.spec import NetSpec
from numerics.traces.config import Config
from numerics.traces.session import Session
from numerics.traces.session_emitted import EmittedSession


def start(compiler: Iree, spec: NetSpec, config: Config, values: Values) -> Session:
    """Raises CornerUnavailable."""
    return EmittedSession(compiler, spec, config, values)

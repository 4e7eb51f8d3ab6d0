"""Isabelle, for the rules that all provers share."""

from __future__ import annotations

from fourfold.backend.isabelle.layout import SetUpIsabelle
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.backend.isabelle.target_types import IsabelleSourcesField, IsabelleToolchainField
from fourfold.prover.compile import CompileRequest
from fourfold.prover.spec import Prover


class CompileSessionRequest(CompileRequest):
    pass


class Isabelle(Prover):
    """It builds a session's sources as one, so that it is no `SourceProver`."""

    name = "isabelle"
    source = IsabelleSourcesField
    toolchain = IsabelleToolchainField
    subsystem = IsabelleSubsystem
    compile = CompileSessionRequest
    set_up = SetUpIsabelle

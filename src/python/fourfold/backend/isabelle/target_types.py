from __future__ import annotations

from typing import Any

from pants.build_graph.address import Address
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    Dependencies,
    DictStringToStringField,
    InvalidFieldException,
    StringField,
    StringSequenceField,
    Target,
    generate_multiple_sources_field_help_message,
)
from pants.util.strutil import softwrap

from fourfold.backend.isabelle.session import PERMITTED_OPTIONS
from fourfold.prover.target_types import (
    PROOF_FIELDS,
    JudgedField,
    ProofSourcesField,
    ToolchainField,
)


class IsabelleSourcesField(ProofSourcesField):
    default = ("ROOT", "**/*.thy", "**/*.ML", "**/*.bib", "**/*.tex")
    help = generate_multiple_sources_field_help_message(
        "Theories, what they load and cite, and the ROOT file, where there is one. Without it, the "
        "session is described by fields. Of `document_files` in ROOT, those count that are among "
        "the sources. Example: `sources=['ROOT', '*.thy', '!Draft.thy']`"
    )


class IsabelleDependenciesField(Dependencies):
    pass


class IsabelleToolchainField(ToolchainField):
    default = None
    help = softwrap(
        """
        Name of the toolchain: a key of `[toolchains].locks`, `system` (the Isabelle whose
        `isabelle` is on PATH), or the absolute path of an Isabelle home. Give several with
        `toolchain=parametrize("a", "b")`. The default is the option
        `[isabelle].default_toolchain`.
        """
    )


class IsabelleSessionNameField(JudgedField, StringField):
    alias = "session"
    help = softwrap(
        """
        Name of the session. The default is that of the only session of the ROOT file, and without
        a ROOT file the name of the folder.
        """
    )


class IsabelleParentField(JudgedField, StringField):
    alias = "parent"
    help = "The parent session. The default is that of the ROOT file, and without one HOL."


class IsabelleImportedSessionsField(JudgedField, StringSequenceField):
    alias = "sessions"
    help = softwrap(
        """
        Sessions, beside the parent, whose theories are imported, as after `sessions` in a ROOT
        file.
        """
    )


class IsabelleDirectoriesField(JudgedField, StringSequenceField):
    alias = "directories"
    help = "Folders with theories of the session, as after `directories` in a ROOT file."


class IsabelleTheoriesField(JudgedField, StringSequenceField):
    alias = "theories"
    help = softwrap(
        """
        The theories to build, as after `theories` in a ROOT file; what they import is built too.
        The default, without a ROOT file, is all theories among the sources.
        """
    )


class IsabelleOptionsField(JudgedField, DictStringToStringField):
    alias = "options"
    help = softwrap(
        f"""
        Options of the session, as after `options` in a ROOT file. Permitted are
        {', '.join(f'`{name}`' for name in PERMITTED_OPTIONS)}: others could weaken what is
        checked.
        """
    )

    @classmethod
    def compute_value(cls, raw_value: Any, address: Address) -> Any:
        value = super().compute_value(raw_value, address)
        for name in value or ():
            if not name.isidentifier():
                raise InvalidFieldException(
                    f"The field `{cls.alias}` of {address} has {name!r}, which is no name of an "
                    "Isabelle option."
                )
        return value


class IsabelleSessionTarget(Target):
    alias = "isabelle_session"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        IsabelleSourcesField,
        IsabelleDependenciesField,
        IsabelleSessionNameField,
        IsabelleParentField,
        IsabelleImportedSessionsField,
        IsabelleDirectoriesField,
        IsabelleTheoriesField,
        IsabelleOptionsField,
        IsabelleToolchainField,
        *PROOF_FIELDS,
    )
    help = softwrap(
        """
        An Isabelle session: built from its parent's image, audited, and built again with every
        proof checked. It is described by a ROOT file, by fields, or by both, which must agree.
        """
    )


def target_types():
    return [IsabelleSessionTarget]

"""Fields that mean the same for every numeric witness."""

from __future__ import annotations

from pants.backend.python.target_types import PythonDependenciesField


class NumericsDependenciesField(PythonDependenciesField):
    pass

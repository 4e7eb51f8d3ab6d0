"""Global declarations by name, for the independent checks, read from the files that hold them."""

from __future__ import annotations

from vo_library import DEFINITION, INDUCTIVE
from vo_terms import Reader, inductive_block


class World:
    """Over a `Closure` of libraries. `inside`: what is judged stands behind a seal, and sees there
    what the seal hides."""

    def __init__(self, closure):
        self.closure = closure
        self.inside = False
        self._readers: dict = {}
        self._bodies: dict = {}
        self._blocks: dict = {}

    def reader(self, library):
        found = self._readers.get(library.name)
        if found is None:
            found = self._readers[library.name] = Reader(library.version)
        return found

    def body(self, name):
        """The body of a transparent constant, or None."""
        key = (name, self.inside)
        if key not in self._bodies:
            library, found = self._find(name)
            transparent = found is not None and found.kind == DEFINITION
            self._bodies[key] = self.reader(library).term(found.body) if transparent else None
        return self._bodies[key]

    def inductive(self, name):
        """A block of inductive types, or None."""
        library, found = self._find(name)
        if found is None or found.kind != INDUCTIVE:
            return None
        return self.block(library, found)

    def block(self, library, declaration):
        found = self._blocks.get(id(declaration))
        if found is None:
            found = self._blocks[id(declaration)] = inductive_block(
                self.reader(library), declaration
            )
        return found

    def _find(self, name):
        for said in (name.user, name.canon):
            library = self.closure.library(said.library)
            if library is None:
                continue
            views = library.views(said)
            if self.inside and views and views[-1].hidden:
                return library, views[-1]
            found = library.find(said.path) or (views[0] if views else None)
            if found is not None:
                return library, found
        return None, None

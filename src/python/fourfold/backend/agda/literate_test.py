"""What is expected here was compared with Agda 2.6.4.3 and 2.8.0."""

from __future__ import annotations

import pytest

from fourfold.backend.agda.literate import code_of
from fourfold.backend.agda.scanner import AgdaImport, scan_imports

FENCE = "```"


@pytest.mark.parametrize(
    "extension, lines, expected",
    [
        (".lagda.md", ["text before: ```", "import A", FENCE, "import B"], "A"),
        (".lagda.md", ["~~~", "import A", "~~~", FENCE, "import B"], "B"),
        (".lagda.md", ["```haskell", "import A", "```agda", "import B", FENCE, "import C"], ""),
        (".lagda.md", ["```{.agda}", "import A", FENCE, "import B"], "B"),
        (".lagda.md", ["<!--", "```agda", "import A", FENCE, "-->"], "A"),
        (".lagda.md", ["````", "import A", "  ```  ", "import B"], "A"),
        (".lagda.md", [FENCE, "import A", "text ```", "import B"], "A B"),
        (".lagda.typ", ["= T", "```agda", "import A", FENCE, "import B"], "A"),
        (".lagda.tex", ["\\hidden{\\begin{code}", "import A", "\\end{code}}", "import B"], "A"),
        (".lagda.tex", ["% \\begin{code}", "import A", "\\end{code}"], ""),
        (".lagda.tex", ["\\% \\begin{code}", "import A", "\\end{code}"], "A"),
        (".lagda.tex", ["\\\\begin{code}", "import A", "\\end{code}"], ""),
        (".lagda.tex", ["\\begin{code} import A", "import B", "x \\end{code}", "import C"], "B C"),
        (".lagda", ["\\begin{code}", "\\end{code} \\begin{code}", "import A"], ""),
        (".lagda.rst", ["So::", "", "  import A", "", "import B"], "A"),
        (".lagda.rst", ["So ::", "import A"], ""),
        (".lagda.rst", [".. code::", "", "  import A"], ""),
        (".lagda.rst", ["::", "  import A", " import B"], "A"),
        (".lagda.rst", ["::", "  import A", "Next::", "    import B", "  import C"], "A B"),
        (".lagda.org", ["text #+BEGIN_SRC agda2 :x", "import A", "#+end_src x", "import B"], "A"),
        (".lagda.org", ["#+begin_src agda2-foo", "import A", "#+end_src"], ""),
        (".lagda.tree", ["% \\agda{", "import A", "\\agda{", "import B", "} import C"], "B"),
    ],
)
def test_code_is_what_agda_takes_for_it(extension: str, lines: list[str], expected: str) -> None:
    found = scan_imports("\n".join(lines), extension)
    assert " ".join(i.name for i in found) == expected


@pytest.mark.parametrize("end", ["\r\n", "\r", "\f", "\x85", "\u2028", "\u2029"])
def test_lines_end_where_agda_ends_them(end: str) -> None:
    assert scan_imports(f"-- a remark{end}import A") == (AgdaImport("A", 2),)


def test_a_mark_of_the_encoding_is_no_code() -> None:
    assert code_of("\ufeffimport A", ".agda") == "import A"

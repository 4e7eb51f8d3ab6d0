from __future__ import annotations

import pytest

from fourfold.backend.isabelle.root import RootSession, RootTheories, parse_root
from fourfold.backend.isabelle.scanner import TheoryHeader, TheoryImport
from fourfold.backend.isabelle.session import (
    InvalidSession,
    SessionFields,
    choose_entry,
    from_fields,
    needed_sessions,
    refused_option,
    render_root,
    session_theories,
    with_document_files,
)

ENTRY = RootSession(
    "S", ".", "HOL", options=(("timeout", "60"),), theories=(RootTheories(("A", "B")),)
)


def _header(name: str, *imports: str) -> TheoryHeader:
    return TheoryHeader(name, tuple(TheoryImport(i, 2) for i in imports))


def test_the_entry_that_a_target_means() -> None:
    other = RootSession("T")
    assert choose_entry(None, [ENTRY], "ROOT", "x") is ENTRY
    assert choose_entry("T", [ENTRY, other], "ROOT", "x") is other
    assert choose_entry("T", [], "ROOT", "x") is None
    with pytest.raises(InvalidSession, match="has the sessions S, T; say with `session`"):
        choose_entry(None, [ENTRY, other], "ROOT", "x")
    with pytest.raises(InvalidSession, match="ROOT has no session `U`, which x names"):
        choose_entry("U", [ENTRY], "ROOT", "x")


def test_fields_alone_describe_a_session() -> None:
    session = from_fields("S", None, SessionFields(options=(("threads", "1"),)), ["B", "A"], "x")
    assert session == RootSession(
        "S", ".", "HOL", options=(("threads", "1"),), theories=(RootTheories(("A", "B")),)
    )


def test_fields_that_agree_with_the_entry() -> None:
    fields = SessionFields(parent="HOL", theories=("B", "A"), options=(("timeout", "60"),))
    assert from_fields("S", ENTRY, fields, [], "x") is ENTRY


@pytest.mark.parametrize(
    "fields,message",
    [
        (SessionFields(parent="Pure"), "`parent` says `Pure`, and .* says `HOL`"),
        (SessionFields(theories=("A",)), "`theories` says `A`, and .* says `A, B`"),
        (SessionFields(sessions=("X",)), "`sessions` says `X`, and .* says nothing"),
        (SessionFields(options=()), "`options` says nothing, and .* says `timeout = 60`"),
    ],
)
def test_fields_that_disagree_with_the_entry(fields: SessionFields, message: str) -> None:
    with pytest.raises(InvalidSession, match=message):
        from_fields("S", ENTRY, fields, [], "x")


def test_names_that_a_session_cannot_have() -> None:
    with pytest.raises(InvalidSession, match="the audit's own"):
        from_fields("Fourfold_Audit_S", None, SessionFields(), ["A"], "x")
    shared = RootSession("S", theories=(RootTheories(("A",), (), ("A",)),))
    with pytest.raises(InvalidSession, match="the global theory `A`"):
        from_fields("S", shared, SessionFields(), [], "x")


@pytest.mark.parametrize(
    "name,value",
    [
        ("quick_and_dirty", "true"),
        ("skip_proofs", "true"),
        ("condition", "X"),
        ("record_proofs", "-1"),
        ("process_policy", "env"),
        ("no_such_option", "1"),
    ],
)
def test_options_that_are_refused(name: str, value: str) -> None:
    everywhere = RootSession("S", options=((name, value),))
    for_some = RootSession("S", theories=(RootTheories(("A",), ((name, value),)),))
    for session in (everywhere, for_some):
        message = refused_option(session, "x/BUILD")
        assert message is not None and f"the option `{name} = {value}` of the session" in message


def test_options_that_are_permitted() -> None:
    session = RootSession(
        "S",
        options=(("document", "pdf"), ("timeout", "9"), ("quick_and_dirty", "false")),
        theories=(RootTheories(("A",), (("document", "false"),)),),
    )
    assert refused_option(session, "x/BUILD") is None


def test_theories_are_found_by_import() -> None:
    session = RootSession(
        "S", ".", "HOL", directories=("Sub",), theories=(RootTheories(("A", "Sub/B")),)
    )
    headers = {
        "A.thy": _header("A", "C", "HOL-Library.FSet", "Main"),
        "Sub/B.thy": _header("B", "D", "../C", "S.A"),
        "Sub/D.thy": _header("D", "Other.T"),
        "C.thy": _header("C", "Main"),
        "Draft.thy": _header("Draft", "Main"),
    }
    found = session_theories(session, headers)
    assert found.files == (
        ("S.A", "A.thy"), ("S.B", "Sub/B.thy"), ("S.C", "C.thy"), ("S.D", "Sub/D.thy")
    )
    assert dict(found.imports)["S.B"] == ("S.D", "S.C", "S.A")
    assert [i.name for i in found.foreign] == ["HOL-Library.FSet", "Main", "Other.T"]
    assert needed_sessions(session, found) == ("HOL", "HOL-Library", "Other")


def test_the_written_root_is_read_as_the_same_session() -> None:
    session = RootSession(
        "My-Session",
        "in here",
        "HOL",
        options=(("timeout", "60"), ("document", "pdf")),
        sessions=("HOL-Library",),
        directories=("Sub",),
        theories=(RootTheories(("A",), (("names_long", "true"),)), RootTheories(("Sub/B",))),
    )
    (again,) = parse_root(render_root(session, quick_and_dirty=False), "ROOT")
    assert dict(again.options) == {
        "timeout": "60", "document": "false", "skip_proofs": "false", "quick_and_dirty": "false"
    }
    for field in ("name", "directory", "parent", "sessions", "directories", "theories"):
        assert getattr(again, field) == getattr(session, field), field


def test_options_of_the_run_win() -> None:
    session = RootSession(
        "S",
        options=(("record_proofs", "0"), ("skip_proofs", "false")),
        theories=(RootTheories(("A",), (("record_proofs", "0"), ("quick_and_dirty", "false"))),),
    )
    text = render_root(session, quick_and_dirty=True, more={"record_proofs": "1"})
    (again,) = parse_root(text, "ROOT")
    assert dict(again.options)["quick_and_dirty"] == "true"
    assert dict(again.options)["record_proofs"] == "1"
    assert again.theories == (RootTheories(("A",)),)
    assert len(again.options) == len(dict(again.options))


def test_document_files_that_are_there_survive_the_rewriting() -> None:
    session = RootSession(
        "S",
        "lib",
        theories=(RootTheories(("A",)),),
        document_files=(
            ("document", "root.bib"), ("document", "a.png"), ("figures", "../x/b.tex"),
            ("..", "outside.bib"),
        ),
    )
    kept = with_document_files(session, ["A.thy", "document/root.bib", "x/b.tex", "root.bib"])
    assert kept.document_files == (("document", "root.bib"), ("figures", "../x/b.tex"))
    (again,) = parse_root(render_root(kept, quick_and_dirty=False), "ROOT")
    assert again.document_files == kept.document_files

"""Runs the body of one rule in a unit test, with the rules that it calls replaced."""

from __future__ import annotations

import asyncio
import inspect
import sys
from typing import Any, Awaitable, Callable
from unittest import mock


def run_rule(rule: Any, args: tuple[Any, ...], **answers: Callable[..., Any]) -> Any:
    """What `rule` returns where each rule named in `answers` gives what its function returns.

    A function gets what the call gives by position, and else the argument of `implicitly`. A rule
    that is called and not named raises, on every Pants: there is no engine to ask.
    """
    body = rule.rule.func
    module = sys.modules[body.__module__]
    fakes: dict[str, Any] = {name: _called(answer) for name, answer in answers.items()}
    with mock.patch.multiple(module, concurrently=_one_after_another, **fakes):
        return asyncio.run(body(*args))


def _called(answer: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        given = args or kwargs.get("__implicitly", ())
        return answer(*given)

    return call


async def _one_after_another(*calls: Any) -> tuple[Any, ...]:
    """Of several calls, or of one iterable of calls, as Pants' own."""
    if len(calls) == 1 and not inspect.isawaitable(calls[0]):
        calls = tuple(calls[0])
    return tuple([await call for call in calls])

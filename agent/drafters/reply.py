"""What is in a model's reply: the SQL, or why it cannot be written, apart from thoughts and prose."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from agent.drafters.bare_sql import bare_sql, begins_with_sql, has_sql, whole_sql
from agent.drafters.fences import Fenced, fences

Place = Literal["last-fence", "open-fence", "whole", "after-marker"]
"""Where the SQL is: in the last fence, in one that the prompt has opened, the whole reply, or what follows a mark."""

_THOUGHTS = re.compile(r"\s*(?:<(?:think|thinking|thought|reasoning)>|\[THINK\]|◁think▷)")
_END_OF_THOUGHTS = re.compile(r"</(?:think|thinking|thought|reasoning)>|\[/THINK\]|◁/think▷")
# Of gpt-oss, whose channels a server may pass on as they are.
_CHANNEL = re.compile(r"<\|channel\|>\s*final\s*(?:<\|constrain\|>\s*\w+\s*)?<\|message\|>")
_END_OF_TURN = re.compile(r"(?:(?:<\|[\w-]+\|>|<｜[^｜\n]*｜>|</s>|<end_of_turn>)\s*)+\Z")


def spoken(reply: str) -> str:
    """The reply without the thoughts that come before it, also where they are cut or their start is missing."""
    reply = _END_OF_TURN.sub("", reply)
    if final := list(_CHANNEL.finditer(reply)):
        return reply[final[-1].end() :].strip()
    opened = _THOUGHTS.match(reply)
    closed = _END_OF_THOUGHTS.search(reply)
    if opened:
        # It may think again.
        return spoken(reply[closed.end() :]) if closed else ""
    if closed and "```" not in reply[: closed.start()] and not has_sql(reply[: closed.start()]):
        return reply[closed.end() :].strip()
    return reply.strip()


def sql_in(reply: str, place: Place = "last-fence", marker: str = "", *, cut: bool = False) -> str | None:
    """The SQL of a reply, which is sought at the `place` first, and then wherever else models write it.

    None where there is none. Of a reply that was `cut` only what had come to its end counts. The text of the statement
    is left as it is.
    """
    match place:
        case "open-fence" if not reply.lstrip().startswith("```"):
            first = next(fences(f"```sql\n{reply}"))
            if begins_with_sql(first.text):
                # What ended it may be the model's format, which no server has taken off.
                return first.text if first.closed else _ended(bare_sql(first.text), cut)
        case "whole" if whole := whole_sql(reply):
            return _ended(whole, cut)
        case "after-marker" if marker in reply:
            if sql := sql_in(reply.rpartition(marker)[2], "whole", cut=cut):
                return sql
    return (
        _fenced(reply, cut, lambda block: "sql" in block.mark)
        or _fenced(reply, cut, lambda block: begins_with_sql(block.text))
        or _ended(bare_sql(reply), cut)
        or _fenced(reply, cut, lambda block: not block.mark)
    )


def decline_in(reply: str, words: str = "CANNOT ANSWER") -> str | None:
    """The reason of a reply that says in these words that it cannot answer; None where it does not, or has SQL before.

    A query that does nothing but say so declines too.
    """
    said = re.escape(words)
    if re.fullmatch(rf"\W*(?:sql\s+)?SELECT\s+'{said}\W*'[^,]*", reply, re.IGNORECASE):
        return ""
    match = re.search(rf"^[^\w\n]*{said}\b\W*(.*)", reply, re.MULTILINE)
    if match is None or sql_in(reply[: match.start()]):
        return None
    return match[1].strip(" \t*_`")


def _fenced(reply: str, cut: bool, fits: Callable[[Fenced], bool]) -> str | None:
    """The text of the last fence that fits."""
    found = [block.text for block in fences(reply) if block.text and (block.closed or not cut) and fits(block)]
    return found[-1] if found else None


def _ended(found: tuple[str, bool] | None, cut: bool) -> str | None:
    if found is None:
        return None
    sql, ended = found
    return sql if ended or not cut else None

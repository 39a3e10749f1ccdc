"""A change to a YAML text that leaves all else as it stands: comments, order, quotes, indentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from agent.settings_file import LOADER

STEP = 2
"""Blanks by which what is new stands deeper than what it belongs to."""


class _Edit(NamedTuple):
    """The text between two offsets gives way to another."""

    start: int
    end: int
    text: str


class _Dumper(yaml.SafeDumper):
    """Mappings a line each, lists in brackets."""


def _in_brackets(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


_Dumper.add_representer(list, _in_brackets)


def edit_yaml(text: str, target: Mapping[str, Any]) -> str | None:
    """The text, changed where it must be for it to hold the target; None where that would take more than additions.

    What the text holds may be added to, and a value may be replaced, but nothing can be taken out. The text must be
    valid YAML that holds a mapping or nothing.
    """
    loader = LOADER(text)
    try:
        root: yaml.Node | None = loader.get_single_node()
        held = loader.construct_document(root) if root is not None else None
        if root is None or held is None:
            edited = f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{_block(target, 0)}\n"
        else:
            edited = _applied(text, list(_edits(_Text(text, loader), root, held, target, None)))
    finally:
        loader.dispose()
    return edited if _holds(edited, target) and _comments(edited) >= _comments(text) else None


class _Text(NamedTuple):
    """What is edited, and what tells the names that a node of it stands for."""

    text: str
    loader: Any

    def values(self, node: yaml.MappingNode) -> dict[Any, tuple[yaml.Node, yaml.Node]]:
        return {self.loader.construct_object(key, deep=True): (key, value) for key, value in node.value}


def _edits(document: _Text, node: yaml.Node, old: Any, new: Any, key: yaml.Node | None) -> Iterator[_Edit]:
    """What makes the new value of a node; `key` is what it stands after in a block, None in a flow."""
    if old == new:
        return
    if isinstance(node, yaml.MappingNode) and isinstance(new, Mapping):
        known, is_block = document.values(node), not node.flow_style
        for name, value in new.items():
            if name in known:
                own_key, own_value = known[name]
                yield from _edits(document, own_value, old[name], value, own_key if is_block else None)
        if added := {
            name: value for name, value in new.items() if name not in known and (name not in old or old[name] != value)
        }:
            yield _added(document.text, node, added)
    elif isinstance(node, yaml.SequenceNode) and isinstance(new, list) and new[: len(old)] == old:
        yield _added(document.text, node, new[len(old) :])
    else:
        yield _replaced(document.text, node, new, key)


def _added(text: str, node: yaml.MappingNode | yaml.SequenceNode, more: Any) -> _Edit:
    """Entries after the last of a collection."""
    if node.flow_style:
        end = node.end_mark.index - 1
        return _Edit(end, end, f"{', ' if node.value else ''}{_flow(more)[1:-1]}")
    column = node.start_mark.column
    end = _end_of_line(text, _end(text, node))
    if column == 0 and all(line.strip()[:1] in ("", "#") for line in text[end:].splitlines()):
        # What the file ends with may be settings that are only noted, or belong to those above.
        end = len(text.rstrip())
    lines = _block(more, column) if isinstance(more, dict) else "\n".join(f"{' ' * column}- {_flow(i)}" for i in more)
    return _Edit(end, end, f"\n{lines}")


def _replaced(text: str, node: yaml.Node, new: Any, key: yaml.Node | None) -> _Edit:
    start, end = node.start_mark.index, _end(text, node)
    if key is None or not isinstance(new, Mapping):
        blank = " " if start == end else ""
        return _Edit(start, end, f"{blank}{_flow(new)}")
    # A comment after it stays on its line.
    line = _end_of_line(text, end)
    block = _block(new, key.start_mark.column + STEP)
    return _Edit(len(text[:start].rstrip(" ")), line, f"{text[end:line]}\n{block}")


def _end(text: str, node: yaml.Node) -> int:
    """The offset after a node; the library's own of a block is that of the next, behind blank lines and comments."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return max(len(text[: node.end_mark.index].rstrip()), node.start_mark.index)


def _end_of_line(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end


def _applied(text: str, edits: list[_Edit]) -> str:
    parts, done = [], 0
    # Stable: of two additions at one place the deeper one comes first.
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*parts, text[done:]])


def _block(value: Any, column: int) -> str:
    lines = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))
    return "\n".join(" " * column + line for line in lines.splitlines())


def _flow(value: Any) -> str:
    """A value as it can stand in a line, also between brackets."""
    text: str = yaml.safe_dump(
        [value], allow_unicode=True, default_flow_style=True, sort_keys=False, width=float("inf")
    )
    return text.strip()[1:-1]


def _holds(text: str, target: Mapping[str, Any]) -> bool:
    try:
        return bool(yaml.load(text, LOADER) == target)  # noqa: S506 - it is the safe one
    except yaml.YAMLError:
        return False


def _comments(text: str) -> int:
    return sum(line.lstrip().startswith("#") for line in text.splitlines())

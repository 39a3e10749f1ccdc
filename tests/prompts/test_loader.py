"""Templates are read strictly, and filled strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.prompts.loader import FOLDER, TemplateError, load_template

FRONT = "name: small\ntask: draft\nfamilies: ['*']\ntemperature: 0\nstop: []\nreply_tokens: 10"
BODY = "## system\nYou write {{dialect}}.\n\n## user\n{{ question }}\n\n## repair\n{{sql}}: {{findings}}\n"


def write(folder: Path, front: str = FRONT, body: str = BODY) -> None:
    (folder / "small.md").write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")


@pytest.mark.parametrize("path", [*FOLDER.glob("*.md")], ids=lambda path: path.stem)
def test_every_template_loads(path: Path) -> None:
    template = load_template(path.stem)

    assert template.facts.name == path.stem
    assert set(template.parts) == {"system", "user", "repair"}


def test_a_part_is_filled(tmp_path: Path) -> None:
    write(tmp_path)
    template = load_template("small", tmp_path)

    assert template.fill("system", dialect="SQLite") == "You write SQLite."
    assert template.facts.reply_tokens == 10


def test_a_value_is_not_read_as_a_template(tmp_path: Path) -> None:
    write(tmp_path)
    template = load_template("small", tmp_path)

    assert template.fill("repair", sql="{{findings}} \\1", findings="{{sql}}") == "{{findings}} \\1: {{sql}}"


@pytest.mark.parametrize(
    ("values", "says"),
    [({}, "missing ['question']"), ({"question": "x", "today": "y"}, "unknown ['today']")],
)
def test_a_missing_or_unknown_variable_is_an_error(tmp_path: Path, values: dict[str, str], says: str) -> None:
    write(tmp_path)
    with pytest.raises(TemplateError) as caught:
        load_template("small", tmp_path).fill("user", **values)

    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("front", "body", "says"),
    [
        (FRONT.replace("temperature: 0", "temperature: cold"), BODY, "front matter: temperature: "),
        (FRONT.replace("reply_tokens: 10", "reply_tokens: '10'"), BODY, "front matter: reply_tokens: "),
        (f"{FRONT}\ncolour: red", BODY, "front matter: colour: "),
        (FRONT.replace("stop: []\n", ""), BODY, "front matter: stop: "),
        (FRONT.replace("draft", "sing"), BODY, "front matter: task: "),
        (FRONT.replace("small", "other"), BODY, "it is named other"),
        ("name: [", BODY, "not valid YAML"),
        (FRONT, BODY.replace("## repair", "## mend"), "its parts must be system, user, repair"),
        (FRONT, "Hello\n" + BODY, "its parts must be system, user, repair"),
        (FRONT, BODY + "## user\nagain\n", "its parts must be system, user, repair"),
    ],
)
def test_a_malformed_template_is_said_with_its_name(tmp_path: Path, front: str, body: str, says: str) -> None:
    write(tmp_path, front, body)
    with pytest.raises(TemplateError) as caught:
        load_template("small", tmp_path)

    assert str(caught.value).startswith("small.md: ")
    assert says in str(caught.value)


def test_a_file_without_front_matter_or_none_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"small\.md: cannot be read"):
        load_template("small", tmp_path)
    (tmp_path / "small.md").write_text(BODY)
    with pytest.raises(TemplateError, match="does not begin with front matter"):
        load_template("small", tmp_path)

"""Templates are read strictly, and filled strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.prompts.loader import FOLDER, TemplateError, load_template

FRONT = "name: small\ntask: draft\nfamilies: ['*']\nsampling: {temperature: 0}\nreply_tokens: 10\nreply: last-fence"
BODY = """\
## system
You write {{dialect}}.

## user
{{schema}}

What they mean:
{{values}}
{{glossary}}

Asked: {{ question }}

{{repairs}}

## repair
{{sql}}: {{findings}}
"""
USER = {"schema": "s", "values": "", "glossary": "", "question": "q", "repairs": ""}


def write(folder: Path, front: str = FRONT, body: str = BODY) -> None:
    (folder / "small.md").write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")


@pytest.mark.parametrize("path", [*FOLDER.glob("*.md")], ids=lambda path: path.stem)
def test_every_template_loads(path: Path) -> None:
    template = load_template(path.stem)

    assert template.facts.name == path.stem
    assert set(template.parts) == {"system", "user", "repair"}
    assert template.ships
    assert template.facts.source.startswith("https://")
    assert template.facts.sampling.temperature == (0.6 if path.stem == "deepseek-r1" else 0)


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
    [
        ({}, "missing ['glossary', 'question', 'repairs', 'schema', 'values']"),
        (USER | {"today": "y"}, "unknown ['today']"),
    ],
)
def test_a_missing_or_unknown_variable_is_an_error(tmp_path: Path, values: dict[str, str], says: str) -> None:
    write(tmp_path)
    with pytest.raises(TemplateError) as caught:
        load_template("small", tmp_path).fill("user", **values)

    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("front", "body", "says"),
    [
        (FRONT.replace("temperature: 0", "temperature: cold"), BODY, "front matter: sampling.temperature: "),
        (FRONT.replace("temperature: 0", "warmth: 0"), BODY, "front matter: sampling.temperature: "),
        (FRONT.replace("last-fence", "anywhere"), BODY, "front matter: reply: "),
        (FRONT.replace("last-fence", "after-marker"), BODY, "front matter: marker belongs to reply: after-marker"),
        (f"{FRONT}\nmarker: '[SQL]'", BODY, "front matter: marker belongs to reply: after-marker"),
        (f"{FRONT}\nschema: xml", BODY, "front matter: schema: "),
        (f"{FRONT}\nschema_format: ddl", BODY, "front matter: schema_format: "),
        (f"{FRONT}\nthinks: much", BODY, "front matter: thinks"),
        (f"{FRONT}\nsource: a friend", BODY, "front matter: source: "),
        (f"{FRONT}\nformat: completion", BODY, "a completion is one text"),
        (f"{FRONT}\nlike: general", BODY, "it is like general, and has no parts of its own"),
        (f"{FRONT}\nlike: llama", "", "llama, which it is like, has no parts of its own"),
        (f"{FRONT}\nlike: nothing", "", "nothing.md: cannot be read"),
        (FRONT.replace("reply_tokens: 10", "reply_tokens: '10'"), BODY, "front matter: reply_tokens: "),
        (f"{FRONT}\ncolour: red", BODY, "front matter: colour: "),
        (FRONT.replace("reply: last-fence", ""), BODY, "front matter: reply: "),
        (FRONT.replace("draft", "sing"), BODY, "front matter: task: "),
        (FRONT.replace("small", "other"), BODY, "it is named other"),
        ("name: [", BODY, "not valid YAML"),
        (FRONT, BODY.replace("## repair", "## mend"), "it has no part ## repair"),
        (FRONT, BODY.partition("## repair")[0], "it has no part ## repair"),
        (FRONT, "Hello\n" + BODY, "its parts are system, user, repair"),
        (FRONT, BODY + "## user\nagain\n", "its parts are system, user, repair"),
        (FRONT, BODY.replace("dialect", "accent"), "part system: there is no variable accent"),
        (FRONT, BODY.replace("{{sql}}", "{{question}}"), "part repair: there is no variable question"),
        (FRONT, BODY.replace("{{sql}}", "it"), "part repair: it has no {{sql}}"),
        (FRONT, BODY.replace("{{schema}}", ""), "it has no {{schema}}"),
        (FRONT, BODY.replace("{{ question }}", ""), "it has no {{question}}"),
        (FRONT, BODY.replace("{{repairs}}", ""), "it has no {{repairs}}"),
    ],
)
def test_a_malformed_template_is_said_with_its_name(tmp_path: Path, front: str, body: str, says: str) -> None:
    write(tmp_path, front, body)
    with pytest.raises(TemplateError) as caught:
        load_template("small", tmp_path)

    assert says in str(caught.value)
    assert str(caught.value).startswith("nothing.md" if "nothing" in front else "small.md")


def test_what_is_empty_is_left_out_with_what_introduces_it(tmp_path: Path) -> None:
    write(tmp_path)
    template = load_template("small", tmp_path)

    assert template.fill("user", **USER) == "s\n\nAsked: q"
    assert template.fill("user", **USER | {"glossary": "g"}) == "s\n\nWhat they mean:\ng\n\nAsked: q"
    assert template.fill("user", **USER | {"schema": "", "repairs": "r"}) == "\n\nAsked: q\n\nr"


def test_a_template_can_have_the_parts_of_another(tmp_path: Path) -> None:
    write(tmp_path)
    front = FRONT.replace("name: small", "name: other").replace("10", "20")
    (tmp_path / "other.md").write_text(f"---\n{front}\nlike: small\n---\n")
    other, small = load_template("other", tmp_path), load_template("small", tmp_path)

    assert other.parts == small.parts
    assert other.facts.reply_tokens == 20
    assert "You write {{dialect}}." in other.text
    assert other.text.startswith("---\nname: other")
    assert not other.ships


def test_one_that_replaces_ours_can_have_its_parts(tmp_path: Path) -> None:
    front = FRONT.replace("name: small", "name: general")
    (tmp_path / "general.md").write_text(f"---\n{front}\nlike: general\n---\n")

    assert load_template("general", tmp_path).parts == load_template("general").parts


def test_two_that_are_like_each_other_are_said(tmp_path: Path) -> None:
    for name, other in (("small", "other"), ("other", "small")):
        front = FRONT.replace("name: small", f"name: {name}")
        (tmp_path / f"{name}.md").write_text(f"---\n{front}\nlike: {other}\n---\n")

    with pytest.raises(TemplateError, match=r"small\.md: other, which it is like, has no parts of its own"):
        load_template("small", tmp_path)


def test_a_file_may_be_written_on_any_system(tmp_path: Path) -> None:
    write(tmp_path)
    text = (tmp_path / "small.md").read_text("utf-8").replace("## user\n", "## user  \n").rstrip()
    plain = load_template("small", tmp_path)
    (tmp_path / "small.md").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert load_template("small", tmp_path) == plain


def test_a_template_without_a_system_part_has_an_empty_one(tmp_path: Path) -> None:
    write(tmp_path, body="## user" + BODY.partition("## user")[2])

    assert load_template("small", tmp_path).fill("system") == ""


def test_a_file_without_front_matter_or_none_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"small\.md: cannot be read"):
        load_template("small", tmp_path)
    (tmp_path / "small.md").write_text(BODY)
    with pytest.raises(TemplateError, match="does not begin with front matter"):
        load_template("small", tmp_path)
    (tmp_path / "small.md").write_bytes(b"---\n\xff")
    with pytest.raises(TemplateError, match="it is no UTF-8 text"):
        load_template("small", tmp_path)

"""The messages that ask a model for SQL: the rules, the question with its schema, and earlier tries with findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.prompts.dialect_name import dialect_name
from agent.prompts.examples_text import examples_text
from agent.prompts.glossary_text import glossary_text
from agent.prompts.loader import Part, Template
from agent.prompts.outside import outside_block, outside_line
from agent.prompts.repairs_text import repairs_text
from agent.prompts.schema_text import SchemaText, schema_text
from agent.prompts.tokens import estimate_tokens
from agent.prompts.values_text import values_text
from agent.prompts.within import within
from agent.records import Attempt, Context

REPAIR_TOKENS = 1_500
"""Kept free for findings, so that a repair is asked for in the context window of the first draft."""
REPAIR_SHARE = 4
"""At most one part in so many of the budget is kept free for them."""
SHARES = {"values": 8, "glossary": 8, "earlier": 8, "examples": 4}
"""What may take one part in so many of what the rules and the question leave; the schema has the rest."""

MAX_QUESTION, MAX_EARLIER = 2_000, 10
FRAME_TOKENS = 32
"""What the chat format of a model adds."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a model is told, the tokens that it may come to with all repairs, and what of the context is in it.

    The schema, the question and the repairs are one message of the user: Ollama drops the oldest messages where
    it finds too many. `system` is empty where the template has no such part. `tables` and `examples` are how many of
    each are told.
    """

    system: str
    user: str
    tokens: int
    tables: int
    examples: int = 0

    @property
    def messages(self) -> list[dict[str, str]]:
        """The messages as chat servers want them."""
        told = (("system", self.system), ("user", self.user))
        return [{"role": role, "content": text} for role, text in told if text]


def conversation(
    template: Template, context: Context, failed: Sequence[Attempt], week_start: str, budget: int
) -> Conversation:
    """What a model is told for a context, with a schema that keeps all of it within `budget` tokens.

    The tables that fit least are left out first, and what helps beside the schema only where not even the first table
    fits. `tables` is 0 where the budget does not hold that either. The last of the `failed` attempts is always told,
    the others as far as the room that is kept free holds them.
    """
    free = min(REPAIR_TOKENS, max(0, budget) // REPAIR_SHARE)
    repairs = repairs_text(template, failed, free)
    facts = {
        "dialect": dialect_name(context.catalog.dialect),
        "today": f"{context.question.today:%Y-%m-%d, a %A}",
        "week_start": week_start.capitalize(),
        "question": outside_block(context.question.text, MAX_QUESTION),
        "repairs": "",
    }
    others = FRAME_TOKENS + max(free, sum(estimate_tokens(text) + 1 for text in repairs))
    # With something for each, so that the lines around it are counted.
    least = {"schema": ""} | dict.fromkeys(SHARES, "-")
    left = budget - others - _tokens(_filled(template, facts | least))
    found = _help(context, template, left)
    help_tokens = sum(estimate_tokens(text) + 1 for texts in found.values() for text in texts)
    schema = _schema(template, context, left - help_tokens)
    if context.tables and not schema.tables:
        found = {name: [] for name in SHARES}
        schema = _schema(template, context, left)
    helps = {name: _joined(name, texts) for name, texts in found.items()}
    facts |= helps | {"schema": schema.text}
    tokens = others + _tokens(_filled(template, facts))
    system, user = _filled(template, facts | {"repairs": "\n\n".join(repairs)})
    return Conversation(system, user, tokens, len(schema.tables), len(found["examples"]))


def _help(context: Context, template: Template, budget: int) -> dict[str, list[str]]:
    """What helps beside the schema, as far as the template has a place for it and its share of the budget holds it."""
    earlier = context.question.earlier[-MAX_EARLIER:]
    asked = "\n".join([*earlier, context.question.text])
    texts = {
        "values": values_text(context),
        "glossary": glossary_text(asked, context.catalog.glossary),
        # The question goes on from the last one, so the first are left out.
        "earlier": [outside_line(text, MAX_QUESTION) for text in reversed(earlier)],
        "examples": examples_text(context.examples),
    }
    wanted = template.variables("system") | template.variables("user")
    found = {name: within(texts[name], budget // share) if name in wanted else [] for name, share in SHARES.items()}
    return found | {"earlier": found["earlier"][::-1]}


def _joined(name: str, texts: list[str]) -> str:
    return ("\n\n" if name == "examples" else "\n").join(texts)


def _schema(template: Template, context: Context, budget: int) -> SchemaText:
    tables = [scored.table for scored in context.tables]
    return schema_text(tables, context.catalog.dialect, budget, template.facts.schema_format)


def _filled(template: Template, facts: dict[str, str]) -> tuple[str, str]:
    """The parts system and user."""
    system, user = (_part(template, part, facts) for part in ("system", "user"))
    return system, user


def _part(template: Template, part: Part, facts: dict[str, str]) -> str:
    return template.fill(part, **{name: facts[name] for name in template.variables(part)})


def _tokens(texts: Sequence[str]) -> int:
    return sum(map(estimate_tokens, texts))

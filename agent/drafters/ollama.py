"""The drafter that asks a language model on an Ollama server."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from agent.drafters.ollama_client import ModelCard, OllamaClient, Reply
from agent.drafters.reply import closed_part, decline_in, spoken, sql_in
from agent.errors import ModelError, NotUnderstoodError
from agent.ollama_address import ollama_address
from agent.prompts.conversation import Conversation, conversation
from agent.prompts.loader import load_template
from agent.prompts.outside import outside_line
from agent.records import Attempt, Context, Draft

if TYPE_CHECKING:
    from agent.config import Settings

# Few sizes, because Ollama loads a model anew when the size of its context window changes.
WINDOWS = (4_096, 8_192, 16_384)
# A model says nothing of how sure it is; each repair makes it less likely that it understood.
CONFIDENCE, LESS_PER_REPAIR = 0.5, 0.1
# A model that thinks although it is told not to needs room for that.
THINKING_TOKENS = 3_072
MAX_REASON, MAX_REPLY = 200, 80


def load(settings: Settings, name: str) -> OllamaDrafter:
    """The drafter for a model by its name in Ollama.

    The server is the one of the setting `ollama`; only where that is not set, of the environment's OLLAMA_HOST.
    """
    return OllamaDrafter(OllamaClient(ollama_address(settings), name, settings.model_timeout), settings.week_start)


class OllamaDrafter:
    """Drafts SQL with one model; `week_start` is the first day of "this week"."""

    def __init__(self, client: OllamaClient, week_start: str = "monday") -> None:
        self.name = f"ollama:{client.model}"
        self._client = client
        self._week_start = week_start
        self._template = load_template("general")

    def draft(self, context: Context, failed: tuple[Attempt, ...] = ()) -> Draft:
        """The SQL of the model's reply, which is told what was found in the drafts that failed.

        Raises NotUnderstoodError when the model says that it cannot answer, and ModelError when there is no SQL.
        """
        confidence = max(CONFIDENCE - LESS_PER_REPAIR * len(failed), LESS_PER_REPAIR)
        return Draft(self._sql(self._reply(context, failed)), self.name, confidence)

    @cached_property
    def _card(self) -> ModelCard:
        return self._client.card()

    def _reply(self, context: Context, failed: tuple[Attempt, ...]) -> Reply:
        window = min(self._card.context, WINDOWS[-1])
        budget = window - self._reply_tokens
        reply, fits = self._ask(self._conversation(context, failed, budget))
        if not fits:
            # The estimate was too low for this model's tokens.
            reply, fits = self._ask(self._conversation(context, failed, budget // 2))
        if not fits:
            raise ModelError(
                f"the question and its tables are more than {self._client.model} can read",
                "choose a model with a longer context",
            )
        return reply

    def _conversation(self, context: Context, failed: tuple[Attempt, ...], budget: int) -> Conversation:
        made = conversation(self._template, context, failed, self._week_start, budget)
        if context.tables and not made.tables:
            raise ModelError(
                f"the table {context.tables[0].table.id} does not fit into the {self._card.context} tokens that "
                f"{self._client.model} can read",
                "choose a model with a longer context, or use --model builtin",
            )
        return made

    def _ask(self, made: Conversation) -> tuple[Reply, bool]:
        """The reply, and whether the model was given the whole prompt.

        Ollama cuts a prompt that is too long without a word, to exactly its window.
        """
        facts = self._template.facts
        needed = made.tokens + self._reply_tokens
        window = min(self._card.context, next((size for size in WINDOWS if size >= needed), WINDOWS[-1]))
        options = {
            "num_ctx": window,
            "num_predict": self._reply_tokens,
            "temperature": facts.temperature,
            "seed": 0,
            **({"stop": facts.stop} if facts.stop else {}),
        }
        # A model that cannot think refuses to be told anything about it.
        reply = self._client.chat(made.system, made.user, options, think=False if self._card.thinks else None)
        return reply, reply.prompt_tokens is None or reply.prompt_tokens < window - 1

    @property
    def _reply_tokens(self) -> int:
        tokens = self._template.facts.reply_tokens + (THINKING_TOKENS if self._card.thinks else 0)
        return min(tokens, self._card.context // 2)

    def _sql(self, reply: Reply) -> str:
        text = spoken(reply.text)
        if (reason := decline_in(text)) is not None:
            said = f": {outside_line(reason, MAX_REASON)}" if reason else ""
            raise NotUnderstoodError(
                f"{self._client.model} says that it cannot answer this{said}", "ask in other words, or another model"
            )
        sql = sql_in(closed_part(text) if reply.cut else text)
        if sql is not None:
            return sql
        if reply.cut:
            raise ModelError(
                f"{self._client.model} did not come to an end of its SQL within {self._reply_tokens} tokens",
                "ask a simpler question, or choose another model",
            )
        said = f"but: {outside_line(text, MAX_REPLY)}" if text else "and nothing else"
        raise ModelError(f"{self._client.model} wrote no SQL {said}", "ask in other words, or choose another model")

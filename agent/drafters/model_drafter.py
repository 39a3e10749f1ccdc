"""The drafter that asks a language model, whatever serves it: budget → prompt → reply → SQL."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from agent.drafters import Listen, unheard
from agent.drafters.model_client import ModelCard, ModelClient, Reply, Request, TooLongError
from agent.drafters.reply import decline_in, spoken, sql_in
from agent.errors import ModelError, NoSQLError, NotUnderstoodError
from agent.prompts.choose_template import choose_template
from agent.prompts.conversation import FRAME_TOKENS, Conversation, conversation
from agent.prompts.outside import outside_line
from agent.prompts.tokens import estimate_tokens
from agent.records import Attempt, Context, Draft, Drafting

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.prompts.loader import Template

# Few sizes, because a server loads a model anew when the size of its context window changes.
WINDOWS = tuple(1_024 << doubled for doubled in range(11))
LEAST_WINDOW = 4_096
MAX_PROMPTS = 3
"""The first prompt, and at most two shorter ones."""
# A model says nothing of how sure it is; each repair makes it less likely that it understood.
CONFIDENCE, LESS_PER_REPAIR = 0.5, 0.1
# A model that thinks although it is told not to needs room for that.
THINKING_TOKENS = 3_072
LEAST_REPLY = 512
VARIED_TEMPERATURE = 0.7
MAX_REASON, MAX_REPLY = 200, 80


def model_drafter(settings: Settings, client: ModelClient) -> ModelDrafter:
    """The drafter for a model as the settings ask for it."""

    def template_for(dialect: str) -> Template:
        return choose_template(client.model, dialect, settings.prompts)

    return ModelDrafter(client, cache(template_for), settings.max_context, settings.week_start)


class ModelDrafter:
    """Drafts SQL with one model; `template_for` gives the prompt for a dialect.

    `max_context` is the largest context window that is asked for, and `week_start` the first day of "this week".
    """

    def __init__(
        self,
        client: ModelClient,
        template_for: Callable[[str], Template],
        max_context: int = 16_384,
        week_start: str = "monday",
    ) -> None:
        self.name = client.name
        self._client = client
        self._template_for = template_for
        self._max_context = max_context
        self._week_start = week_start
        self._variation = 0
        # At most one, in a list that varied drafters share.
        self._known: list[ModelCard] = []

    @property
    def client(self) -> ModelClient:
        """The model that it asks."""
        return self._client

    def varied(self, number: int) -> ModelDrafter:
        """The same model drawing its words more freely, otherwise for each `number` and alike for the same."""
        other = copy(self)
        other._variation = number
        return other

    def draft(self, context: Context, failed: tuple[Attempt, ...] = (), listen: Listen = unheard) -> Draft:
        """The SQL of the model's reply, which is told what was found in the drafts that failed.

        Raises NotUnderstoodError when the model says that it cannot answer, ModelError when there is no SQL, and what
        `listen` raises.
        """
        template = self._template_for(context.catalog.dialect)
        reply, said = self._reply(template, context, failed, listen)
        confidence = max(CONFIDENCE - LESS_PER_REPAIR * len(failed), LESS_PER_REPAIR)
        return Draft(self._sql(template, reply), self.name, confidence, assumptions=said)

    def _card(self, listen: Listen) -> ModelCard:
        """What is known of the model, with no more context than is asked for, so that a reply leaves a prompt room."""
        if not self._known:
            card = self._client.card(listen)
            self._known.append(replace(card, context=min(card.context, self._max_context)))
        return self._known[0]

    def _reply(
        self, template: Template, context: Context, failed: tuple[Attempt, ...], listen: Listen
    ) -> tuple[Reply, tuple[str, ...]]:
        """The reply to the whole prompt, and what is to be said of how that was made to fit."""
        card = self._card(listen)
        budget = self._most(card) - _reply_tokens(template, card)
        shortened = False
        for _ in range(MAX_PROMPTS):
            made = conversation(template, context, failed, self._week_start, budget)
            if context.tables and not made.tables and not shortened:
                raise self._no_room(context.tables[0].table.id, self._most(card))
            if context.tables and not made.tables:
                break
            request = self._request(template, context, failed, made, card)
            try:
                reply = self._client.chat(request, listen)
            except TooLongError as error:
                reads = error.context
                if reads is not None and reads < card.context:
                    # Known from now on, for every question.
                    self._known[:] = [replace(card, context=reads)]
            else:
                reads = cut_at(reply, request)
                if reads is None:
                    return reply, (self._said(made, context),) if shortened else ()
            listen(Drafting("shortened", self._client.model))
            shortened = True
            if reads is not None and reads < request.window:
                card = replace(card, context=reads)
                budget = min(budget, reads - _reply_tokens(template, card))
            else:
                # The estimate was too low for this model's tokens.
                budget = min(budget, made.tokens) // 2
        raise ModelError(
            f"the question and its tables are more than {self._client.model} can read",
            "choose a model with a longer context",
        )

    def _request(
        self, template: Template, context: Context, failed: tuple[Attempt, ...], made: Conversation, card: ModelCard
    ) -> Request:
        facts = template.facts
        tokens = _reply_tokens(template, card)
        most = self._most(card)
        sampling = facts.sampling.options()
        if self._variation:
            sampling["temperature"] = max(facts.sampling.temperature, VARIED_TEMPERATURE)
        return Request(
            question=context.question.text,
            system=made.system,
            user=made.user,
            window=min(most, next((size for size in WINDOWS if size >= max(made.tokens + tokens, LEAST_WINDOW)), most)),
            reply_tokens=tokens,
            attempt=len(failed),
            variation=self._variation,
            raw=facts.format == "completion",
            sampling=sampling,
            stop=tuple(facts.stop),
            # A model that cannot think refuses to be told anything about it.
            think=facts.thinks if card.thinks else None,
        )

    def _most(self, card: ModelCard) -> int:
        """The largest window that is asked for."""
        return min(card.context, self._max_context)

    def _said(self, made: Conversation, context: Context) -> str:
        whole = made.tables == len(context.tables)
        told = "less of each table" if whole else f"{made.tables} of {len(context.tables)} tables"
        return f"the prompt was too long for {self._client.model}, which was told of {told}"

    def _no_room(self, table: str, most: int) -> ModelError:
        if most < self._max_context:
            hint = "choose a model with a longer context, or use --model builtin"
        else:
            hint = "raise the setting max_context, or use --model builtin"
        return ModelError(
            f"the table {table} does not fit into the {most} tokens that {self._client.model} can read", hint
        )

    def _sql(self, template: Template, reply: Reply) -> str:
        facts, model = template.facts, self._client.model
        text = spoken(reply.text)
        reason = decline_in(text, facts.decline) if facts.decline else None
        if reason is not None:
            said = f": {outside_line(reason, MAX_REASON)}" if reason else ""
            raise NotUnderstoodError(
                f"{model} says that it cannot answer this{said}", "ask in other words, or another model"
            )
        sql = sql_in(text, facts.reply, facts.marker, cut=reply.cut)
        if sql is not None:
            return sql
        if reply.cut:
            raise NoSQLError(
                f"{model} did not come to an end of its SQL within {_reply_tokens(template, self._known[0])} tokens",
                "ask a simpler question, or choose another model",
            )
        said = f"but: {outside_line(text, MAX_REPLY)}" if text else "and nothing else"
        raise NoSQLError(f"{model} wrote no SQL {said}", "ask in other words, or choose another model")


def cut_at(reply: Reply, request: Request) -> int | None:
    """The tokens to which the prompt was cut, None where the model was given the whole.

    Ollama cuts one that is too long without a word, to exactly its window; a server that goes by a window of its own,
    whatever it is told, to exactly that, which is then less than the prompt is estimated to take.
    """
    read = reply.prompt_tokens
    if read is None:
        return None
    if read >= request.window - 1:
        return request.window
    estimate = FRAME_TOKENS + estimate_tokens(request.system) + estimate_tokens(request.user)
    return next((size for size in WINDOWS if size in (read, read + 1) and size < estimate), None)


def _reply_tokens(template: Template, card: ModelCard) -> int:
    """What is kept free for the reply."""
    thinks = template.facts.thinks not in (False, "low")
    tokens = template.facts.reply_tokens
    if card.thinks is not False and not thinks:
        tokens += THINKING_TOKENS
    # Thoughts need room even where it is scarce; else the prompt comes first.
    return min(tokens, card.context // 2 if thinks or card.thinks else max(card.context // 4, LEAST_REPLY))

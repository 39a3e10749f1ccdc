"""Questions in a language that the built-in drafter does not read."""

from __future__ import annotations

import pytest

from agent import Agent
from agent.errors import NotUnderstoodError


@pytest.mark.parametrize(
    "text", ["各客户上个月的订单总额是多少？", "注文の合計は？", "Сколько было заказов?", "كم عدد الطلبات؟"]
)
def test_a_question_in_another_script_is_declined_in_one_sentence(text: str, shop: Agent) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        shop.ask(text)
    assert caught.value.message == "without a language model only questions in English are understood"
    assert caught.value.hint == "ask in English, or name a model with --model ollama:NAME"


def test_an_english_question_with_a_word_of_another_script_is_told_which(shop: Agent) -> None:
    with pytest.raises(NotUnderstoodError, match='I do not understand "北京"'):
        shop.ask("how many orders from 北京")

from __future__ import annotations

from time import process_time

import pytest

from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.question.correct import correct
from agent.drafters.builtin.question.tokens import tokens

LEXICON = load_lexicon()
# fmt: off
NAMES = ["customers", "username", "order", "orders", "items", "product", "category", "orderdate", "email", "revenue",
         "total", "shipped", "country", "technical", "signup", "island", "staff"]
# fmt: on
PHRASES = [word for phrase in LEXICON.operators for word in phrase]
KNOWN = dict.fromkeys([*PHRASES, *LEXICON.filler, *LEXICON.openers], 1) | dict.fromkeys(NAMES, 0)


def read(text: str) -> tuple[str, tuple[str, ...]]:
    found, told = correct(tokens(text, LEXICON.numbers, LEXICON.magnitudes, LEXICON.units), KNOWN)
    return " ".join(token.text for token in found), told


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("custmers", "customers"),
        ("custmer", "customer"),
        ("costumers", "customers"),
        ("ucstomers", "customers"),
        ("prodcts", "products"),
        ("ordes", "orders"),
        ("oder", "order"),
        ("categries", "categories"),
        ("revnue", "revenue"),
        ("emial", "email"),
        ("shiped", "shipped"),
        ("avrage", "average"),
        ("hihgest", "highest"),
        ("whcih", "which"),
    ],
)
def test_a_word_that_nobody_knows_is_read_as_the_nearest(typed: str, meant: str) -> None:
    assert read(f"show {typed}") == (f"show {meant}", (f'read "{typed}" as "{meant}"',))


def test_the_first_word_may_have_a_capital() -> None:
    assert read("Custmers by country") == ("customers by country", ('read "Custmers" as "customers"',))


@pytest.mark.parametrize(
    "text",
    [
        "orders of Custmer",  # a name
        "show CUSTMERS",
        'show "custmers"',
        "show custmr-7",
        "show shipping",  # known by its stem
        "show custom products",  # an ordinary word
        "show technicain",  # the end of another word
        "show tota1",
        "show ustomers",  # without its first letter
        "show foobar",
        "show stuff",  # an ordinary word, though "staff" is near
    ],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert read(text) == (text, ())


def test_of_words_as_near_names_win_over_words_of_the_lexicon() -> None:
    cut = tokens("show totel", {}, {})

    assert correct(cut, {"total": 1, "totem": 0})[0][1].text == "totem"
    assert correct(cut, {"total": 0, "totem": 1})[0][1].text == "total"


def test_of_names_as_near_none_is_chosen() -> None:
    cut = tokens("show totel", {}, {})

    assert correct(cut, ["total", "totem"]) == (cut, ())


def test_words_run_together_are_parted_and_names_put_together() -> None:
    assert read("orderitems of last") == ("order items of last", ())
    assert read("order date and user names") == ("orderdate and usernames", ())
    assert read("e-mail by sign up") == ("email by signup", ())
    assert read("order-total") == ("order total", ())


def test_words_are_not_put_together_across_a_mark_or_around_a_small_word() -> None:
    assert read("order. date") == ("order date", ())
    assert read("which country is land") == ("which country is land", ())


def test_the_place_in_the_question_is_kept() -> None:
    text = "howmany orderitems of custmers by user name"
    found, _ = correct(tokens(text, {}, {}), KNOWN)

    assert [text[token.start : token.end] for token in found] == [
        "how",
        "many",
        "order",
        "items",
        "of",
        "custmers",
        "by",
        "user name",
    ]
    assert all(token.stem for token in found)


def test_a_question_takes_little_time() -> None:
    cut = tokens("averge oder amont per categry of custmers", {}, {})
    known = KNOWN | {f"{word}{ending}": 0 for word in NAMES for ending in ("code", "ref", "group", "kind", "text")}
    correct(cut, known)  # reads the list of common words
    start = process_time()
    for _ in range(20):
        correct(cut, known)

    assert (process_time() - start) / 20 < 0.01

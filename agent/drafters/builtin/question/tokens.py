"""Text to tokens: words with their stems, numbers (also spelled), places, dates, times, and quoted text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import local

from snowballstemmer import stemmer

from agent.drafters.builtin.question.contractions import contraction
from agent.drafters.builtin.question.ordinals import ordinal
from agent.drafters.builtin.question.spelled_numbers import spelled_number
from agent.drafters.builtin.question.typed_dates import typed_date
from agent.drafters.builtin.question.typed_times import typed_time

MAX_NUMBER = 10**15
"""Above it a number is read as a fraction would be, to the precision of a double."""

# Marks that say nothing; every other sign must be understood.
PUNCTUATION = frozenset("?!.:;()[]{}'’‘`´\"“”„«»…")
_DASHES = frozenset("-–—−")
_MONEY = frozenset("$€£¥₹")
_BETWEEN = "between"
# As many characters are looked at for the number behind a dash.
_BLANKS = 5
# More words than any number has that one would spell.
_LONGEST_NUMBER = 10
_PATTERN = re.compile(
    r"""
      (?P<quoted>``[^`]+?''|''[^']+''|"[^"]+"|(?<![\w'])''(?![\w'])|""|“[^”]+”|„[^“”]+[“”]|«[^»]+»
        # An apostrophe between letters ends no quotation.
        |‘(?:[^’]|(?<=\w)’(?=\w))+’(?!\w)|(?<!\w)'(?:[^']|(?<=\w)'(?=\w))+'(?!\w))
    | (?P<date>(?<!\w)(?:\d{4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2}|\d{1,2}(?P<sign>[-/.])\d{1,2}(?P=sign)\d{4})
        (?![-/.]?\d))
    | (?P<time>(?<![\w:])(?:\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:\s?[ap](?:m\b|\.m\b\.?))?|\d{1,2}\s?[ap](?:m\b|\.m\b\.?))
        (?![:\w]))
    | (?P<code>
        https?://[^\s"'<>]*[\w/] | www\.[^\s"'<>]*[\w/] | [\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+
        | (?<!\w)[a-z](?:\#|\+\+)(?!\w)                    # C#, C++
        | (?<!\w)(?-i:[A-Z]/[A-Z])(?!\w)                   # N/A
        | (?<!\w)w/(?:o\b|(?!\w))                          # w/o
        | (?<!\w)(?-i:[A-F]|AB|O)[+-](?![\w-])             # B+
        | (?<!\w)\d{4}/\d\d(?![\d/])                       # 2018/19
        | (?<!\w)\d+(?:(?:\.\d+){2,9}|(?:-\d+){2,9}|-0\d*)(?![\w-])
        | (?<!\w)0\d*-\d+(?![\w-])
        | (?<![\w.])\d+-(?-i:[A-Z])[^\W_]*(?:['’.&-][^\W_]+)*
        | (?<!\w)\d+['’]?s\b                               # 1990s
      )
    | (?P<number>(?:(?<![^\s(<>=$€£¥₹])[-−])?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+)
        # 1.5e3; "12E3" is rather a code.
        (?:(?:(?<=\.\d)|(?<=\.\d\d)|(?-i:(?=e)))e[-+]?\d{1,2}(?![\w.]))?)
        (?P<suffix>[^\W\d_][^\W_]*(?:['’.&-][^\W_]+)*)?
    | (?P<clitic>(?<=\s)['’]s\b)
    | (?P<word>[^\W_]+(?:['’.&-][^\W_]+)*)
    | (?P<symbol>[<>!]=|<>|[^\s\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `text` as typed, `stem` for matching, `value` where it is a number or quoted text.

    A short form is cut into the words that it stands for ("don't" → "do", "not"), each at the place of the whole. The
    `stem` of a date or time is its ISO form, and `ordinal` the place that "third" or "3rd" stands for. A possessive
    ending is left out of the text, and is within `start` and `end`.
    """

    text: str
    stem: str
    start: int
    end: int
    value: float | int | str | None = None
    ordinal: int | None = None


class _Stemmers(local):
    """A stemmer for each thread: one keeps the word that it works on."""

    def __init__(self) -> None:
        self.of_thread = stemmer("english")


_STEMMERS = _Stemmers()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word, without case and accents ("Categories" → "categori")."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return str(_STEMMERS.of_thread.stemWord("".join(char for char in plain if not unicodedata.combining(char))))


# The names of a schema are asked for again and again.
@lru_cache(maxsize=8192)
def stems(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase, word by word, as `tokens` would cut it."""
    return tuple(token.stem for token in tokens(phrase, {}, {}))


def words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase in lower case, as `tokens` would cut it."""
    return tuple(token.text.casefold() for token in tokens(phrase, {}, {}))


def tokens(
    text: str, numbers: Mapping[str, int], magnitudes: Mapping[str, int], units: Collection[str] = ()
) -> tuple[Token, ...]:
    """Cut a question into tokens; spelled numbers, magnitudes and the stems of units come from the lexicon."""
    found: list[Token] = []
    for match in _PATTERN.finditer(text):
        raw = match.group()
        start, end = match.span()
        if match["quoted"]:
            marks = 2 if raw.startswith(("``", "''")) else 1
            found.append(Token(raw, raw, start, end, raw[marks:-marks]))
        elif match["date"]:
            day = typed_date(raw)
            found.append(Token(raw, day.isoformat() if day else raw, start, end))
        elif match["time"]:
            hour = typed_time(raw)
            found.append(Token(raw, hour.isoformat() if hour else raw.casefold(), start, end))
        elif match["number"]:
            found.extend(_number(match, magnitudes, units))
        elif match["code"] or match["word"]:
            found.extend(_word(raw, start, numbers))
        elif match["symbol"] and not _says_nothing(match, found):
            found.append(Token(raw, raw, start, end))
    return _spelled(text, found, numbers) if numbers else tuple(found)


def _says_nothing(match: re.Match[str], before: Sequence[Token]) -> bool:
    """Whether a sign is punctuation, or a dash that is neither set to a number nor between two."""
    if match.group() not in _DASHES:
        return match.group() in PUNCTUATION
    after = match.string[match.end() : match.end() + _BLANKS]
    ranges = bool(before) and before[-1].text[-1:].isdigit() and after.lstrip()[:1].isdigit()
    return not (ranges or after[:1].isdigit() or after[:1] in _MONEY)


def _word(raw: str, start: int, numbers: Mapping[str, int]) -> list[Token]:
    end = start + len(raw)
    if long := contraction(raw):
        return [Token(word, stem(word), start, end) for word in long]
    # "Bob's" is Bob, and "1990's" the 1990s.
    word = re.sub(r"(?<=\d)['’](?=s$)|(?<!\d)['’]s?$", "", raw)
    value = numbers.get(word.casefold())
    return [Token(word, stem(word.replace("’", "'")), start, end, value, ordinal(word))]


def _number(match: re.Match[str], magnitudes: Mapping[str, int], units: Collection[str]) -> list[Token]:
    digits, suffix = match["number"], match["suffix"] or ""
    start, end = match.span("number")
    scale = magnitudes.get(suffix.casefold(), 1)
    place = ordinal(match.group())
    if suffix and scale == 1:
        counted = stem(suffix) in units or (suffix.islower() and suffix.isalpha() and len(suffix) > 1)
        if place or not counted:
            # A place ("3rd") or a code ("12B").
            return [Token(match.group(), match.group().casefold(), start, match.end(), None, place)]
    value = float(digits.replace(",", "").replace("−", "-")) * scale
    if scale > 1:
        end = match.end()
    typed = match.string[start:end]
    token = Token(typed, typed.casefold(), start, end, _whole(value) if "." not in digits else value)
    return [token, Token(suffix, stem(suffix), end, match.end())] if suffix and scale == 1 else [token]


def _whole(value: float) -> float | int:
    """A number without a fraction as an integer, as far as it is exact."""
    return int(value) if abs(value) < MAX_NUMBER and float(value).is_integer() else value


def _spelled(text: str, cut: Sequence[Token], numbers: Mapping[str, int]) -> tuple[Token, ...]:
    """The tokens with numbers of several words made one: "two hundred", "3 million"."""
    found: list[Token] = []
    place = 0
    while place < len(cut):
        token = cut[place]
        run = _run(text, cut[place : place + _LONGEST_NUMBER])
        number = spelled_number(run, numbers)
        if number and found and found[-1].stem == _BETWEEN and run[number[1] : number[1] + 1] != ["and"]:
            # "between one hundred and fifty" has two numbers.
            number = spelled_number(run, numbers, joined=False)
        if number and (number[1] > 1 or token.value != number[0]):
            end = cut[place + number[1] - 1].end
            typed = text[token.start : end]
            token = replace(token, text=typed, stem=typed.casefold(), end=end, value=_whole(number[0]))
        found.append(token)
        place += number[1] if number else 1
    return tuple(found)


def _run(text: str, cut: Sequence[Token]) -> list[str | int | float]:
    """The words, or numbers in figures, up to the first that no spelled number goes on with."""
    run: list[str | int | float] = []
    for place, token in enumerate(cut):
        # Nothing but a blank parts the words of a number, and "Twenty One Pilots" are none.
        apart = place and text[cut[place - 1].end : token.start].strip()
        if apart or (place and token.text.istitle()) or isinstance(token.value, str):
            break
        figures = token.value is not None and token.text[-1:].isdigit()
        run.append(token.value if figures and token.value is not None else token.text.casefold())
    return run

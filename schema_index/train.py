"""The training of an embedding model, in a process of its own, for it loads torch."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.schema_index.progress import Progress
from agent.schema_index.tune import STEP

BATCH = 64
LEARNING_RATE = 4e-5
WARM_UP = 0.1
# Cosine similarities are multiplied by this before the softmax, as sentence-transformers does.
SCALE = 20.0
MAX_NORM = 1.0
# Texts that are encoded together: few and of like length, so that little is padded.
TOGETHER = 8
SEED = 20
# In one epoch few questions make so few steps that nothing would change.
MIN_STEPS = 40

Triplet = dict[str, Any]


def train(job: dict[str, Any], progress: Progress) -> None:
    """Fine-tune the model in the job's `source` on the file `triplets`, and save it in `folder`.

    Each question is drawn to its document and away from its negative and all other documents of the batch
    (MultipleNegativesRankingLoss; Henderson et al., "Efficient Natural Language Response Suggestion for Smart
    Reply", 2017), except from those that are right too. The job also has `prompts`, the prefixes of a `query` and a
    `document`, and `steps`, None for one epoch and MIN_STEPS at least.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    triplets = json.loads(Path(job["triplets"]).read_text(encoding="utf-8"))
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    model = SentenceTransformer(job["source"], device="cpu").float().train()
    model.prompts, model.default_prompt_name = job["prompts"], None
    total = job["steps"] or max(math.ceil(len(triplets) / BATCH), MIN_STEPS)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    warm = max(1, round(total * WARM_UP))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (total - step) / max(1, total - warm))
    )
    for done, batch in enumerate(_batches(triplets, total), start=1):
        optimizer.zero_grad()
        _loss(model, batch).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
        optimizer.step()
        schedule.step()
        progress(STEP, done, total)
    model.eval().save(job["folder"], create_model_card=False)


def _batches(triplets: list[Triplet], steps: int) -> Iterator[list[Triplet]]:
    """Shuffled batches, epoch after epoch, until there were so many."""
    shuffle = random.Random(SEED)
    while steps > 0:
        order = shuffle.sample(triplets, len(triplets))
        for start in range(0, min(len(order), steps * BATCH), BATCH):
            yield order[start : start + BATCH]
            steps -= 1


def _loss(model: Any, batch: list[Triplet]) -> Any:
    """The cross-entropy of each question's document among all documents of the batch, each encoded once."""
    import torch

    texts = list(dict.fromkeys(text for one in batch for text in (one["document"], one["negative"])))
    place = {text: number for number, text in enumerate(texts)}
    questions = _encode(model, [model.prompts["query"] + one["question"] for one in batch])
    documents = _encode(model, [model.prompts["document"] + text for text in texts])
    scores = SCALE * questions @ documents.T
    left_out = torch.zeros_like(scores, dtype=torch.bool)
    for row, one in enumerate(batch):
        left_out[row, [place[text] for text in one["also_right"] if text in place and text != one["document"]]] = True
    labels = torch.tensor([place[one["document"]] for one in batch])
    return torch.nn.functional.cross_entropy(scores.masked_fill(left_out, -torch.inf), labels)


def _encode(model: Any, texts: list[str]) -> Any:
    """Vectors of length one, with gradients, [n, dimension]."""
    import torch

    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    parts = []
    # Half the digits take less than half the time, where the processor has such numbers.
    with torch.autocast("cpu", torch.bfloat16, enabled=_has_bfloat16()):
        for start in range(0, len(order), TOGETHER):
            features = model.preprocess([texts[number] for number in order[start : start + TOGETHER]])
            parts.append(model(features)["sentence_embedding"].float())
    back = torch.tensor(sorted(range(len(order)), key=lambda number: order[number]))
    return torch.nn.functional.normalize(torch.cat(parts)[back], dim=1)


def _has_bfloat16() -> bool:
    """Whether the processor computes in these numbers itself; where torch cannot tell, it does not."""
    import torch

    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))

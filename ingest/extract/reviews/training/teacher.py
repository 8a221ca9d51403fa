"""A sentence encoder fine-tuned on the hand labels: the teacher of the small reader that ships.

all-MiniLM-L6-v2 reads the sentence between its neighbours; what is read of it is the mean of the sentence's own tokens.
First it learns in which form field a sentence stands (2023 forms keep strengths, weaknesses, questions and limitations
apart), then the hand labels. It never ships: it labels the unlabelled sentences, softly (Hinton, Vinyals and Dean 2015,
"Distilling the knowledge in a neural network"). The form field is no input to it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from graph.embed.model import find_model
from graph.vocabulary.document import SectionRole
from ingest.extract.reviews.labels import SentenceInReview
from ingest.extract.reviews.model import ASPECTS, POLARITIES, WIDTH
from ingest.extract.reviews.training.sentences import LabelledSentence, PlacedSentence

FIELDS = (
    SectionRole.REVIEW_STRENGTHS,
    SectionRole.REVIEW_WEAKNESSES,
    SectionRole.REVIEW_QUESTIONS,
    SectionRole.REVIEW_LIMITATIONS,
    SectionRole.REVIEW_SUMMARY,
)
_BEFORE, _OWN, _AFTER = 20, 64, 10  # word pieces
_CLS, _SEP = 101, 102
_FROZEN_LAYERS = 2
_RATE, _SMOOTHING = 1e-4, 0.05


class _Encoded(NamedTuple):
    """Word pieces, and which of them are the sentence's own."""

    ids: list[int]
    first: int
    last: int


class Teacher(nn.Module):
    """The encoder with three heads: polarity, aspect, form field."""

    def __init__(self) -> None:
        super().__init__()
        from transformers import AutoModel, AutoTokenizer

        folder = str(find_model().path)
        load_tokenizer: Any = AutoTokenizer.from_pretrained
        load_model: Any = AutoModel.from_pretrained
        self._tokenizer = load_tokenizer(folder)
        self.encoder = load_model(folder)
        width = int(self.encoder.config.hidden_size)
        self.labels, self.fields = nn.Linear(width, WIDTH), nn.Linear(width, len(FIELDS))
        self.drop = nn.Dropout(0.1)
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:_FROZEN_LAYERS]):
            for parameter in part.parameters():
                parameter.requires_grad_(False)

    def encode(self, sentence: SentenceInReview) -> _Encoded:
        """Return the word pieces of a sentence between its neighbours."""
        before, own, after = (
            self._tokenizer.encode(text, add_special_tokens=False, verbose=False)
            for text in (sentence.before, sentence.text, sentence.after)
        )
        before, own, after = before[-_BEFORE:], own[:_OWN], after[:_AFTER]
        first = len(before) + 2
        return _Encoded([_CLS, *before, _SEP, *own, _SEP, *after, _SEP], first, first + len(own))

    def forward(self, batch: Sequence[_Encoded]) -> tuple[Tensor, Tensor]:
        """Return the scores of labels and of form fields."""
        length = max(len(each.ids) for each in batch)
        ids = torch.zeros(len(batch), length, dtype=torch.long)
        mask, own = torch.zeros(len(batch), length), torch.zeros(len(batch), length)
        for row, each in enumerate(batch):
            ids[row, : len(each.ids)] = torch.tensor(each.ids)
            mask[row, : len(each.ids)] = 1
            own[row, each.first : each.last] = 1
        states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=own.long()).last_hidden_state
        mean = (states * own[:, :, None]).sum(1) / own.sum(1, keepdim=True).clamp(min=1)
        mean = self.drop(mean)
        return self.labels(mean), self.fields(mean)


def train_teacher(
    labelled: Sequence[LabelledSentence],
    placed: Sequence[PlacedSentence],
    *,
    per_field: int,
    epochs: int,
    seed: int,
    log: Callable[[str], None],
) -> Teacher:
    """Return the teacher, trained on form fields and then on hand labels."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    teacher = Teacher()
    teacher.train()
    by_field: dict[SectionRole, list[PlacedSentence]] = {}
    for each in rng.sample(list(placed), len(placed)):
        by_field.setdefault(each.role, []).append(each)
    weak = [
        (teacher.encode(each.sentence), number)
        for number, role in enumerate(FIELDS)
        for each in by_field.get(role, [])[:per_field]
    ]
    _fit(
        teacher,
        _batches([weak], 32, rng),
        lambda batch: functional.cross_entropy(
            teacher([each[0] for each in batch])[1], torch.tensor([each[1] for each in batch])
        ),
        keep=0.3,
        log=log,
        what="form fields",
    )
    gold = [
        (
            teacher.encode(each.sentence),
            POLARITIES.index(each.polarity),
            ASPECTS.index(each.aspect) if each.aspect else -1,
        )
        for each in labelled
    ]
    count = np.bincount([each[2] for each in gold if each[2] >= 0], minlength=len(ASPECTS)).clip(min=1)
    rarer = torch.tensor((count.mean() / count) ** 0.5, dtype=torch.float)

    def loss(batch: list[Any]) -> Tensor:
        scores = teacher([each[0] for each in batch])[0]
        polarity, aspect = scores[:, : len(POLARITIES)], scores[:, len(POLARITIES) :]
        total = functional.cross_entropy(
            polarity, torch.tensor([each[1] for each in batch]), label_smoothing=_SMOOTHING
        )
        wanted = torch.tensor([each[2] for each in batch])
        if bool((wanted >= 0).any()):
            total = total + functional.cross_entropy(
                aspect, wanted, ignore_index=-1, weight=rarer, label_smoothing=_SMOOTHING
            )
        return total

    _fit(teacher, _batches([gold] * epochs, 16, rng), loss, keep=0.0, log=log, what="hand labels")
    teacher.eval()
    return teacher


def soft_labels(
    teacher: Teacher, sentences: Sequence[SentenceInReview], log: Callable[[str], None]
) -> npt.NDArray[np.float32]:
    """Return one row a sentence: probabilities of the polarities, then of the aspects."""
    quantise: Any = torch.ao.quantization.quantize_dynamic
    quick = quantise(teacher, {nn.Linear}, dtype=torch.qint8)
    encoded = [teacher.encode(each) for each in sentences]
    order = sorted(range(len(encoded)), key=lambda number: len(encoded[number].ids))
    rows = np.zeros((len(encoded), WIDTH), dtype=np.float32)
    split = len(POLARITIES)
    with torch.no_grad():
        for start in range(0, len(order), 48):
            chosen = order[start : start + 48]
            scores = quick([encoded[number] for number in chosen])[0]
            rows[chosen] = torch.cat([scores[:, :split].softmax(1), scores[:, split:].softmax(1)], 1).numpy()
            if start % 4800 == 0:
                log(f"teacher labels: {start} of {len(order)}")
    return rows


def _batches(epochs: Sequence[list[Any]], size: int, rng: random.Random) -> list[list[Any]]:
    """Return batches of like length, shuffled within each epoch: padding costs."""
    found: list[list[Any]] = []
    for items in epochs:
        mixed = rng.sample(items, len(items))
        batches = []
        for start in range(0, len(mixed), size * 20):
            near = sorted(mixed[start : start + size * 20], key=lambda each: len(each[0].ids))
            batches += [near[at : at + size] for at in range(0, len(near), size)]
        rng.shuffle(batches)
        found += batches
    return found


def _fit(
    teacher: Teacher,
    batches: list[list[Any]],
    loss: Callable[[list[Any]], Tensor],
    *,
    keep: float,
    log: Callable[[str], None],
    what: str,
) -> None:
    """Run over *batches* once; the rate rises over thirty steps and falls to *keep* of itself."""
    optimiser = torch.optim.AdamW([each for each in teacher.parameters() if each.requires_grad], lr=_RATE)
    for step, batch in enumerate(batches, start=1):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, step / 30) * (1 - (1 - keep) * step / len(batches))
        value = loss(batch)
        optimiser.zero_grad()
        torch.autograd.backward(value)
        optimiser.step()
        if step % 50 == 0 or step == len(batches):
            log(f"teacher, {what}: step {step} of {len(batches)}, loss {value.item():.3f}")

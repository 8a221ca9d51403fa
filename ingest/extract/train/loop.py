"""The training loop: seeded, with checkpoints, resumable.

Survives a kill: a checkpoint is written under another name and renamed; a training with the same settings and data
goes on from the last one and ends with the same weights as one that was never stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from graph.canonical import content_hash
from ingest.extract.train.batches import Stretch, batch, interleaved, stretches
from ingest.extract.train.encoded import Encoded
from ingest.extract.train.losses import batch_loss
from ingest.extract.train.model import Network, Sizes, load_base
from ingest.extract.train.settings import TrainingSettings

CHECKPOINT_STEPS = 100
Log = Callable[[str], None]


def new_network(base: Path, settings: TrainingSettings) -> Network:
    """Return an untrained network on the pretrained encoder, initialised from the seed."""
    torch.manual_seed(settings.seed)
    encoder = load_base(base, hidden_dropout=settings.hidden_dropout)
    return Network(encoder, Sizes(dropout=settings.head_dropout))


def schedule(documents: Sequence[Encoded], settings: TrainingSettings) -> list[tuple[int, Stretch]]:
    """Return every step of a training as (epoch, stretch)."""
    steps: list[tuple[int, Stretch]] = []
    by_source: dict[str, list[Encoded]] = {}
    for document in documents:
        by_source.setdefault(document.document.source, []).append(document)
    for epoch in range(settings.epochs):
        sets: list[list[Stretch]] = []
        for source in sorted(by_source):
            passes = settings.tdmsci_passes if source == "tdmsci" else 1
            for number in range(passes):
                sets.append(stretches(by_source[source], settings.seed, epoch * 100 + number, pieces=settings.pieces))
        steps.extend((epoch, each) for each in interleaved(sets, settings.seed, epoch))
    return steps


def train(
    documents: Sequence[Encoded],
    settings: TrainingSettings,
    base: Path,
    work: Path,
    *,
    log: Log,
    threads: int = 1,
    after_epoch: Callable[[Network, int], None] | None = None,
) -> Network:
    """Train on *documents* and return the network; checkpoints go to *work*.

    A checkpoint belongs to its settings and documents: one of another training is left alone. Equal weights need an
    equal number of *threads*: sums in another order differ in their last digits.
    """
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    deterministic: Any = torch.utils.deterministic
    deterministic.fill_uninitialized_memory = False  # nothing here reads what it has not written
    identity = content_hash([settings.of_the_encoder(), [each.document.paper_hash for each in documents]])
    checkpoint = work / f"checkpoint-{identity[:12]}.pt"
    work.mkdir(parents=True, exist_ok=True)
    network = new_network(base, settings)
    steps = schedule(documents, settings)
    optimizer = _optimizer(network, settings)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, _rate(len(steps), settings.warmup))
    start = 0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        scheduler.load_state_dict(saved["scheduler"])
        start = int(saved["step"])
        log(f"resumed at step {start} of {len(steps)}")
    network.train()
    began, mean = time.process_time(), 0.0
    for step in range(start, len(steps)):
        epoch, stretch = steps[step]
        torch.manual_seed(settings.seed * 1_000_003 + step)  # dropout: a function of the step, also after a resume
        loss = batch_loss(network, batch(stretch), settings)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        mean = 0.98 * mean + 0.02 * float(loss.detach())
        if (step + 1) % 50 == 0:
            log(
                f"step {step + 1}/{len(steps)} loss {mean / (1 - 0.98 ** (step + 1 - start)):.4f} "
                f"cpu {time.process_time() - began:.0f} s"
            )
        last = step + 1 == len(steps)
        if (last or steps[step + 1][0] != epoch) and after_epoch is not None:
            after_epoch(network, epoch)
            network.train()
        if last or (step + 1) % CHECKPOINT_STEPS == 0:
            partial = checkpoint.with_suffix(".partial")
            torch.save(
                {
                    "network": network.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "scheduler": scheduler.state_dict(),
                    "step": step + 1,
                },
                partial,
            )
            partial.rename(checkpoint)
    network.eval()
    return network


def _optimizer(network: Network, settings: TrainingSettings) -> torch.optim.Optimizer:
    """AdamW with a rate that falls from the top layer to the first (Howard and Ruder, ACL 2018)."""
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    layers = 6
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        rate = settings.head_rate
        if name.startswith("encoder.encoder.layer."):
            depth = int(name.split(".")[3])
            rate = settings.encoder_rate * settings.rate_decay ** (layers - 1 - depth)
        decay = 0.0 if parameter.ndim < 2 else settings.weight_decay
        groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": parameters, "lr": rate, "weight_decay": decay} for (rate, decay), parameters in groups.items()],
        fused=True,
    )


def _rate(steps: int, warmup: float) -> Callable[[int], float]:
    first = max(1, int(steps * warmup))

    def factor(step: int) -> float:
        return min(1.0, (step + 1) / first) * max(0.0, (steps - step) / max(1, steps - first) if step > first else 1.0)

    return factor

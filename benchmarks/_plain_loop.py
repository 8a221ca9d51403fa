"""The peer of lanes: one trial at a time, a plain ``nn.Module`` and a plain loop, with the streams of the lanes.

    python benchmarks/_plain_loop.py JOB.json

Nothing of this project is imported, as a script of somebody else's would not: numpy and torch, the data from a file.
Streams are numpy's Philox with the keys and counters that `runtime.units.streams` documents, made once and set to a
step, so that both sides pay the same for a draw. JOB holds ``shape``, ``classes``, ``settings``, ``image``,
``background`` and ``runs``: ``data`` (an .npz), units with knobs, a seed, and where to save the outputs for validation
inputs (``out``). A line of JSON for each run goes to standard output.
"""

from __future__ import annotations

import sys
import time

_started = time.process_time()

import hashlib  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

IMPORT_S = time.process_time() - _started


class Streams:
    """The streams of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.opened: dict[str, Any] = {}

    def at(self, purpose: str, step: int) -> np.random.Generator:
        """Return the generator of *purpose* at *step*."""
        if purpose not in self.opened:
            key = np.frombuffer(hashlib.sha256(f"{self.seed}/{purpose}".encode()).digest()[:16], dtype="<u8")
            bits = np.random.Philox(key=key)
            self.opened[purpose] = bits, np.random.Generator(bits), bits.state
        bits, generator, start = self.opened[purpose]
        start["state"]["counter"][3] = step
        bits.state = start
        return generator

    def words(self, purpose: str, step: int, size: tuple[int, ...], kind: str) -> np.ndarray:
        """Return raw words."""
        count = math.prod(size)
        self.at(purpose, step)
        raw = self.opened[purpose][0].random_raw(-(-count * np.dtype(kind).itemsize // 8))
        return raw.view(kind)[:count].reshape(size)

    def below(self, purpose: str, step: int, below: int, count: int) -> torch.Tensor:
        """Return whole numbers below *below*."""
        words = self.words(purpose, step, (count,), "<u4").astype(np.uint64)
        return torch.from_numpy(((words * np.uint64(below)) >> np.uint64(32)).astype(np.int64))


class Dropout(nn.Module):
    """Dropout from the streams."""

    def __init__(self, streams: Streams, layer: int, p: float) -> None:
        super().__init__()
        self.streams, self.layer, self.step = streams, layer, 0
        self.limit, self.scale = np.uint16(round((1 - p) * 65536) - 1), 1 / (1 - p)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Drop in training."""
        if not self.training:
            return values
        words = self.streams.words(f"unit/dropout/{self.layer}", self.step, tuple(values.shape), "<u2")
        return values * torch.from_numpy((words <= self.limit).astype(np.float32)).mul_(self.scale)


def linear(streams: Streams, name: str, before: int, after: int, spread: float) -> nn.Linear:
    """Return a layer with initial weights from its stream."""
    layer = nn.Linear(before, after)
    drawn = streams.at(f"init/{name}", 0).standard_normal((before, after), dtype=np.float32) * np.float32(spread)
    layer.weight.data = torch.from_numpy(drawn).t().contiguous()
    nn.init.zeros_(layer.bias)
    return layer


def mlp(streams: Streams, job: dict[str, Any], units: dict[str, Any], features: int) -> nn.Module:
    """Return a multilayer perceptron."""
    settings, layers, before = job["settings"], [], features
    for layer in range(settings["depth"]):
        layers += [linear(streams, f"{layer}", before, settings["width"], math.sqrt(2 / before)), nn.ReLU()]
        if "dropout" in units:
            layers.append(Dropout(streams, layer, units["dropout"]["p"]))
        before = settings["width"]
    return nn.Sequential(
        *layers, linear(streams, f"{settings['depth']}", before, job["classes"], math.sqrt(2 / before))
    )


class LastChannels(nn.Module):
    """Flattens in the order (height, width, channels)."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Flatten."""
        return values.permute(0, 2, 3, 1).flatten(1)


def cnn(streams: Streams, job: dict[str, Any], units: dict[str, Any], features: int) -> nn.Module:
    """Return blocks of convolution and pooling."""
    del units, features
    settings, (height, width) = job["settings"], job["image"]
    layers: list[nn.Module] = [nn.Unflatten(1, (1, height, width))]
    before, after = 1, settings["width"]
    for block in range(settings["depth"]):
        conv = nn.Conv2d(before, after, 3, padding=1)
        drawn = streams.at(f"init/{block}", 0).standard_normal((9 * before, after), dtype=np.float32)
        weights = torch.from_numpy(drawn * np.float32(math.sqrt(2 / (9 * before))))
        conv.weight.data = weights.view(3, 3, before, after).permute(3, 2, 0, 1).contiguous()
        nn.init.zeros_(conv.bias)
        layers += [conv, nn.ReLU(), nn.MaxPool2d(2)]
        height, width, before, after = height // 2, width // 2, after, 2 * after
    inputs = height * width * before
    last = linear(streams, f"{settings['depth']}", inputs, job["classes"], math.sqrt(2 / inputs))
    return nn.Sequential(*layers, LastChannels(), last)


class Block(nn.Module):
    """Attention and a two-layer network, norms in front."""

    def __init__(self, streams: Streams, block: int, settings: dict[str, Any]) -> None:
        super().__init__()
        width, self.heads = settings["width"], settings["heads"]
        end = 0.02 / math.sqrt(2 * settings["depth"])
        self.norm, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.into = linear(streams, f"{block}/attention/in", width, 3 * width, 0.02)
        self.out = linear(streams, f"{block}/attention/out", width, width, end)
        self.up = linear(streams, f"{block}/network/up", width, 4 * width, 0.02)
        self.down = linear(streams, f"{block}/network/down", 4 * width, width, end)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Add both branches."""
        windows, context, width = values.shape
        apart = self.into(self.norm(values)).view(windows, context, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(apart[0], apart[1], apart[2], is_causal=True)
        values = values + self.out(mixed.transpose(1, 2).reshape(windows, context, width))
        return values + self.down(torch.relu(self.up(self.norm2(values))))


class Transformer(nn.Module):
    """A decoder language model."""

    def __init__(self, streams: Streams, job: dict[str, Any], units: dict[str, Any], features: int) -> None:
        super().__init__()
        del units, features
        settings = job["settings"]
        width, classes = settings["width"], job["classes"]

        def table(name: str, rows: int) -> nn.Embedding:
            drawn = streams.at(f"init/{name}", 0).standard_normal((rows, width), dtype=np.float32) * np.float32(0.02)
            return nn.Embedding.from_pretrained(torch.from_numpy(drawn), freeze=False)

        self.embedding, self.positions = table("embedding", classes), table("positions", settings["context"])
        self.blocks = nn.Sequential(*(Block(streams, block, settings) for block in range(settings["depth"])))
        self.norm = nn.LayerNorm(width)
        self.last = linear(streams, "output", width, classes, 0.02)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return logits of all positions, one after another."""
        values = self.embedding(tokens) + self.positions.weight[: tokens.shape[1]]
        return self.last(self.norm(self.blocks(values))).flatten(0, 1)


SHAPES = {"mlp": mlp, "cnn": cnn, "transformer": Transformer}


def train(
    job: dict[str, Any], arrays: dict[str, np.ndarray], units: dict[str, Any], seed: int, out: str
) -> dict[str, Any]:
    """Train one trial, save its outputs for validation inputs and return its last loss."""
    streams, settings = Streams(seed), job["settings"]
    inputs, labels = torch.from_numpy(arrays["train_inputs"]), torch.from_numpy(arrays["train_labels"])
    text = job["shape"] == "transformer"
    model = SHAPES[job["shape"]](streams, job, units, 0 if text else inputs.shape[1])
    optimiser, rate = _optimiser(model, units, settings)
    average = [each.detach().clone() for each in model.parameters()] if "ema" in units else None
    loss = torch.zeros(())
    for step in range(settings["steps"]):
        if text:
            loss = _text_loss(model, inputs, settings, streams, step)
        else:
            chosen = streams.below("batch", step, len(inputs), settings["batch"])
            loss = _loss(model, inputs[chosen], labels[chosen], units, job, streams, step)
        optimiser.zero_grad()
        loss.backward()
        if "gradient_clipping" in units:
            nn.utils.clip_grad_norm_(model.parameters(), units["gradient_clipping"]["norm"])
        _schedule(model, optimiser, units, rate, step, settings["steps"])
        optimiser.step()
        if average is not None:
            share = 1 - min(units["ema"]["decay"], 1 - 1 / (step + 2)) if step else 1.0
            with torch.no_grad():
                torch._foreach_lerp_(average, list(model.parameters()), share)
        if not math.isfinite(loss.item()):
            break
    for each, mean in zip(model.parameters(), average or (), strict=bool(average)):
        each.data = mean
    model.eval()
    with torch.no_grad():
        if not text:
            val, _ = (model(torch.from_numpy(arrays[name])).numpy() for name in ("val_inputs", "test_inputs"))
            np.save(out, val)
    return {"loss": loss.item()}


def _schedule(
    model: nn.Module, optimiser: torch.optim.Optimizer, units: dict[str, Any], rate: float, step: int, steps: int
) -> None:
    if "cosine_schedule" in units:
        rate *= (1 + math.cos(math.pi * step / steps)) / 2
        for group in optimiser.param_groups:
            group["lr"] = rate
    if "weight_decay" in units:
        with torch.no_grad():
            for each in model.parameters():
                if each.dim() > 1:
                    each.mul_(1 - rate * units["weight_decay"]["decay"])


def _text_loss(
    model: nn.Module, text: torch.Tensor, settings: dict[str, Any], streams: Streams, step: int
) -> torch.Tensor:
    starts = streams.below("batch", step, len(text) - settings["context"], settings["batch"])
    windows = text[starts[:, None] + torch.arange(settings["context"] + 1)]
    return functional.cross_entropy(model(windows[:, :-1]), windows[:, 1:].reshape(-1))


def _optimiser(
    model: nn.Module, units: dict[str, Any], settings: dict[str, Any]
) -> tuple[torch.optim.Optimizer, float]:
    if "adamw" in units:
        knobs = units["adamw"]
        matrices = [each for each in model.parameters() if each.dim() > 1]
        others = [each for each in model.parameters() if each.dim() <= 1]
        groups = [{"params": matrices, "weight_decay": knobs["decay"]}, {"params": others, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=knobs["rate"]), knobs["rate"]
    rate = settings["rate"]
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=settings["momentum"]), rate


def _loss(
    model: nn.Module,
    inputs: torch.Tensor,
    labels: torch.Tensor,
    units: dict[str, Any],
    job: dict[str, Any],
    streams: Streams,
    step: int,
) -> torch.Tensor:
    """Return the loss of a batch of rows."""
    if "dropout" in units:
        for module in model.modules():
            if isinstance(module, Dropout):
                module.step = step
    if "shift_augmentation" in units:
        inputs = _shifted(inputs, job, units["shift_augmentation"]["pixels"], streams, step)
    if "input_noise" in units:
        noise = streams.at("unit/input_noise", step).standard_normal(tuple(inputs.shape), dtype=np.float32)
        inputs = inputs + units["input_noise"]["sigma"] * torch.from_numpy(noise)
    if "mixup" in units:
        generator, alpha = streams.at("unit/mixup", step), units["mixup"]["alpha"]
        lam, other = generator.beta(alpha, alpha), torch.from_numpy(generator.permutation(len(inputs)))
        outputs = model(lam * inputs + (1 - lam) * inputs[other])
        return lam * functional.cross_entropy(outputs, labels) + (1 - lam) * functional.cross_entropy(
            outputs, labels[other]
        )
    outputs = model(inputs)
    if "focal_loss" in units:
        log_p = torch.log_softmax(outputs, -1).gather(1, labels[:, None])[:, 0]
        return -((1 - log_p.exp()).clamp_min(1e-6) ** units["focal_loss"]["gamma"] * log_p).mean()
    smoothing = units["label_smoothing"]["eps"] if "label_smoothing" in units else 0.0
    return functional.cross_entropy(outputs, labels, label_smoothing=smoothing)


def _shifted(inputs: torch.Tensor, job: dict[str, Any], pixels: int, streams: Streams, step: int) -> torch.Tensor:
    height, width = job["image"]
    drawn = torch.from_numpy(streams.at("unit/shift_augmentation", step).random((len(inputs), 2), dtype=np.float32))
    shift = (drawn * (2 * pixels + 1)).long()
    padded = functional.pad(inputs.view(-1, height, width), (pixels,) * 4, value=job["background"])
    rows = shift[:, :1] + torch.arange(height)
    columns = shift[:, 1:] + torch.arange(width)
    each = torch.arange(len(inputs))[:, None, None]
    return padded[each, rows[:, :, None], columns[:, None, :]].flatten(1)


def main() -> None:
    """Run the job."""
    torch.set_num_threads(1)
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123  # one import fewer
        job = json.load(file)
    loaded: dict[str, dict[str, np.ndarray]] = {}
    for run in job["runs"]:
        if run["data"] not in loaded:
            with np.load(run["data"], allow_pickle=False) as arrays:
                loaded[run["data"]] = dict(arrays)
        began = time.process_time()
        result = train(job, loaded[run["data"]], run["units"], run["seed"], run["out"])
        print(json.dumps({**result, "cpu_s": time.process_time() - began, "import_s": IMPORT_S}), flush=True)


if __name__ == "__main__":
    main()

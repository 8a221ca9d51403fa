"""A small network for handwritten digits, as many people write it: reads CSV, trains, writes logits."""

import argparse
import csv
from pathlib import Path

import torch
from torch import nn


def read(file: Path) -> torch.Tensor:
    """Return a CSV file of numbers as a tensor."""
    with file.open() as lines:
        return torch.tensor([[float(value) for value in row] for row in csv.reader(lines)])


def main() -> None:
    """Train with the given settings and write logits of validation and test rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("out"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    train = read(Path("data/train.csv"))
    inputs, labels = train[:, :-1] / 16 - 0.3, train[:, -1].long()
    model = nn.Sequential(nn.Linear(64, args.hidden), nn.ReLU(), nn.Dropout(args.dropout), nn.Linear(args.hidden, 10))
    optimiser = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)
    for step in range(args.steps):
        rows = torch.randint(len(labels), (32,))
        loss = nn.functional.cross_entropy(model(inputs[rows]), labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 20 == 0:
            print(f"step {step}: loss {loss.item():.3f}")

    model.eval()
    with torch.no_grad():
        for part in ("val", "test"):
            logits = model(read(Path(f"data/{part}.csv")) / 16 - 0.3)
            with (args.out / f"{part}.csv").open("w", newline="") as out:
                csv.writer(out).writerows(logits.tolist())


if __name__ == "__main__":
    main()

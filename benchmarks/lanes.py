"""What training in lanes saves: CPU-seconds of a run, against a plain loop in one process and a fresh process each.

    python benchmarks/lanes.py [--quick] [--sizes] [--data PATH.npz]

The study has 13 arms and 20 seeds on the digits with a multilayer perceptron; it is laid out as the executor lays it
out for one worker, and real children run it (`runtime/execute/child.py`), started one after another, on one thread. The
peers (`_plain_loop.py`) have the same data, steps, batches, draws and type, and do one run after another:
`lanes.vs_sequential` in one warm process, where start and imports count on neither side (`with_start` is the ratio if
those of the children count); `lanes.vs_process` in a fresh interpreter for each run, where everything counts on both
sides, also reading data and writing results. A fresh process is measured for one seed of each arm. Its loop uses
torch.optim as such loops do, which imports more of torch at its first step. Byte code is cached, files are in memory.

The figure fails unless both sides agree: the final loss within 1e-3 relatively and the mean validation accuracy within
0.2 points, each as the mean over the seeds of an arm. The final loss is that of the validation rows (of a text, the
last training loss): single runs drift apart by more, since a rectifier makes rounding grow from step to step, and the
largest such gap is printed, too. `.one_arm` is the bare recipe with all seeds; `.cnn` and `.transformer`
are the bare recipe of other shapes. `--sizes` prints CPU-seconds a run by the number of lanes, which is how
`runtime.units.lanes.MOST_LANES` was chosen. `--data` takes another classification set: arrays ``inputs`` (rows,
features) and ``labels`` (rows,), with 300 rows to train and 600 to test.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from _figures import Interval, print_figure, ratio_interval

import runtime.execute.child
from runtime.tasks import TASKS, RawData, Task, score
from runtime.units import bind_all
from runtime.units.lanes import ENOUGH_TRIALS, MOST_LANES, programs
from runtime.units.settings import Settings

PLAIN = Path(__file__).with_name("_plain_loop.py")
CHILD = Path(runtime.execute.child.__file__)
# The arms of the study, with the knobs of the design's table.
ARMS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "baseline": {},
    "label_smoothing": {"label_smoothing": {"eps": 0.1}},
    "dropout": {"dropout": {"p": 0.3}},
    "weight_decay": {"weight_decay": {"decay": 0.01}},
    "mixup": {"mixup": {"alpha": 0.4}},
    "cosine": {"cosine_schedule": {"floor": 0.0}},
    "ema": {"ema": {"decay": 0.99}},
    "shift": {"shift_augmentation": {"pixels": 1}},
    "adamw": {"adamw": {"rate": 0.002, "decay": 0.01}},
    "input_noise": {"input_noise": {"sigma": 0.2}},
    "focal": {"focal_loss": {"gamma": 2.0}},
    "clip": {"gradient_clipping": {"norm": 1.0}},
    "shift_cosine_smoothing": {
        "shift_augmentation": {"pixels": 1},
        "cosine_schedule": {"floor": 0.0},
        "label_smoothing": {"eps": 0.1},
    },
}
BARE = {"baseline": ARMS["baseline"]}
Arms = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True)
class Study:
    """What is run: a shape, its settings, arms and seeds, and the arrays of each seed."""

    name: str
    shape: str
    settings: Settings
    classes: int
    image: tuple[int, int] | None
    background: float
    arms: Arms
    seeds: Sequence[int]
    files: Mapping[int, Path]
    val_labels: Mapping[int, np.ndarray]

    @property
    def runs(self) -> list[tuple[str, int]]:
        """Arms and seeds in the order of a plan."""
        return [(arm, seed) for arm in self.arms for seed in self.seeds]


@dataclass(frozen=True)
class Measured:
    """CPU-seconds of everything and, by arm, of the runs alone; final losses, and accuracies where there are labels."""

    cpu_s: float
    by_arm: Mapping[str, float]
    losses: Mapping[tuple[str, int], float]
    accuracies: Mapping[tuple[str, int], float]


def main() -> None:
    """Measure the study and its variants."""
    parser = argparse.ArgumentParser(description="CPU-seconds of a run in lanes, against one by one.")
    parser.add_argument("--quick", action="store_true", help="few seeds and steps; the figures mean little")
    parser.add_argument("--sizes", action="store_true", help="print CPU-seconds by the number of lanes instead")
    parser.add_argument("--data", type=Path, help="arrays inputs and labels in an .npz, instead of the digits")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        work = Path(folder)
        studies = make_studies(work, quick=arguments.quick, data=arguments.data)
        if arguments.sizes:
            for study in studies:
                print_sizes(study, work)
            return
        for study in studies:
            measure(study, work)


def make_studies(work: Path, *, quick: bool, data: Path | None) -> list[Study]:
    """Write the arrays of all studies to *work*."""
    task = TASKS["digits-mlp"]
    if data is not None:
        with np.load(data, allow_pickle=False) as given:
            raw = RawData(given["inputs"].astype(np.float64), given["labels"].astype(np.int64))
        task = replace(task, id=data.stem, dataset=data.name, load=lambda: raw, scaling="standard", image=None)
    seeds = range(4 if quick else 20)
    mlp = row_study(work, "mlp", task, {"steps": 100} if quick else {}, ARMS if task.image else without_shift(), seeds)
    few = range(4 if quick else 16)
    studies = [mlp, replace(mlp, name="one_arm", arms=BARE)]
    if task.image:
        cnn = {"width": 8, "steps": 40 if quick else 200, "batch": 32}
        studies.append(row_study(work, "cnn", task, cnn, BARE, few))
    studies.append(text_study(work, few, steps=10 if quick else 60))
    return studies


def without_shift() -> Arms:
    """Return the arms that need no images."""
    return {arm: units for arm, units in ARMS.items() if "shift_augmentation" not in units}


def row_study(
    work: Path, shape: str, task: Task, settings: Mapping[str, Any], arms: Arms, seeds: Sequence[int]
) -> Study:
    """Return a study of rows."""
    files, labels = {}, {}
    for seed in seeds:
        split = task.split(seed)
        files[seed] = work / f"{shape}-{seed}.npz"
        labels[seed] = split.val_labels
        np.savez(
            files[seed],
            train_inputs=split.train_inputs,
            train_labels=split.train_labels,
            val_inputs=split.val_inputs,
            test_inputs=split.test_inputs,
        )
    chosen = replace(Settings(), **settings)
    return Study(shape, shape, chosen, task.classes, task.image, task.background, arms, list(seeds), files, labels)


def text_study(work: Path, seeds: Sequence[int], *, steps: int) -> Study:
    """Return a study of characters: the documentation texts of the standard library."""
    from pydoc_data.topics import topics

    text = "".join(topics[name] for name in sorted(topics))[:200_000]
    letters = {letter: number for number, letter in enumerate(sorted(set(text)))}
    tokens = np.array([letters[letter] for letter in text], np.int64)
    nothing = np.zeros(0, np.int64)
    file = work / "text.npz"
    np.savez(file, train_inputs=tokens, train_labels=nothing, val_inputs=nothing, test_inputs=nothing)
    settings = Settings(width=64, depth=2, steps=steps, batch=8, rate=0.3, heads=4, context=64)
    files = dict.fromkeys(seeds, file)
    return Study("transformer", "transformer", settings, len(letters), None, 0.0, BARE, list(seeds), files, {})


def measure(study: Study, work: Path) -> None:
    """Print both figures of a study; the peers take turns with the lanes, so that a busy machine is busy for both."""
    suffix = "" if study.name == "mlp" else f".{study.name}"
    lanes = in_lanes(study, work)
    sequential = in_one_process(study, work)
    fresh = [in_fresh_process(study, work, arm) for arm in study.arms]
    agreed = agree(study, lanes, sequential)
    runs, arms = len(study.runs), list(study.arms)
    each = lanes.cpu_s / runs
    pairs = [(lanes.by_arm[arm], sequential.by_arm[arm]) for arm in arms]
    several = len(arms) > 1
    print_figure(
        f"lanes.vs_sequential{suffix}",
        sum(sequential.by_arm.values()) / sum(lanes.by_arm.values()),
        "CPU-seconds over CPU-seconds",
        n=runs,
        interval=ratio_interval(pairs) if several else None,
        peer="a plain loop in one warm process, CPU-seconds a run",
        peer_value=sequential.cpu_s / runs,
        data=f"{study.shape}, {len(arms)} arms of {len(study.seeds)} seeds",
        details={
            "cpu_s_per_run": round(sum(lanes.by_arm.values()) / runs, 5),
            "with_start": round(sequential.cpu_s / lanes.cpu_s, 4),
            **agreed,
        },
    )
    whole = statistics.fmean(cpu for cpu, _ in fresh)
    print_figure(
        f"lanes.vs_process{suffix}",
        whole / each,
        "CPU-seconds over CPU-seconds",
        n=runs,
        interval=Interval(min(cpu for cpu, _ in fresh) / each, max(cpu for cpu, _ in fresh) / each)
        if several
        else None,
        peer="a fresh interpreter for each run, CPU-seconds a run",
        peer_value=whole,
        data=f"{study.shape}, {len(arms)} arms of {len(study.seeds)} seeds; {len(fresh)} fresh processes",
        details={"cpu_s_per_run": round(each, 5), "peer_import_s": round(statistics.fmean(s for _, s in fresh), 5)},
    )


def in_lanes(study: Study, work: Path, *, most: int | None = None, enough: int | None = None) -> Measured:
    """Run a study as packs in children."""
    recipes = {f"{arm}@{seed}": bind_all(list(study.arms[arm].items())) for arm, seed in study.runs}
    packs: list[list[list[str]]] = [[]]
    for program in programs(recipes, most=most or MOST_LANES[study.shape]):
        if sum(map(len, packs[-1])) >= (enough or ENOUGH_TRIALS[study.shape]):
            packs.append([])
        packs[-1].append(program)
    total, by_arm = 0.0, dict.fromkeys(study.arms, 0.0)
    losses: dict[tuple[str, int], float] = {}
    accuracies: dict[tuple[str, int], float] = {}
    for number, pack in enumerate(packs):
        folder = work / f"{study.name}-pack-{number}"
        (folder / "data").mkdir(parents=True)
        (folder / "out").mkdir()
        for seed in study.seeds:
            (folder / "data" / f"{seed}.npz").symlink_to(study.files[seed])
        (folder / "pack.json").write_text(json.dumps(pack_spec(study, pack)))
        spent = children_cpu_s([sys.executable, "-P", "-s", str(CHILD)], folder)
        total += spent
        results = {}
        for name in (each for program in pack for each in program):
            results[name] = json.loads((folder / "out" / f"{name}.1" / "result.json").read_text())
        for name, result in results.items():
            arm, _, seed = name.partition("@")
            by_arm[arm] += result["cpu_s"]
            losses[arm, int(seed)] = result["loss"]
            if study.val_labels:
                outputs = np.load(folder / "out" / f"{name}.1" / "val.npy")
                scored = score(outputs, study.val_labels[int(seed)])
                losses[arm, int(seed)], accuracies[arm, int(seed)] = scored["nll"], scored["accuracy"]
    return Measured(total, by_arm, losses, accuracies)


def pack_spec(study: Study, pack: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return what `runtime.execute.pack` writes for a child."""
    return {
        "shape": study.shape,
        "device": "cpu",
        "classes": study.classes,
        "image": study.image,
        "background": study.background,
        "settings": asdict(study.settings),
        "trial_cpu_s": 3600,
        "programs": [
            [
                {
                    "id": name,
                    "attempt": 1,
                    "seed": int(name.partition("@")[2]),
                    "units": [
                        {"unit": unit, "knobs": knobs} for unit, knobs in study.arms[name.partition("@")[0]].items()
                    ],
                }
                for name in program
            ]
            for program in pack
        ],
    }


def job(study: Study, work: Path, runs: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return what the plain loop is to do."""
    return {
        "shape": study.shape,
        "classes": study.classes,
        "image": study.image,
        "background": study.background,
        "settings": asdict(study.settings),
        "runs": [
            {
                "data": str(study.files[seed]),
                "units": study.arms[arm],
                "seed": seed,
                "out": str(outputs_of(study, work, arm, seed)),
            }
            for arm, seed in runs
        ],
    }


def outputs_of(study: Study, work: Path, arm: str, seed: int) -> Path:
    """Return where the plain loop saves the outputs of a run."""
    return work / f"{study.name}-{arm}-{seed}.npy"


def in_one_process(study: Study, work: Path) -> Measured:
    """Run a study by the plain loop, one run after another; one run before the first is not counted."""
    file = work / f"{study.name}.json"
    file.write_text(json.dumps(job(study, work, [study.runs[0], *study.runs])))
    done = subprocess.run(
        [sys.executable, PLAIN, file], capture_output=True, text=True, check=True, env=environment(), cwd=work
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()][1:]
    by_arm = dict.fromkeys(study.arms, 0.0)
    losses, accuracies = {}, {}
    for (arm, seed), line in zip(study.runs, lines, strict=True):
        by_arm[arm] += line["cpu_s"]
        losses[arm, seed] = line["loss"]
        if study.val_labels:
            scored = score(np.load(outputs_of(study, work, arm, seed)), study.val_labels[seed])
            losses[arm, seed], accuracies[arm, seed] = scored["nll"], scored["accuracy"]
    return Measured(sum(by_arm.values()), by_arm, losses, accuracies)


def in_fresh_process(study: Study, work: Path, arm: str) -> tuple[float, float]:
    """Return the CPU-seconds of one run in a process of its own, and of its imports alone."""
    file = work / f"{study.name}-{arm}.json"
    file.write_text(json.dumps(job(study, work, [(arm, study.seeds[0])])))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, PLAIN, file], capture_output=True, text=True, check=True, env=environment(), cwd=work
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, float(json.loads(done.stdout)["import_s"])


def children_cpu_s(command: Sequence[str], folder: Path) -> float:
    """Run *command* in *folder*; return user and system time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, env=environment())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def environment() -> dict[str, str]:
    """Return one thread, for both sides."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def agree(study: Study, lanes: Measured, plain: Measured) -> dict[str, float]:
    """Return how far both sides are apart; end the benchmark where that is too far."""

    def gap(arm: str) -> float:
        ours, theirs = (statistics.fmean(side.losses[arm, seed] for seed in study.seeds) for side in (lanes, plain))
        return abs(ours - theirs) / abs(theirs)

    def points(arm: str) -> float:
        ours, theirs = (statistics.fmean(side.accuracies[arm, seed] for seed in study.seeds) for side in (lanes, plain))
        return 100 * abs(ours - theirs)

    worst = max(study.arms, key=gap)
    widest = max(map(points, study.arms)) if study.val_labels else 0.0
    single = max(abs(lanes.losses[run] / plain.losses[run] - 1) for run in study.runs)
    if gap(worst) > 1e-3 or widest > 0.2:
        raise SystemExit(
            f"{study.name}: not the same results: final loss of {worst} apart by {gap(worst):.2g}, "
            f"mean accuracies by {widest:.3f} points"
        )
    return {
        "loss_apart": round(gap(worst), 6),
        "single_loss_apart": round(single, 6),
        "accuracy_points_apart": round(widest, 4),
    }


def print_sizes(study: Study, work: Path) -> None:
    """Print CPU-seconds a run by the number of lanes."""
    if len(study.arms) > 1:
        return
    for most in (1, 2, 4, 8, 12, 16, 20):
        if most > len(study.seeds):
            break
        few = replace(study, name=f"{study.name}-{most}", seeds=study.seeds[: max(most, 4) // most * most])
        measured = in_lanes(few, work, most=most, enough=10_000)
        by_run = sum(measured.by_arm.values()) / len(few.runs)
        print_figure(f"lanes.size.{study.name}.{most}", by_run, "CPU-seconds a run", n=len(few.runs))


if __name__ == "__main__":
    main()

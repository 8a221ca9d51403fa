"""Make the sample corpus: run the studies of studies.toml, and write their papers and reviews into corpus/.

    python examples/make_corpus.py              run everything (about five minutes on two cores), then write
    python examples/make_corpus.py --write-only write the files again from results.json

Every number and verdict in a paper comes from a Finding of `runtime`, computed from trials of this program on this
machine; results.json keeps them. The prose is in studies.toml. The reviews are examples written for this corpus.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
import paper_files
from wording import DATASETS, METRICS, UNITS, Study, shown

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
CORPUS = HERE / "corpus"
SEEDS = 20
AUTHORS = ("Patternbook Examples",)

Results = dict[str, dict[str, dict[str, dict[str, Any]]]]


def main() -> None:
    """Run the studies unless told not to, and write the corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write-only", action="store_true", help="keep results.json, only write the papers")
    studies = tomllib.loads((HERE / "studies.toml").read_text(encoding="utf-8"))["study"]
    if not parser.parse_args().write_only:
        RESULTS.write_text(json.dumps(run(studies), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    CORPUS.mkdir(exist_ok=True)
    for study in studies:
        write(study, results[study["stem"]])
    print(f"{len(studies)} papers with their reviews in {CORPUS}")


def run(studies: list[dict[str, Any]]) -> dict[str, Results]:
    """Run all studies in one throw-away store, so that they share their baselines; return what was found."""
    from graph.home import Home
    from graph.store import open_store

    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        store = open_store(f"sqlite:///{folder}/graph.sqlite")
        found: dict[str, Results] = {}
        for study in studies:
            found[study["stem"]] = {}
            for task in study["tasks"]:
                print(f"{study['stem']} on {task}", flush=True)
                found[study["stem"]][task] = _run_one(store, home, study, task)
        store.close()
    return found


def _run_one(store: Any, home: Any, study: dict[str, Any], task: str) -> dict[str, dict[str, dict[str, Any]]]:
    from graph.vocabulary import plan as words
    from graph.write.plan import write_plan
    from runtime.execute import run_plan
    from runtime.tasks import find_task
    from runtime.units import PROGRAM_VERSION

    arms = [words.Arm(id="baseline", role=words.ArmRole.BASELINE)]
    for name, units in study["arms"].items():
        bindings = tuple(words.UnitBinding(unit=unit, knobs=knobs) for unit, knobs in units.items())
        arms.append(words.Arm(id=name, role=words.ArmRole.PROPOSED, units=bindings))
    metrics = tuple(
        words.PlannedMetric(name=name, direction="max" if name == "accuracy" else "min", primary=name == "accuracy")
        for name in METRICS
    )
    first = next(iter(study["arms"].values()))
    plan = words.Plan(
        intent=study["title"],
        snapshot="none",
        belief_generation=0,
        hypothesis=words.Hypothesis(
            statement=study["title"],
            effect_of=next(iter(first)),
            metric="accuracy",
            direction="increase",
            falsifier="the interval of the gain lies below zero",
        ),
        patterns=(),
        task=find_task(task).ref,
        program_version=PROGRAM_VERSION,
        arms=tuple(arms),
        seeds=tuple(range(SEEDS)),
        metrics=metrics,
        budget=words.Budget(wall_s=1800, trial_wall_s=60, mem_mb=2048, max_trials=len(arms) * SEEDS),
        # The studies report validation data; a gate that nothing passes leaves the test rows untouched.
        gate=words.Gate(primary_gain_ci_low_gt=1.0),
    )
    write_plan(store, plan, at=datetime.now(UTC).isoformat(timespec="seconds"))
    report = run_plan(store, home, plan)
    return {arm.id: _comparisons(report, arm.id) for arm in arms[1:]}


def _comparisons(report: Any, arm: str) -> dict[str, dict[str, Any]]:
    values: dict[tuple[str, str], list[float]] = {}
    for trial in report.trials:
        for metric, value in trial.measurements.items():
            values.setdefault((trial.arm, metric), []).append(value)

    def mean(which: str, metric: str) -> float:
        return sum(values[which, metric]) / len(values[which, metric])

    return {
        found.metric: {
            "baseline": mean("baseline", found.metric),
            "value": mean(arm, found.metric),
            "gain": found.gain,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "p_corrected": found.p_corrected,
            "n": found.n,
            "verdict": found.verdict,
        }
        for found in report.findings
        if found.arm == arm and found.split == "val"
    }


def write(study: dict[str, Any], results: Results) -> None:
    """Write the paper and the reviews of one study."""
    stem, forum = study["stem"], f"example-{study['stem']}"
    paper = _paper(study, results)
    content, suffix = {
        "pdf": (paper_files.pdf, ".pdf"),
        "tei": (paper_files.tei, ".tei.xml"),
        "markdown": (paper_files.markdown, ".md"),
    }[study["format"]]
    (CORPUS / f"{stem}{suffix}").write_bytes(content(paper))
    reviews = study["review"]
    if study["review_format"] == "markdown":
        for number, review in enumerate(reviews, start=1):
            path = CORPUS / (f"{stem}.review.md" if len(reviews) == 1 else f"{stem}.review{number}.md")
            path.write_bytes(paper_files.markdown_review(paper.title, review))
        return
    writer = {"openreview": paper_files.openreview_reviews, "peerread": paper_files.peerread_reviews}
    made = writer[study["review_format"]](paper.title, paper.abstract, forum, reviews)
    (CORPUS / f"{stem}.reviews.json").write_bytes(made)


def _paper(study: dict[str, Any], results: Results) -> paper_files.Paper:
    arms = list(study["arms"])
    told = Study(arms, results)
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)

    def text(source: str) -> str:
        filled = template.from_string(source).render(effect=told.effect, verdict=told.verdict, baseline=told.baseline)
        return " ".join(filled.split())

    findings = [told.effect(task, metric, arm) for task in study["tasks"] for arm in arms for metric in METRICS]
    setup = (
        f"All arms share the split, the initial weights and the batches of a seed, and we use {SEEDS} seeds. Values "
        "are means over seeds on held-out validation data; intervals are paired t intervals, and p values are "
        "corrected for the number of arms by the method of Holm."
    )
    return paper_files.Paper(
        title=study["title"],
        authors=AUTHORS,
        abstract=text(study["abstract"]),
        sections=(
            paper_files.Section("Introduction", [text(study["introduction"])]),
            paper_files.Section("Method", [text(study["method"])]),
            paper_files.Section("Experiments", [setup]),
            paper_files.Section("Results", [" ".join(findings)]),
            paper_files.Section("Limitations", [text(study["limitations"])]),
        ),
        table=_table(study, told),
        table_after=4,
        references=study["references"],
    )


def _table(study: dict[str, Any], told: Study) -> paper_files.Table:
    rows = []
    for task in study["tasks"]:
        rows.append(("baseline", DATASETS[task], *(told.baseline(task, metric) for metric in METRICS)))
        for arm in study["arms"]:
            values = (shown(metric, told.comparison(task, metric, arm).value) for metric in METRICS)
            rows.append((UNITS[arm], DATASETS[task], *values))
    caption = f"Means over {SEEDS} seeds on validation data."
    return paper_files.Table(caption, ("Method", "Data", "Accuracy", "NLL", "ECE"), rows)


if __name__ == "__main__":
    main()

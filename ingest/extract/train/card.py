"""The model card: CARD.md of a component, written from its manifest and from nothing else."""

from __future__ import annotations

from ingest.extract.weights import Manifest


def card(manifest: Manifest) -> str:
    """Return the card of *manifest* in Markdown."""
    size = sum(record.size_bytes for record in manifest.files) / 1e6
    runs_on = "onnxruntime" if any(record.name.endswith(".onnx") for record in manifest.files) else "numpy"
    lines = [
        f"# {manifest.name}",
        "",
        manifest.purpose,
        "",
        f"Licence of the weights: {manifest.licence}.",
        *([manifest.attribution] if manifest.attribution else []),
        "",
        (
            f"Base model: {manifest.base_model or 'none'}. Parameters: {manifest.parameters:,}. Files: {size:.1f} MB. "
            f"Runs on a CPU with {runs_on}, on one thread."
        ),
        "",
        "## Learnt from",
        "",
        "| data | licence | source | used for | trained on | tuned on |",
        "|---|---|---|---|---|---|",
    ]
    for data in manifest.data_sets:
        trained = len(manifest.trained_on.get(data.name, ()))
        tuned = len(manifest.tuned_on.get(data.name, ()))
        lines.append(f"| {data.name} | {data.licence} | {data.source} | {data.used_for} | {trained} | {tuned} |")
    lines += [
        "",
        (
            "The manifest lists the hash of every title (TDMSci: sentence) that was trained or tuned on; a paper may "
            "have several. Papers whose hash mod 5 is 0 were used for neither."
        ),
        "",
        "## Figures of the training command",
        "",
        (
            "Development figures: thresholds were chosen on the same papers. Exact match, micro; calibration errors "
            "are cross-fitted. Test figures are those of `benchmarks/extract.py`."
        ),
        "",
        "| figure | value | precision | recall | n | on |",
        "|---|---|---|---|---|---|",
    ]
    for each in manifest.figures:
        precision = "" if each.precision is None else f"{each.precision:.3f}"
        recall = "" if each.recall is None else f"{each.recall:.3f}"
        lines.append(f"| {each.figure} | {each.value:.3f} | {precision} | {recall} | {each.n} | {each.measured_on} |")
    lines += ["", "## Settings", "", "| setting | value |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in sorted(manifest.settings.items())]
    if manifest.not_for:
        lines += ["", "## Not for", "", manifest.not_for]
    return "\n".join(lines) + "\n"

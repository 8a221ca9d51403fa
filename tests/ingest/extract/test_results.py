"""Values reported in running text."""

from __future__ import annotations

import pytest

from ingest.extract import extract


@pytest.mark.parametrize(
    ("text", "method", "metric", "printed", "value", "dataset"),
    [
        ("Dropout achieves 92.3% accuracy on CIFAR-10.", "dropout", "accuracy", "92.3%", 92.3, "CIFAR-10"),
        ("Dropout reaches an accuracy of 97.9% on digits.", "dropout", "accuracy", "97.9%", 97.9, "digits"),
        ("The Transformer obtains a BLEU score of 28.4 on WMT14.", "Transformer", "BLEU", "28.4", 28.4, "WMT14"),
        ("BERT obtains an F1 score of 0.91 on SQuAD.", "BERT", "F1", "0.91", 0.91, "SQuAD"),
        ("Mixup lowers NLL from 0.21 to 0.17 on wine.", "mixup", "negative log likelihood", "0.17", 0.17, "wine"),
        ("The ECE of label smoothing is 0.031 ± 0.004 on digits.", "label smoothing", "expected calibration error",
         "0.031 ± 0.004", 0.031, "digits"),
        ("With AdamW, accuracy was 95.1% on wine.", "AdamW", "accuracy", "95.1%", 95.1, "wine"),
        ("Dropout has a latency of 42.04 ms on digits.", "dropout", "inference time", "42.04 ms", 42.04, "digits"),
    ],
)  # fmt: skip
def test_a_value_is_read(make_document, text, method, metric, printed, value, dataset) -> None:
    """A metric and a number side by side are a result, with the method and the data set of the clause."""
    found = [
        (each.method, each.metric, each.printed, each.value, each.dataset)
        for each in extract(make_document(sections=[("Results", text)])).results
    ]
    assert (method, metric, printed, value, dataset) in found


@pytest.mark.parametrize(
    "text",
    [
        "Dropout improves accuracy by 2.3 points.",
        "Mixup gives a 1.2% improvement in accuracy.",
        "Accuracy is measured over 20 seeds.",
        "Label smoothing lowers accuracy on 3 of the data sets.",
        "The accuracy of dropout drops to 43 .",
        "Dropout reaches usable accuracy of 2-bit quantization.",
        "Dropout, mixup and AdamW reach an accuracy of 48.7 / 51.1 / 52.3.",
    ],
)
def test_a_difference_or_a_count_is_no_value(make_document, text: str) -> None:
    """What changed by how much, and how many, are not values of a metric."""
    assert extract(make_document(sections=[("Results", text)])).results == ()


def test_a_number_without_a_metric_is_refused(make_document) -> None:
    """A percentage whose metric is not named is listed as refused."""
    extraction = extract(make_document(sections=[("Results", "Dropout achieves 92.3% on CIFAR-10.")]))
    assert extraction.results == ()
    assert "value without a metric" in {each.reason for each in extraction.refused}

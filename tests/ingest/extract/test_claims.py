"""Claims: who changes what, for better, for worse, or not."""

from __future__ import annotations

import pytest

from graph.vocabulary.extraction import Direction, StatedClaim
from ingest.extract import extract

UP, DOWN, SAME = Direction.IMPROVES, Direction.DEGRADES, Direction.NO_DIFFERENCE


def claims_of(
    make_document, text: str, *, title: str = "A small study", heading: str = "Results"
) -> tuple[StatedClaim, ...]:
    return extract(make_document(title, sections=[(heading, text)])).claims


PHRASES = [
    ("Label smoothing improves accuracy by 0.4 points.", "label smoothing", UP, "accuracy"),
    ("Label smoothing increased test accuracy from 97.1% to 97.5%.", "label smoothing", UP, "accuracy"),
    ("Dropout raises accuracy on digits.", "dropout", UP, "accuracy"),
    ("Mixup lowers the negative log likelihood.", "mixup", UP, "negative log likelihood"),
    ("Mixup reduces NLL on wine.", "mixup", UP, "negative log likelihood"),
    ("Focal loss increased the expected calibration error.", "focal loss", DOWN, "expected calibration error"),
    ("Label smoothing harms calibration.", "label smoothing", DOWN, "calibration"),
    ("Label smoothing hurt calibration on breast cancer.", "label smoothing", DOWN, "calibration"),
    ("Label smoothing made calibration worse.", "label smoothing", DOWN, "calibration"),
    ("Calibration got worse with label smoothing.", "label smoothing", DOWN, "calibration"),
    ("Input noise degrades accuracy by 1.3 points.", "input noise", DOWN, "accuracy"),
    ("Weight decay had no significant effect on accuracy.", "weight decay", SAME, "accuracy"),
    ("We found no significant effect of gradient clipping on accuracy.", "gradient clipping", SAME, "accuracy"),
    ("Gradient clipping made no measurable difference.", "gradient clipping", SAME, None),
    ("Gradient clipping did not change the NLL.", "gradient clipping", SAME, "negative log likelihood"),
    ("AdamW does not improve accuracy.", "AdamW", SAME, "accuracy"),
    ("The cosine schedule failed to improve accuracy.", "cosine schedule", SAME, "accuracy"),
    ("The cosine schedule left accuracy unchanged.", "cosine schedule", SAME, "accuracy"),
    ("Accuracy was unchanged with gradient clipping.", "gradient clipping", SAME, "accuracy"),
    ("The effect of AdamW on accuracy was not significant.", "AdamW", SAME, "accuracy"),
    ("With dropout, accuracy rose from 96.2% to 97.0%.", "dropout", UP, "accuracy"),
    ("Accuracy rose by 0.8 points with dropout.", "dropout", UP, "accuracy"),
    ("Accuracy dropped when input noise was added.", "input noise", DOWN, "accuracy"),
    ("NLL fell from 0.21 to 0.17 under mixup.", "mixup", UP, "negative log likelihood"),
    ("ECE was reduced by temperature scaling.", "temperature scaling", UP, "expected calibration error"),
    ("Without weight decay, accuracy drops by 2 points.", "weight decay", UP, "accuracy"),
    ("Removing dropout hurts accuracy.", "dropout", UP, "accuracy"),
    ("Dropout reduces overfitting.", "dropout", UP, None),
    ("Mixup yields better calibrated predictions.", "mixup", UP, "calibration"),
    ("Mixup leads to lower ECE on digits.", "mixup", UP, "expected calibration error"),
    ("Mixup achieves higher accuracy than the baseline.", "mixup", UP, "accuracy"),
    ("Networks trained with label smoothing are more overconfident.", "label smoothing", DOWN, None),
    ("Exponential moving averages of the weights give a small but consistent improvement in accuracy.",
     "exponential moving average", UP, "accuracy"),
    ("EMA of weights helps on wine.", "exponential moving average", UP, None),
    ("Adding dropout to the network improves accuracy on wine.", "dropout", UP, "accuracy"),
    ("Training with mixup increases accuracy.", "mixup", UP, "accuracy"),
    ("Using AdamW instead of Adam lowers NLL.", "AdamW", UP, "negative log likelihood"),
    ("Label smoothing improves both accuracy and NLL.", "label smoothing", UP, "negative log likelihood"),
    ("Focal loss performs worse than cross-entropy.", "focal loss", DOWN, None),
    ("Dropout performed best on digits.", "dropout", UP, None),
    ("Dropout outperforms weight decay on digits.", "dropout", UP, None),
    ("The benefit of mixup was not statistically significant.", "mixup", SAME, None),
    ("Label smoothing neither helps nor hurts.", "label smoothing", SAME, None),
    ("An MLP with dropout generalises better.", "dropout", UP, None),
    ("Early stopping prevents overfitting.", "early stopping", UP, None),
    ("We find that label smoothing significantly improves accuracy on the digits data set.",
     "label smoothing", UP, "accuracy"),
    ("Our results show that mixup hurts NLL on small training sets.", "mixup", DOWN, "negative log likelihood"),
    ("Compared with the baseline, mixup reduces ECE by 40%.", "mixup", UP, "expected calibration error"),
    ("The difference between AdamW and Adam was not significant.", "AdamW", SAME, None),
    ("Dropout did not significantly affect accuracy (p = 0.41).", "dropout", SAME, "accuracy"),
    ("Weight decay brought a gain of 0.6 points in accuracy.", "weight decay", UP, "accuracy"),
    ("There is no evidence that gradient clipping improves accuracy.", "gradient clipping", SAME, "accuracy"),
    ("Mixup came at the price of a higher NLL.", "mixup", DOWN, "negative log likelihood"),
    ("Label smoothing lowered accuracy on wine.", "label smoothing", DOWN, "accuracy"),
    ("Label smoothing worsens the ECE.", "label smoothing", DOWN, "expected calibration error"),
    ("The best accuracy was obtained with dropout.", "dropout", UP, "accuracy"),
    ("The networks overfit less with dropout.", "dropout", UP, None),
    ("Accuracy is 0.7 points higher with mixup than without.", "mixup", UP, "accuracy"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intervention", "direction", "outcome"), PHRASES, ids=[each[0] for each in PHRASES])
def test_a_usual_phrasing_is_read(make_document, text, intervention, direction, outcome) -> None:
    """Each usual way to say that a method changed something gives the claim that a reader would write down."""
    found = [(claim.intervention, claim.direction, claim.outcome) for claim in claims_of(make_document, text)]
    assert (intervention, direction, outcome) in found
    assert {each[1] for each in found} == {direction}


READ_WITH_CARE = [
    ("Dropout improves accuracy, while simpler settings result in higher NLL.", [("dropout", UP, "accuracy")]),
    (
        "Dropout improves accuracy, while also reducing the NLL.",
        [("dropout", UP, "accuracy"), ("dropout", UP, "negative log likelihood")],
    ),
    ("When applied to mixup, dropout improves accuracy.", [("dropout", UP, "accuracy")]),
    ("Training shifts during dropout, where mixup improves accuracy.", [("mixup", UP, "accuracy")]),
    ("Dropout yields higher mean validation accuracy than mixup.", [("dropout", UP, "accuracy")]),
    ("Dropout shows limited or even negative improvement in accuracy.", [("dropout", SAME, "accuracy")]),
    ("Dropout reduces fairness violations.", [("dropout", UP, None)]),
    ("Dropout prevents a drop in accuracy.", [("dropout", UP, "accuracy")]),
    ("Dropout avoids the increase in NLL.", [("dropout", UP, "negative log likelihood")]),
    ("Mixup reduces hallucinations by 30%.", [("mixup", UP, None)]),
    ("Dropout only minimally degrades accuracy.", [("dropout", SAME, "accuracy")]),
    ("Dropout demonstrates superior accuracy across all data sets.", [("dropout", UP, "accuracy")]),
    ("Dropout maintains a lower NLL than mixup.", [("dropout", UP, "negative log likelihood")]),
    ("Combined with mixup, dropout improves accuracy.", [("dropout", UP, "accuracy")]),
    ("Baselines using mixup are weak, and dropout improves accuracy.", [("dropout", UP, "accuracy")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claims"), READ_WITH_CARE, ids=[each[0] for each in READ_WITH_CARE])
def test_who_does_what_is_read_with_care(make_document, text, claims) -> None:
    """Subjects across clauses, words between a comparison and its outcome, and slight effects are told apart."""
    found = [(claim.intervention, claim.direction, claim.outcome) for claim in claims_of(make_document, text)]
    assert found == claims


@pytest.mark.parametrize(
    "text",
    [
        "Dropout is a framework for evaluating and improving accuracy.",
        "We use dropout to train the network and reduce the NLL.",
        "We ask whether dropout, which drops units at random, improves accuracy.",
        "Dropout is capable of planning, reasoning, and iteratively improving accuracy.",
        "With more data, dropout raises concerns about accuracy.",
        "The successor of mixup draws its examples in pairs, improving on mixup.",
        "We found no strong correlation between improved accuracy and dropout.",
        "We assume that dropout improves accuracy.",
        "This gives dropout a better understanding of accuracy.",
        "Dropout maintains strong accuracy.",
        "Dropout stops when the accuracy exceeds a threshold.",
        "Adding noise to the inputs of FooNet with many layers in dropout improves accuracy.",
        "Experiments with dropout demonstrate that smaller settings improve accuracy.",
        "The conditions of dropout are weaker than those of mixup.",
        "We describe how we mitigate this loss of accuracy with care.",
        "A smaller rate leads to dropout that is sparse and improves accuracy.",
    ],
)
def test_aims_and_assumptions_are_no_claims(make_document, text) -> None:
    """What is aimed at, asked or assumed is not claimed."""
    assert claims_of(make_document, text) == ()


def test_in_we_observe_that_we_is_not_the_subject(make_document) -> None:
    """In "we observe that more noise leads to …" the noise is the subject, not the paper's own method."""
    own = "We propose FooNet, a network for images. "
    assert not claims_of(make_document, f"{own}We observe that stronger noise leads to lower accuracy.")
    (claim,) = claims_of(make_document, f"{own}We observe that our method leads to higher accuracy.")
    assert claim.intervention == "FooNet"
    assert not claims_of(make_document, f"{own}We consider states that lead to lower accuracy.")
    assert not claims_of(make_document, f"{own}In our training data higher accuracy was reached.")

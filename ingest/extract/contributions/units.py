"""The unit of each contribution sentence, decided for the document as a whole.

Sentences are scored one by one; some units exclude each other in a document, since annotators call the same content by
one of two names (a model or an approach; hyperparameters or an experimental setup; experiments instead of results). Of
two rivals the one with the greater summed log-probability stays. Units come in runs, in a usual order: the likeliest
sequence is taken.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ingest.extract.contributions.lexical import Floats, LinearModel, unit_features
from ingest.extract.contributions.sentences import ContributionSentence
from ingest.extract.encoder.sentences import UNITS

RIVALS = (("model", "approach"), ("hyperparameters", "experimental-setup"), ("results", "experiments"))
_LEAST = 1e-6


def unit_probabilities(
    sentences: Sequence[ContributionSentence], model: LinearModel, *, encoder_weight: float
) -> Floats:
    """Return sentences × units. Where a sentence brings probabilities of its own, the two are mixed as logarithms."""
    rows = np.zeros((len(sentences), len(UNITS)), dtype=np.float32)
    for at, sentence in enumerate(sentences):
        row = np.log(np.maximum(model.probabilities(unit_features(sentences, at)), _LEAST))
        if sentence.units:
            own = np.log(np.maximum(np.asarray(sentence.units, dtype=np.float32), _LEAST))
            row = (1 - encoder_weight) * row + encoder_weight * own
        powers = np.exp(row - row.max())
        rows[at] = powers / powers.sum()
    return rows


def decide_units(probabilities: Floats, transitions: Floats, *, rivalry: float, order: float) -> list[int]:
    """Return the unit of each row: rivals settled for the document, then the likeliest sequence (Viterbi).

    *transitions* is units × units, how much likelier than by chance the second follows the first, as a logarithm;
    *order* is its weight. *rivalry* is how far the loser of two rivals is pushed down.
    """
    if not len(probabilities):
        return []
    logs = np.log(np.maximum(probabilities, _LEAST))
    best = probabilities.argmax(axis=1)
    for one, other in RIVALS:
        columns = [UNITS.index(one), UNITS.index(other)]
        rows = np.isin(best, columns)
        if rows.any():
            sums = logs[rows][:, columns].sum(axis=0)
            loser = columns[1] if sums[0] >= sums[1] else columns[0]
            logs[:, loser] -= rivalry
    total = logs[0]
    came_from: list[npt.NDArray[np.intp]] = []
    for row in logs[1:]:
        paths = total[:, None] + order * transitions
        came_from.append(paths.argmax(axis=0))
        total = paths.max(axis=0) + row
    units = [int(total.argmax())]
    for back in reversed(came_from):
        units.append(int(back[units[-1]]))
    return units[::-1]

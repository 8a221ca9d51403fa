import pytest

from ingest.extract.weights import Calibration
from ingest.extract.weights.calibration import expected_calibration_error, fit_isotonic, fit_platt


def test_isotonic_is_linear_between_knots_and_constant_outside():
    """Scores beyond the knots get the probability of the nearest one."""
    calibration = Calibration(kind="isotonic", scores=(0.2, 0.6), probabilities=(0.1, 0.9))
    assert calibration.probability(0.4) == pytest.approx(0.5)
    assert (0.1, 0.9) == (calibration.probability(-3), calibration.probability(3))


def test_platt_is_the_logistic_function():
    """Slope and intercept are those of the exponent."""
    calibration = Calibration(kind="platt", slope=2.0, intercept=-1.0)
    assert calibration.probability(0.5) == pytest.approx(0.5)
    assert calibration.probability(1e9) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "isotonic"},
        {"kind": "isotonic", "scores": (0.5, 0.1), "probabilities": (0.1, 0.2)},
        {"kind": "isotonic", "scores": (0.1, 0.5), "probabilities": (0.3, 0.2)},
        {"kind": "platt", "slope": -1.0},
    ],
)
def test_a_calibration_that_turns_the_order_round_is_refused(wrong):
    """A higher score never means less."""
    with pytest.raises(ValueError):
        Calibration.model_validate(wrong)


@pytest.mark.parametrize("fit", [fit_isotonic, fit_platt])
def test_what_is_fitted_is_closer_to_the_truth_than_the_scores(fit):
    """Scores that are all too high are brought down."""
    scores = [0.5 + (n % 50) / 100 for n in range(1000)]
    right = [(n * 7919) % 100 < (score - 0.4) * 100 for n, score in enumerate(scores)]
    calibration = fit(scores, right)
    before = expected_calibration_error(scores, right)
    after = expected_calibration_error([calibration.probability(score) for score in scores], right)
    assert after < before / 2


def test_error_of_perfect_probabilities_is_zero():
    """Half of what is said to be half right is right."""
    assert expected_calibration_error([0.5, 0.5, 1.0, 1.0], [True, False, True, True]) == pytest.approx(0.0)
    assert expected_calibration_error([], []) == 0.0

"""Each unit does what its paper says: formulas on numbers worked out by hand or by another implementation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.library.muon import orthogonal
from runtime.units.trial import Trained

Make = Callable[..., Hooks]


def one_hot(*labels: int, classes: int = 4) -> torch.Tensor:
    """Return targets of one lane, (1, rows, classes)."""
    return torch.nn.functional.one_hot(torch.tensor(labels), classes).float()[None]


def test_label_smoothing_mixes_with_the_uniform_distribution(hooks: Make) -> None:
    """Targets are q' = (1 - eps) q + eps / K: .925 for the class and .025 for each other one at eps = .1 and K = 4."""
    _, targets = hooks("label_smoothing", eps=0.1).batch(torch.zeros(1, 1, 6), one_hot(2), 0)

    assert torch.allclose(targets, torch.tensor([[[0.025, 0.025, 0.925, 0.025]]]))


def test_label_smoothing_equals_torchs_own(hooks: Make) -> None:
    """Cross entropy with the smoothed targets is torch's with label_smoothing."""
    logits, labels = torch.randn(8, 4, generator=torch.Generator().manual_seed(0)), torch.arange(8) % 4
    _, targets = hooks("label_smoothing", eps=0.2).batch(torch.zeros(1, 8, 6), one_hot(*labels.tolist()), 0)
    ours = -(targets * torch.log_softmax(logits, -1)).sum(-1).mean()

    assert torch.allclose(ours, torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.2))


def test_dropout_keeps_the_mean_and_drops_the_share(hooks: Make) -> None:
    """A share p is zero, the others are scaled by 1 / (1 - p)."""
    dropped = hooks("dropout", p=0.3).hidden(torch.ones(1, 500, 200), 0, 0)

    assert abs(float((dropped == 0).float().mean()) - 0.3) < 0.01
    assert abs(float(dropped.mean()) - 1.0) < 0.01
    assert torch.allclose(dropped[dropped > 0], torch.tensor(1 / 0.7))


def test_dropout_draws_anew_for_each_layer_and_step(hooks: Make) -> None:
    """No two masks are equal."""
    unit, values = hooks("dropout"), torch.ones(1, 4, 50)
    masks = [unit.hidden(values, layer, step) for layer in (0, 1) for step in (0, 1)]

    assert len({tuple(mask.flatten().tolist()) for mask in masks}) == 4


def test_weight_decay_shrinks_by_rate_times_decay(hooks: Make) -> None:
    """W <- w - rate * decay * w."""
    weight = torch.tensor([[[2.0, -4.0]]])
    hooks("weight_decay", decay=0.5).decay([weight], torch.tensor([0.1]))

    assert torch.allclose(weight, torch.tensor([[[1.9, -3.8]]]))


def test_mixup_mixes_inputs_and_targets_alike(hooks: Make) -> None:
    """Rows are lam x_i + (1 - lam) x_j, and targets with the same lam and the same j."""
    inputs = torch.eye(6)[None]
    mixed, targets = hooks("mixup", alpha=1.0).batch(inputs, one_hot(0, 1, 2, 3, 4, 5, classes=6), 3)

    assert torch.allclose(mixed, targets)
    assert torch.allclose(mixed.sum(-1), torch.ones(1, 6))
    assert sorted(set(torch.diag(mixed[0]).tolist())) != [1.0]


def test_mixup_draws_lambda_from_a_beta_distribution(hooks: Make) -> None:
    """Over many steps lam has the variance of Beta(a, a), 1 / (4 (2 a + 1))."""
    unit, inputs = hooks("mixup", alpha=2.0), torch.tensor([[[1.0], [0.0]]])
    lams = []
    for step in range(4000):
        mixed, _ = unit.batch(inputs, inputs, step)
        if mixed[0, 0, 0] != 1.0:
            lams.append(float(mixed[0, 0, 0]))

    assert abs(torch.tensor(lams).var().item() - 1 / 20) < 0.005


@pytest.mark.parametrize(("step", "factor"), [(0, 1.0), (25, 0.5 * (1 + math.sqrt(0.5))), (50, 0.5)])
def test_cosine_schedule_follows_half_a_cosine(hooks: Make, step: int, factor: float) -> None:
    """(1 + cos(pi t / T)) / 2."""
    assert hooks("cosine_schedule", steps=100).rate(step) == pytest.approx(factor)


def test_cosine_schedule_ends_at_its_floor(hooks: Make) -> None:
    """At the end the floor remains."""
    assert hooks("cosine_schedule", steps=10, floor=0.2).rate(10) == pytest.approx(0.2)


def test_warmup_rises_linearly_to_one(hooks: Make) -> None:
    """(t + 1) / (share T), then 1."""
    unit = hooks("warmup", steps=100, share=0.1)

    assert [float(unit.rate(step)) for step in (0, 4, 9, 50)] == pytest.approx([0.1, 0.5, 1.0, 1.0])


def test_moving_average_forgets_exponentially(hooks: Make) -> None:
    """Late in training avg <- beta avg + (1 - beta) w; the prediction uses it."""
    unit, weight = hooks("ema", decay=0.9), torch.zeros(1, 1, 1)
    unit.updated([weight], 10_000)
    weight.fill_(1.0)
    for step in (10_001, 10_002):
        unit.updated([weight], step)

    assert unit.final([weight])[0].item() == pytest.approx(1 - 0.9**2)


def test_moving_average_starts_as_a_plain_mean(hooks: Make) -> None:
    """The ramp keeps the start weights from lingering: at step 1, beta is 2 / 3."""
    unit, weight = hooks("ema", decay=0.999), torch.zeros(1, 1, 1)
    unit.updated([weight], 0)
    weight.fill_(3.0)
    unit.updated([weight], 1)

    assert unit.final([weight])[0].item() == pytest.approx(1.0)


def test_weight_averaging_is_the_mean_of_the_last_part(hooks: Make) -> None:
    """Only steps from start * T on count, all alike."""
    unit, weight = hooks("swa", steps=8, start=0.5), torch.zeros(1, 1, 1)
    for step in range(8):
        weight.fill_(float(step))
        unit.updated([weight], step)

    assert unit.final([weight])[0].item() == pytest.approx((4 + 5 + 6 + 7) / 4)


def test_input_noise_has_its_standard_deviation(hooks: Make) -> None:
    """The inputs become x + sigma e; targets are left alone."""
    targets = one_hot(*[0] * 400)
    noisy, same = hooks("input_noise", sigma=0.5).batch(torch.zeros(1, 400, 100), targets, 0)

    assert noisy.std().item() == pytest.approx(0.5, rel=0.02)
    assert same is targets


def test_shift_augmentation_moves_whole_pixels(hooks: Make) -> None:
    """Each image is the old one moved by -1, 0 or 1 each way, with background where nothing was."""
    image = torch.arange(9.0).reshape(1, 3, 3)
    padded = torch.nn.functional.pad(image, (1, 1, 1, 1), value=-1.0)[0]
    possible = {tuple(padded[y : y + 3, x : x + 3].flatten().tolist()) for y in range(3) for x in range(3)}
    moved, _ = hooks("shift_augmentation").batch(image.reshape(1, 1, 9).repeat(1, 200, 1), one_hot(*[0] * 200), 0)
    seen = {tuple(row.tolist()) for row in moved[0]}

    assert seen == possible


def test_adamw_equals_torchs_own(hooks: Make) -> None:
    """Twenty steps on a quadratic give torch.optim.AdamW's weights."""
    target, ours = torch.tensor([1.0, -2.0, 3.0]), torch.zeros(1, 1, 3)
    theirs = torch.zeros(3, requires_grad=True)
    reference = torch.optim.AdamW([theirs], lr=0.05, weight_decay=0.1)
    unit = hooks("adamw", rate=0.05, decay=0.1)
    optimiser = unit.optimiser([ours])
    assert optimiser is not None
    for step in range(20):
        gradient = 2 * (ours - target)
        unit.decay([ours], optimiser.rate)
        optimiser.update(0, ours, gradient, optimiser.rate.view(-1, 1, 1), step)
        reference.zero_grad()
        ((theirs - target) ** 2).sum().backward()
        reference.step()

    assert torch.allclose(ours[0, 0], theirs.detach(), atol=1e-6)


def test_nesterov_equals_torchs_own(hooks: Make) -> None:
    """Twenty steps on a quadratic give torch.optim.SGD's weights with nesterov=True."""
    target, ours = torch.tensor([1.0, -2.0]), torch.zeros(1, 1, 2)
    theirs = torch.zeros(2, requires_grad=True)
    reference = torch.optim.SGD([theirs], lr=0.02, momentum=0.9, nesterov=True)
    optimiser = hooks("nesterov", rate=0.02, momentum=0.9).optimiser([ours])
    assert optimiser is not None
    for step in range(20):
        optimiser.update(0, ours, 2 * (ours - target), optimiser.rate.view(-1, 1, 1), step)
        reference.zero_grad()
        ((theirs - target) ** 2).sum().backward()
        reference.step()

    assert torch.allclose(ours[0, 0], theirs.detach(), atol=1e-6)


def test_focal_loss_weighs_by_the_missing_probability(hooks: Make) -> None:
    """-(1 - p)^gamma log p at p = .25 and gamma = 2."""
    loss = hooks("focal_loss", gamma=2.0).loss(torch.full((1, 1, 4), 0.25).log(), one_hot(1))

    assert loss is not None
    assert loss.item() == pytest.approx(-(0.75**2) * math.log(0.25))


def test_focal_loss_without_focus_is_cross_entropy(hooks: Make) -> None:
    """Gamma = 0."""
    log_p = torch.log_softmax(torch.randn(5, 4, generator=torch.Generator().manual_seed(1)), -1)
    loss = hooks("focal_loss", gamma=0).loss(log_p[None], one_hot(0, 1, 2, 3, 0))

    assert loss is not None
    assert torch.allclose(loss, torch.nn.functional.nll_loss(log_p, torch.tensor([0, 1, 2, 3, 0]), reduction="none"))


def test_distillation_is_the_weighted_mean_of_both_cross_entropies(hooks: Make) -> None:
    """With the teachers' probabilities at T = 2, times 4, and with the label: worked out with torch's own softmax."""
    logits, teacher = torch.tensor([[2.0, 0.0, -1.0, 0.5]]), torch.tensor([[1.0, 1.0, 0.0, -2.0]])
    unit = hooks("distillation", temperature=2.0, weight=0.7)
    targets = torch.cat([one_hot(3), unit.lesson(teacher)[None]], -1)
    loss = unit.loss(torch.log_softmax(logits, -1)[None], targets)
    soft = -(torch.softmax(teacher / 2, -1) * torch.log_softmax(logits / 2, -1)).sum()
    hard = torch.nn.functional.cross_entropy(logits, torch.tensor([3]))

    assert loss is not None
    assert loss.item() == pytest.approx(0.7 * 4 * soft.item() + 0.3 * hard.item(), rel=1e-5)


def test_distillation_moves_networks_towards_their_teachers(lanes: Callable[..., list[Trained]]) -> None:
    """On rows that none has seen they predict more like ensembles than they would alone."""
    seeds, settings = range(6), {"steps": 100, "rate": 0.02}
    ensembles = lanes({"deep_ensemble": {"members": 8}}, seeds, **settings)

    def distance(units: dict[str, dict[str, float]]) -> float:
        ours, theirs = (
            torch.softmax(torch.stack([torch.from_numpy(each.arrays["val"]) for each in trained]), -1)
            for trained in (lanes(units, seeds, **settings), ensembles)
        )
        return float((ours - theirs).square().mean())

    assert distance({"distillation": {"teachers": 8, "weight": 1.0, "temperature": 4.0}}) < distance({})


def test_distillation_without_weight_learns_from_the_labels_alone(lanes: Callable[..., list[Trained]]) -> None:
    """At weight 0 the teachers change nothing."""
    alone, taught = lanes({}, [3])[0], lanes({"distillation": {"weight": 0.0}}, [3])[0]

    assert torch.allclose(torch.from_numpy(alone.arrays["val"]), torch.from_numpy(taught.arrays["val"]), atol=1e-6)


def test_confidence_penalty_is_minus_beta_times_entropy(hooks: Make) -> None:
    """For the uniform distribution over 4 classes the entropy is log 4."""
    penalty = hooks("confidence_penalty", beta=0.5).penalty(torch.full((1, 1, 4), 0.25).log())

    assert penalty is not None
    assert penalty.item() == pytest.approx(-0.5 * math.log(4))


def test_gradient_clipping_equals_torchs_own(hooks: Make) -> None:
    """Long gradients are scaled to the norm, short ones are left."""
    long = [torch.tensor([[[3.0, 0.0]]]), torch.tensor([[[4.0]]])]
    parameters = [torch.zeros_like(each, requires_grad=True) for each in long]
    for parameter, gradient in zip(parameters, long, strict=True):
        parameter.grad = gradient.clone()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    unit = hooks("gradient_clipping", norm=1.0)

    assert all(
        torch.allclose(ours, theirs.grad, atol=1e-5)
        for ours, theirs in zip(unit.gradients(long, 0), parameters, strict=True)
        if theirs.grad is not None
    )
    assert unit.gradients([torch.tensor([[[0.5]]])], 0)[0].item() == 0.5


@pytest.mark.parametrize("step", [0, 99])
def test_gradient_noise_is_annealed(hooks: Make, step: int) -> None:
    """Its variance is eta / (1 + t)^.55."""
    noisy = hooks("gradient_noise", eta=0.3).gradients([torch.zeros(1, 300, 300)], step)[0]

    assert noisy.var().item() == pytest.approx(0.3 / (1 + step) ** 0.55, rel=0.03)


def test_gelu_is_x_times_the_normal_distribution_function(hooks: Make) -> None:
    """At 1: .8413."""
    activation = hooks("gelu").architecture(Architecture(width=4, depth=1)).activation

    assert activation is not None
    assert activation(torch.tensor(1.0)).item() == pytest.approx(0.5 * (1 + math.erf(1 / math.sqrt(2))))


def test_temperature_scaling_finds_the_temperature_that_made_the_labels(hooks: Make) -> None:
    """Labels drawn from softmax(logits / 3) give T near 3, and predictions are divided by it."""
    generator = torch.Generator().manual_seed(0)
    logits = 6 * torch.randn(1, 20_000, 4, generator=generator)
    labels = torch.multinomial(torch.softmax(logits[0] / 3, -1), 1, generator=generator)[:, 0]
    unit = hooks("temperature_scaling")
    unit.calibrate(logits, one_hot(*labels.tolist()))
    ratio = (logits / unit.predictions(logits)).mean().item()

    assert ratio == pytest.approx(3.0, rel=0.03)


def test_temperature_scaling_keeps_a_share_of_the_training_rows(hooks: Make) -> None:
    """It pays for T with training data, at least one row."""
    assert hooks("temperature_scaling", share=0.2).held_out(300) == 60
    assert hooks("temperature_scaling", share=0.2).held_out(3) == 1


def test_lion_moves_by_the_sign(hooks: Make) -> None:
    """At the first step m is 0: w moves by the step size against the sign of g, and m becomes (1 - b2) g."""
    weight, gradient = torch.zeros(1, 1, 3), torch.tensor([[[2.0, -0.1, 0.0]]])
    optimiser = hooks("lion", rate=0.01).optimiser([weight])
    assert optimiser is not None
    optimiser.update(0, weight, gradient, optimiser.rate.view(-1, 1, 1), 0)

    assert torch.allclose(weight, torch.tensor([[[-0.01, 0.01, 0.0]]]))
    assert torch.allclose(optimiser.state["momentum"][0], 0.01 * gradient)


def test_muon_makes_the_step_of_a_matrix_orthogonal() -> None:
    """Newton-Schulz brings singular values near 1, and leaves the singular vectors."""
    matrices = torch.randn(3, 20, 8, generator=torch.Generator().manual_seed(0))
    found = orthogonal(matrices)
    u, _, v = torch.linalg.svd(matrices, full_matrices=False)
    along = (u.transpose(1, 2) @ found @ v.transpose(1, 2)).diagonal(dim1=1, dim2=2)

    assert ((along > 0.6) & (along < 1.3)).all()
    assert torch.allclose(orthogonal(matrices.transpose(1, 2)), found.transpose(1, 2), atol=1e-5)


def test_muon_leaves_other_parameters_to_adam(hooks: Make) -> None:
    """The first step of Adam is its step size against the sign of the gradient."""
    unit = hooks("muon", rate=0.01, adam_rate=0.002)
    unit.run = replace(unit.run, roles=("bias",))
    bias = torch.zeros(1, 1, 2)
    optimiser = unit.optimiser([bias])
    assert optimiser is not None
    optimiser.update(0, bias, torch.tensor([[[3.0, -0.5]]]), optimiser.rate.view(-1, 1, 1), 0)

    assert torch.allclose(bias, torch.tensor([[[-0.002, 0.002]]]), atol=1e-6)


@pytest.mark.parametrize(("step", "factor"), [(0, 1.0), (29, 1.0), (30, 0.1), (59, 0.1), (60, 0.01)])
def test_step_schedule_goes_down_in_thirds(hooks: Make, step: int, factor: float) -> None:
    """By its factor after each third."""
    assert float(hooks("step_schedule", steps=90, factor=0.1).rate(step)) == pytest.approx(factor)


@pytest.mark.parametrize(("step", "factor"), [(0, 1.0), (50, 0.6), (100, 0.2)])
def test_linear_schedule_goes_down_a_line(hooks: Make, step: int, factor: float) -> None:
    """From 1 to the floor."""
    assert float(hooks("linear_schedule", steps=100, floor=0.2).rate(step)) == pytest.approx(factor)


def test_cutmix_mixes_targets_by_area(hooks: Make) -> None:
    """Each image holds pixels of its own and of one other, and its target says how many of each."""
    inputs = torch.arange(4.0).repeat_interleave(9).view(1, 4, 9)
    mixed, targets = hooks("cutmix", seed=3).batch(inputs, one_hot(0, 1, 2, 3), 1)
    shares = torch.stack([(mixed == each).float().mean(-1) for each in range(4)], -1)

    assert torch.allclose(shares, targets, atol=1e-6)
    assert 0 < (mixed != inputs).float().mean() < 1


def test_class_balanced_loss_weighs_by_effective_numbers(hooks: Make) -> None:
    """(1 - beta) / (1 - beta^n) for n = 3 and n = 1, scaled to a mean of 1 over the classes."""
    unit = hooks("class_balanced_loss", beta=0.5, classes=2)
    unit.rows(lambda: one_hot(0, 0, 0, 1, classes=2))
    loss = unit.loss(torch.full((1, 2, 2), 0.5).log(), one_hot(0, 1, classes=2))
    raw = [0.5 / (1 - 0.5**3), 0.5 / (1 - 0.5)]

    assert loss is not None
    assert loss[0].tolist() == pytest.approx([math.log(2) * 2 * each / sum(raw) for each in raw])


def test_deep_ensemble_averages_probabilities(lanes: Callable[..., list[Trained]]) -> None:
    """The first member is the network of the bare recipe; the others differ; the outputs are the mean of all."""
    bare, one = lanes({}, [4])[0].arrays["val"], lanes({"deep_ensemble": {"members": 2}}, [4])[0].arrays["val"]
    ensemble, alone = (torch.softmax(torch.from_numpy(each), -1) for each in (one, bare))
    second = 2 * ensemble - alone

    assert torch.allclose(second.sum(-1), torch.ones(len(second)), atol=1e-5)
    assert (second > -1e-6).all()
    assert not torch.allclose(second, alone, atol=1e-2)


def test_early_stopping_ends_a_lane_and_takes_its_best_weights(hooks: Make) -> None:
    """Patience of two looks: losses 3, 1, 2, 2 end at the fourth, with the weights of the second."""
    unit = hooks("early_stopping", patience=2)
    stopped = []
    for number, loss in enumerate([3.0, 1.0, 2.0, 2.0]):
        ends = unit.stops(torch.tensor([loss]), [torch.full((1, 1, 1), float(number))], number)
        assert ends is not None
        stopped.append(bool(ends))

    assert stopped == [False, False, False, True]
    assert unit.final([torch.zeros(1, 1, 1)])[0].item() == 1.0


def test_early_stopping_ends_lanes_apart(lanes: Callable[..., list[Trained]]) -> None:
    """Lanes with little patience leave early, and what they leave is what they leave alone."""
    units = [{"early_stopping": {"patience": patience}} for patience in (1, 20, 2)]
    together = lanes(units, [0, 1, 2], steps=200)
    alone = [lanes(units[lane], [lane], steps=200)[0] for lane in range(3)]

    assert together[1].steps == 200
    assert min(each.steps for each in together) < 200
    assert all(
        (one.arrays["val"] == other.arrays["val"]).all() and one.steps == other.steps
        for one, other in zip(together, alone, strict=True)
    )


def test_sharpness_aware_looks_uphill(hooks: Make) -> None:
    """A step of length rho along the gradient of all parameters together."""
    parameters = [torch.zeros(1, 1, 1), torch.ones(1, 1, 1)]
    elsewhere = hooks("sharpness_aware", rho=0.5).ascend(parameters, [torch.full((1, 1, 1), g) for g in (3.0, 4.0)])

    assert elsewhere is not None
    assert [each.item() for each in elsewhere] == pytest.approx([0.3, 1.4])

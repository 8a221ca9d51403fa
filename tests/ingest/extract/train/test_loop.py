import pytest
import torch

from ingest.extract.train import loop
from ingest.extract.train.batches import batch
from ingest.extract.train.losses import batch_loss
from ingest.extract.train.settings import TrainingSettings

SETTINGS = TrainingSettings(epochs=1, tdmsci_passes=1, pieces=300, scirex_part=1.0)


def _weights(network):
    return torch.cat([parameter.detach().flatten() for parameter in network.document.parameters()])


def test_a_killed_training_ends_with_the_same_weights(documents, small_base, tmp_path, monkeypatch):
    """Going on from a checkpoint is the same as never having stopped."""
    monkeypatch.setattr(loop, "CHECKPOINT_STEPS", 2)
    train_on = [each for each in documents if each.document.split != "test"][:8]
    whole = loop.train(train_on, SETTINGS, small_base, tmp_path / "whole", log=lambda _: None)
    real, seen = loop.batch_loss, []

    def stops(*given):
        seen.append(1)
        if len(seen) > 3:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(loop, "batch_loss", stops)
    with pytest.raises(KeyboardInterrupt):
        loop.train(train_on, SETTINGS, small_base, tmp_path / "cut", log=lambda _: None)
    monkeypatch.setattr(loop, "batch_loss", real)
    lines = []
    again = loop.train(train_on, SETTINGS, small_base, tmp_path / "cut", log=lines.append)
    assert any("resumed at step 2" in line for line in lines)
    assert torch.equal(_weights(whole), _weights(again))


def test_training_lowers_the_loss(documents, small_base):
    """Steps on one batch make that batch likelier."""
    network = loop.new_network(small_base, SETTINGS)
    stretch = loop.schedule([each for each in documents if each.document.source == "ncg"][:1], SETTINGS)[0][1]
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    losses = []
    for _ in range(8):
        loss = batch_loss(network, batch(stretch), SETTINGS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]


def test_a_chain_is_likelier_after_training_on_it(documents, small_base):
    """The loss of a conditional random field is a negative log-likelihood: above zero, and falling."""
    settings = SETTINGS.model_copy(update={"crf": True})
    network = loop.new_network(small_base, settings)
    stretch = loop.schedule([each for each in documents if each.document.source == "tdmsci"], settings)[0][1]
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    first = batch_loss(network, batch(stretch), settings)
    first.backward()
    optimizer.step()
    second = batch_loss(network, batch(stretch), settings)
    assert 0 < float(second.detach()) < float(first.detach())


def test_embeddings_are_not_trained(small_base):
    """What is frozen stays as it was."""
    network = loop.new_network(small_base, SETTINGS)
    assert not any(parameter.requires_grad for parameter in network.encoder.embeddings.parameters())

"""Settings of a training. What ships was trained with the defaults; each was chosen on tuning papers."""

from __future__ import annotations

from pydantic import Field, JsonValue

from graph.vocabulary.document import Frozen


class TrainingSettings(Frozen):
    """How the encoder is trained. Rates and counts without a unit are as the papers of the methods use them."""

    seed: int = 1
    epochs: int = Field(default=4, ge=1, description="passes over NCG")
    tdmsci_passes: int = Field(default=6, ge=0, description="passes over TDMSci in each epoch")
    scirex_part: float = Field(default=1.0, gt=0, le=1, description="share of SciREX in each epoch, another each time")
    pieces: int = Field(default=1800, ge=224, description="pieces in a batch")
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    rate_decay: float = Field(default=0.9, description="factor on the rate of each layer below the last")
    warmup: float = Field(default=0.06, description="share of the steps")
    weight_decay: float = 0.01
    hidden_dropout: float = 0.0
    head_dropout: float = 0.1
    contribution_weight: float = Field(default=1.0, description="of the contribution loss")
    positive_weight: float = Field(default=2.0, description="of a contribution sentence against another one")
    unit_weight: float = 0.5
    role_weight: float = 0.3
    phrase_weight: float = 1.0
    mention_weight: float = 1.0
    crf: bool = Field(default=False, description="train the tag heads as conditional random fields")
    smoothing: float = Field(default=0.0, description="label smoothing of the SciREX tags")
    document_epochs: int = Field(default=6, ge=0, description="passes over whole papers of the document layer alone")
    document_rate: float = 5e-4

    def of_the_encoder(self) -> dict[str, JsonValue]:
        """Return the settings that decide the encoder's weights: not those of the second stage, which comes after."""
        found: dict[str, JsonValue] = self.model_dump(mode="json", exclude={"document_epochs", "document_rate"})
        return found

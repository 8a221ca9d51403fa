"""The role of a method in the sentence that names it: proposed, used, baseline, component, mentioned.

The cue that reaches the name decides; a name the document proposes is proposed wherever it stands; without a cue, the
part of the paper decides between used and mentioned. Related work never gives more than mentioned or baseline.
"""

from __future__ import annotations

from graph.vocabulary.extraction import MethodRole, NameType
from ingest.extract.announcements import Announced
from ingest.extract.confidence import ACRONYM, CUED_NAME, CUED_PHRASE, LEXICON, LEXICON_CUED, REPEATED, TITLE_NAME
from ingest.extract.cues import PROPOSE
from ingest.extract.names import Names
from ingest.extract.reading import Hit, Reading
from ingest.extract.sections import Part

_USED_HERE = (Part.EXPERIMENTS, Part.METHOD)


def role_of(reading: Reading, hit: Hit, announced: list[Announced], *, own: frozenset[str]) -> MethodRole | None:
    """Return the role of *hit* in its sentence; None for what is not a method."""
    if hit.type is not NameType.METHOD:
        return None
    if hit.name in own:
        return MethodRole.PROPOSED
    cue_role = next((each.cue.role for each in announced if _covers(each, hit) and each.cue.role), None)
    if cue_role is MethodRole.PROPOSED:
        # A known method inside "we propose a transformer that …" is what the new one is made of.
        cue_role = MethodRole.COMPONENT
    if reading.part is Part.RELATED:
        return MethodRole.MENTIONED
    if cue_role is not None:
        return cue_role
    if reading.part is Part.TITLE:
        return MethodRole.USED
    return MethodRole.USED if reading.part in _USED_HERE else MethodRole.MENTIONED


def confidence_of(hit: Hit, announced: list[Announced], names: Names) -> float:
    """Return how sure the rule behind *hit* is."""
    cued = any(_covers(each, hit) for each in announced)
    if hit.source == "lexicon":
        return LEXICON_CUED if cued else LEXICON
    if hit.source == "acronym":
        return ACRONYM if hit.entry is not None or cued else CUED_NAME
    if names.proposed.get(hit.name) == TITLE_NAME:
        return TITLE_NAME
    if cued:
        return max(names.confidence.get(hit.name, CUED_PHRASE), CUED_PHRASE)
    return REPEATED


def _covers(each: Announced, hit: Hit) -> bool:
    """Say whether the announced phrase holds the name: entirely, or as its last words."""
    if each.cue is PROPOSE and each.phrase.first == hit.first and each.phrase.last == hit.last:
        return True
    return each.phrase.first <= hit.first and hit.last <= each.phrase.last

"""An intent and its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.errors import StoreMismatch, StoreUnavailable
from graph.schema import Label
from graph.snapshot import Snapshot
from graph.store.interface import GraphStore
from graph.vocabulary.extraction import Stance
from graph.write.generation import raise_generation
from runtime.retrieve import Answer, EmptyIntent, RetrieveError, RetrieveSettings, ask

INTENT = "small networks are overconfident on images: how can they be calibrated?"


def _names(answer: Answer) -> list[str]:
    return [match.name for match in answer.matches]


def test_the_pattern_for_the_problem_comes_first(snapshot: Snapshot, sqlite_store: GraphStore):
    """The pattern whose problem is asked for is the best match; the answer names snapshot and embedder."""
    answer = ask(snapshot, sqlite_store, INTENT)
    assert _names(answer)[0] == "label smoothing"
    assert answer.matches[0].pattern == "Pattern/label-smoothing"
    assert answer.snapshot == snapshot.id
    assert answer.embedder is not None
    assert answer.embedder.maker == "hash"


def test_evidence_stands_on_both_sides(snapshot: Snapshot, sqlite_store: GraphStore):
    """A match shows a sentence for it, one against it and an objection, each verbatim and with its document."""
    evidence = ask(snapshot, sqlite_store, INTENT).matches[0].evidence
    stances = {stance: [quote.quote for quote in evidence if quote.stance is stance] for stance in Stance}
    assert stances[Stance.SUPPORTS] == ["Label smoothing improves calibration over dropout."]
    assert stances[Stance.CONTRADICTS] == [
        "Label smoothing degrades the distillation of students.",
        "Label smoothing is tuned on the test set.",
        "Only one seed was run.",
    ]
    for quote in evidence:
        key = str(quote.evidence).partition("/")[2]
        stored = sqlite_store.get_nodes(Label.EVIDENCE, [key])[key].properties
        assert (quote.quote, quote.document) == (stored["quote"], f"Document/{stored['document']}")
        assert (quote.page, quote.boxes) == (None, None)


def test_objections_name_what_they_are_about(snapshot: Snapshot, sqlite_store: GraphStore):
    """An objection to the method and one to its paper are told apart."""
    objections = ask(snapshot, sqlite_store, INTENT).matches[0].objections
    assert [(each.aspect, each.about) for each in objections] == [
        ("soundness", "Method/label-smoothing"),
        ("statistics", "Paper/softerlabelsforsmallnetworks"),
    ]


def test_a_score_is_the_sum_of_its_parts(snapshot: Snapshot, sqlite_store: GraphStore):
    """Each part times its weight in the answer adds up to the score, for every match."""
    answer = ask(snapshot, sqlite_store, INTENT)
    for match in answer.matches:
        total = sum(value * answer.weights[name] for name, value in match.parts.items() if name in answer.weights)
        assert match.score == pytest.approx(total, abs=1e-5)


def test_scores_fall(snapshot: Snapshot, sqlite_store: GraphStore):
    """Matches are ordered by score, also after repetition was taken off."""
    scores = [match.score for match in ask(snapshot, sqlite_store, INTENT).matches]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


def test_each_match_says_how_it_was_reached(snapshot: Snapshot, sqlite_store: GraphStore):
    """Every path starts at a node that is like the intent and ends at the pattern."""
    for match in ask(snapshot, sqlite_store, INTENT).matches:
        assert match.paths
        for path in match.paths:
            assert path[0].edge is None
            assert path[0].score is not None
            assert path[-1].ref == match.pattern


def test_equal_questions_have_equal_answers(snapshot: Snapshot, sqlite_store: GraphStore):
    """The answer is a function of its input, to the last digit."""
    assert ask(snapshot, sqlite_store, INTENT) == ask(snapshot, sqlite_store, f"  {INTENT}\n")


def test_k_bounds_the_matches(snapshot: Snapshot):
    """No more matches than asked for, and the first ones are those of a longer answer."""
    assert _names(ask(snapshot, None, INTENT, k=1)) == _names(ask(snapshot, None, INTENT, k=4))[:1]


@pytest.mark.parametrize("intent", ["", "  \n"])
def test_an_empty_intent_is_refused(snapshot: Snapshot, intent: str):
    """There is nothing to look for, and the error says what to write."""
    with pytest.raises(EmptyIntent, match="say in a sentence"):
        ask(snapshot, None, intent)


@pytest.mark.parametrize(("intent", "k"), [("\ud800", 5), ("calibration", 0)])
def test_wrong_use_is_refused(snapshot: Snapshot, intent: str, k: int):
    """Half a character and no matches are errors of the caller."""
    with pytest.raises(RetrieveError):
        ask(snapshot, None, intent, k=k)


@pytest.mark.parametrize(
    "intent", ["如何校准小网络", "как уменьшить переобучение", "🙂", "C++ && rm -rf / \x00 'quoted\"", "x " * 5000]
)
def test_any_text_is_answered(snapshot: Snapshot, intent: str):
    """Other scripts, symbols and very long texts give an answer that says what it was found by."""
    answer = ask(snapshot, None, intent)
    assert any("only" in fallback for fallback in answer.fallbacks)


def test_diversity_prefers_another_paper(snapshot: Snapshot):
    """A pattern that shares its papers with a better one loses by it, and the part says how much."""
    plain = ask(snapshot, None, "noisy labels mixup AdamW", settings=RetrieveSettings(diversity=0))
    spread = ask(snapshot, None, "noisy labels mixup AdamW", settings=RetrieveSettings(diversity=1))
    assert all(match.parts["repeats"] == 0 or plain.weights["repeats"] == 0 for match in plain.matches)
    repeated = {match.name: match.parts["repeats"] for match in spread.matches}
    assert repeated[_names(spread)[0]] == 0
    assert max(repeated.values()) > 0


class TestFallbacks:
    """Nothing degrades silently."""

    def test_spelling_instead_of_meaning(self, snapshot: Snapshot, sqlite_store: GraphStore):
        """The embedder without a model is named, and is the only fallback of a good answer."""
        (fallback,) = ask(snapshot, sqlite_store, INTENT).fallbacks
        assert fallback.startswith("spelling instead of meaning")

    def test_words_only(self, snapshot: Snapshot, sqlite_store: GraphStore, monkeypatch: pytest.MonkeyPatch):
        """Without its embedder the snapshot still answers, by words, and says why."""
        monkeypatch.setattr(snapshot, "_embedder", _Foreign())
        answer = ask(snapshot, sqlite_store, INTENT)
        assert _names(answer)[0] == "label smoothing"
        assert answer.embedder is None
        assert any(each.startswith("words only: other is not the model") for each in answer.fallbacks)

    def test_meaning_only(self, snapshot: Snapshot, sqlite_store: GraphStore):
        """An intent that shares no word with the corpus says so."""
        answer = ask(snapshot, sqlite_store, "hyperspectral zzz")
        assert "meaning only: no word of the intent occurs in the corpus" in answer.fallbacks

    def test_neither(self, snapshot: Snapshot, sqlite_store: GraphStore):
        """Where nothing can be compared there is no match, and the answer says that too."""
        answer = ask(snapshot, sqlite_store, "!?")
        assert answer.matches == ()
        assert answer.fallbacks[-1].startswith("no match: nothing in the corpus")

    def test_older_than_the_graph(self, snapshot: Snapshot, sqlite_store: GraphStore):
        """A graph that was published again since is newer than the snapshot."""
        raise_generation(sqlite_store)
        answer = ask(snapshot, sqlite_store, INTENT)
        assert any(each.startswith("older than the graph") for each in answer.fallbacks)
        assert answer.graph_generation == answer.generation + 1

    def test_no_store(self, snapshot: Snapshot):
        """Without a store there are no beliefs, and the answer says so."""
        answer = ask(snapshot, None, INTENT)
        assert any(each.startswith("no beliefs: no store was given") for each in answer.fallbacks)
        assert answer.belief_generation is None

    def test_an_unreachable_store(self, snapshot: Snapshot):
        """A store that does not answer costs the beliefs, not the answer."""
        answer = ask(snapshot, _Unreachable(), INTENT)  # type: ignore[arg-type]
        assert "no beliefs: the server is away" in answer.fallbacks
        assert answer.matches

    def test_an_empty_corpus(self, recompile: Callable[[], Snapshot], sqlite_store: GraphStore):
        """A snapshot without patterns answers with nothing and says what to do."""
        answer = ask(recompile(), sqlite_store, INTENT)
        assert answer.matches == ()
        assert "ingest papers" in answer.fallbacks[-1]


def test_another_store_is_refused(snapshot: Snapshot, sqlite_store: GraphStore):
    """A snapshot never answers with the beliefs of a store it was not compiled from."""
    sqlite_store.upsert_nodes(Label.META, [{"key": "store", "store_id": "another"}])
    with pytest.raises(StoreMismatch, match="was compiled from the store"):
        ask(snapshot, sqlite_store, INTENT)


class TestBeliefs:
    """What trials taught counts at once."""

    @staticmethod
    def _believe(store: GraphStore, method: str, mean: float, **changes: Any) -> None:
        row = {
            "key": f"belief:{method}:{changes.get('task', 'digits')}",
            "method": method,
            "task": "digits",
            "metric": "accuracy",
            "mean": mean,
            "sd": 0.01,
            "trials": 10,
            "failed": 0,
        }
        store.upsert_nodes(Label.BELIEF, [row | changes])

    def test_a_good_belief_lifts_and_a_bad_one_lowers(self, snapshot: Snapshot, sqlite_store: GraphStore):
        """The part `belief` follows what trials showed, without a new snapshot."""
        before = ask(snapshot, sqlite_store, INTENT).matches[0]
        self._believe(sqlite_store, "label-smoothing", 0.05)
        good = ask(snapshot, sqlite_store, INTENT).matches[0]
        self._believe(sqlite_store, "label-smoothing", -0.05)
        bad = next(each for each in ask(snapshot, sqlite_store, INTENT).matches if each.name == "label smoothing")
        assert before.parts["belief"] == 0
        assert good.score > before.score > bad.score
        assert [(each.method, each.mean) for each in bad.beliefs] == [("Method/label-smoothing", -0.05)]

    def test_the_nearest_context_comes_first(self, snapshot: Snapshot, sqlite_store: GraphStore):
        """A belief whose task is named in the intent stands before the others."""
        self._believe(sqlite_store, "label-smoothing", 0.05, task="wine")
        self._believe(sqlite_store, "label-smoothing", 0.01, task="digits")
        match = ask(snapshot, sqlite_store, "overconfident networks on digits").matches[0]
        assert [each.task for each in match.beliefs] == ["digits", "wine"]

    def test_failed_trials_count_against(self, snapshot: Snapshot, sqlite_store: GraphStore):
        """A method whose trials all failed is believed to be worse than one that was not tried."""
        self._believe(sqlite_store, "label-smoothing", 0.0, trials=0, failed=10, sd=1.0)
        assert ask(snapshot, sqlite_store, INTENT).matches[0].parts["belief"] < 0

    def test_beliefs_about_a_merged_spelling_count(
        self, studies: Any, recompile: Callable[[], Snapshot], sqlite_store: GraphStore
    ):
        """A belief held under another member of the group is found."""
        studies.paper("Soft", {"text": "We propose smoothed labels.", "names": [_proposes("smoothed labels")]})
        studies.merge(Label.METHOD, "smoothed labels", "label smoothing")
        self._believe(sqlite_store, "smoothed-labels", 0.05)
        assert ask(recompile(), sqlite_store, INTENT).matches[0].parts["belief"] > 0


def _proposes(name: str) -> tuple[Any, Label, str]:
    from graph.schema import EdgeType

    return EdgeType.PROPOSES, Label.METHOD, name


class _Foreign:
    model_id, model_hash, maker, dimension = "other", "other", "hash", 3


class _Unreachable:
    def get_nodes(self, *_: object) -> None:
        raise StoreUnavailable("the server is away")

"""NCG: contribution sentences, phrases and triples, end to end from the Stanza file and with gold given. Sibling file.

A sentence is its line number; a phrase (line, start, end); a triple (unit, subject, predicate, object). End to end the
triples are read from the predicted phrases of the predicted sentences, `….phrase.f1.given_gold` from the contribution
sentences, `….triple.f1.given_gold` from annotated sentences and phrases. `.rules`: a sentence is a contribution where
the rules found a proposed or used method in a cue, a claim, a result or a problem; its phrases are their mentions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from _choice import Choice, installed
from _peers import PEERS
from _rule_documents import contribution_sentences as contributions_by_rules
from _rule_documents import lined_document, mentions_by_rules
from _scored import Tally, show_f1

from ingest.extract.contributions import ContributionSentence, ContributionTriple, read_triples
from ingest.extract.contributions.from_encoder import contribution_sentences
from ingest.extract.contributions.rules import build_triples_by_rules
from ingest.extract.contributions.training.triples import gold_sentences
from ingest.extract.encoder import SentenceRead, open_encoder
from ingest.extract.gold import NcgArticle
from ingest.extract.train.corpora import is_heading, ncg_sentences


@dataclass
class Tallies:
    """The tallies of one reader."""

    sentence: Tally = field(default_factory=Tally)
    phrase: Tally = field(default_factory=Tally)
    triple: Tally = field(default_factory=Tally)
    phrase_given: Tally = field(default_factory=Tally)
    triple_given: Tally = field(default_factory=Tally)


def measure(articles: tuple[NcgArticle, ...], choice: Choice, *, data: str) -> dict[str, list[tuple[float, bool]]]:
    """Print the figures of NCG; return the confidences by component."""
    annotated = [article for article in articles if {"sentences", "phrases", "triples"} <= article.annotated]
    if not annotated:
        return {}
    trained = installed("encoder")
    learnt_triples = installed("triples")
    scored = choice.documents(annotated, ("encoder", "triples"), what="ncg articles")
    rules = Tallies()
    for article in scored:
        _by_rules(article, rules)
    pairs: dict[str, list[tuple[float, bool]]] = {}
    show = partial(show_f1, data=data)
    if trained:
        read = Tallies()
        for article in scored:
            _by_encoder(article, read)
        show("ncg.sentence.f1", read.sentence, peer=PEERS["ncg.sentence.f1"])
        show("ncg.phrase.f1", read.phrase, peer=PEERS["ncg.phrase.f1"])
        show("ncg.phrase.f1.given_gold", read.phrase_given)
        show("ncg.triple.f1", read.triple, peer=PEERS["ncg.triple.f1"])
        pairs |= {"contribution": read.sentence.sure, "phrases": read.phrase_given.sure}
        pairs["triples_end_to_end"] = read.triple.sure
    if learnt_triples:
        given = Tally()
        for article in scored:
            triples = read_triples(_with_units(article)).triples
            given.add(_keys(triples), _gold_triples(article))
        show("ncg.triple.f1.given_gold", given, peer=PEERS["ncg.triple.f1.given_gold"])
        pairs["triples"] = given.sure
    show("ncg.sentence.f1.rules", rules.sentence)
    show("ncg.phrase.f1.rules", rules.phrase)
    show("ncg.triple.f1.rules", rules.triple)
    show("ncg.triple.f1.given_gold.rules", rules.triple_given)
    return pairs


def _by_encoder(article: NcgArticle, tallies: Tallies) -> None:
    encoder = open_encoder()
    if encoder is None:
        raise RuntimeError("the encoder was installed a moment ago and is not any more")
    sentences, numbers = ncg_sentences(article.lines)
    read = dict(zip(numbers, encoder.read(sentences), strict=True))
    chosen = {number: each for number, each in read.items() if each.is_contribution}
    tallies.sentence.add({number: each.contribution for number, each in chosen.items()}, article.contribution_lines)
    gold = {(phrase.line, phrase.start, phrase.end) for phrase in article.phrases}
    tallies.phrase.add(_phrase_keys(chosen), gold)
    given = {number: read[number] for number in article.contribution_lines if number in read}
    tallies.phrase_given.add(_phrase_keys(given), gold)
    found = contribution_sentences(sentences, list(read.values()), numbers=numbers, size=len(article.lines))
    tallies.triple.add(_keys(read_triples(found).triples), _gold_triples(article))


def _phrase_keys(read: dict[int, SentenceRead]) -> dict[tuple[int, int, int], float]:
    return {
        (number, phrase.start, phrase.end): phrase.confidence
        for number, each in read.items()
        for phrase in each.phrases
    }


def _with_units(article: NcgArticle) -> list[ContributionSentence]:
    """The annotated sentences and phrases, with the encoder's units where it is installed."""
    given = gold_sentences(article)
    encoder = open_encoder()
    if encoder is None:
        return list(given)
    sentences, numbers = ncg_sentences(article.lines)
    units = {number: read.units for number, read in zip(numbers, encoder.read(sentences), strict=True)}
    return [
        ContributionSentence(each.number, each.text, each.heading, each.place, each.phrases, units.get(each.number, ()))
        for each in given
    ]


def _by_rules(article: NcgArticle, tallies: Tallies) -> None:
    document, numbers = lined_document(article.lines, [is_heading(line) for line in article.lines])
    chosen = sorted(numbers[index] for index in contributions_by_rules(document))
    tallies.sentence.add(chosen, article.contribution_lines)
    spans: dict[int, list[tuple[int, int]]] = {number: [] for number in chosen}
    for mention in mentions_by_rules(document):
        number = numbers[mention.sentence]
        if number in spans:
            start = mention.span.char_start - document.sentences[mention.sentence].char_start
            spans[number].append((start, start + mention.span.char_end - mention.span.char_start))
    keys = {(number, *span) for number, its in spans.items() for span in its}
    tallies.phrase.add(keys, {(phrase.line, phrase.start, phrase.end) for phrase in article.phrases})
    headings = {number: sentence.heading for sentence, number in zip(*ncg_sentences(article.lines), strict=True)}
    sentences = [
        ContributionSentence(
            number,
            article.line(number),
            headings.get(number, ""),
            number / len(article.lines),
            _apart(spans[number]),
        )
        for number in chosen
    ]
    gold = _gold_triples(article)
    tallies.triple.add(set(_keys(build_triples_by_rules(sentences))), gold)
    tallies.triple_given.add(set(_keys(build_triples_by_rules(gold_sentences(article)))), gold)


def _apart(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


def _keys(triples: tuple[ContributionTriple, ...]) -> dict[tuple[str, str, str, str], float]:
    return {(each.unit, each.subject, each.predicate, each.object): each.confidence for each in triples}


def _gold_triples(article: NcgArticle) -> set[tuple[str, str, str, str]]:
    return {(unit, *triple) for unit, triples in article.triples.items() for triple in triples}

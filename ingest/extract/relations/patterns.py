"""The words between two names that say how they are related. Compiled once; lower case; the whole gap must match.

A gap is what stands between two names, without the items of lists that either of them is part of. `FORWARD` relates
the first to the second, `BACKWARD` the second to the first.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.extract.relations.relation import RelationType


class GapPattern(NamedTuple):
    """A pattern over the whole gap, the kind it gives, and whether the second name is the head."""

    pattern: re.Pattern[str]
    type: RelationType
    backward: bool


_DETERMINER = (
    r"(?:the |a |an |our |its |their |this |these |both |each |any |all |some |such |two |three |several |new |novel "
    r"|more |many )*"
)
_NOUNS = r"(?:[\w-]+ ){0,2}?"  # a noun between determiner and name, or the rest of a noun phrase before a verb
_ADVERB = r"(?:\w+ly |also |then |often |widely |successfully |further |first |jointly )*"
_BE = r"(?:is |are |was |were |has been |have been |can be |could be |may be |to be |being )"
_THAT = r"(?:which |that |, which |, that )?"

# What a method does to what it is for.
_DOES = (
    r"(?:model|models|modelling|modeling|capture|captures|capturing|learn|learns|learning|predict|predicts"
    r"|predicting|estimate|estimates"
    r"|estimating|generate|generates|generating|produce|produces|producing|compute|computes|computing|detect"
    r"|detects|detecting|recogni[sz]es?"
    r"|recogni[sz]ing|solve|solves|solving|handle|handles|handling|address|addresses|addressing|tackle|tackles"
    r"|tackling|enable|enables"
    r"|enabling|support|supports|supporting|perform|performs|performing|extract|extracts|extracting|identify"
    r"|identifies|identifying"
    r"|classif(?:y|ies|ying)|encode|encodes|encoding|represent|represents|representing|reconstruct|reconstructs"
    r"|reconstructing|resolve"
    r"|resolves|resolving|improve|improves|improving|reduce|reduces|reducing|infer|infers|inferring|facilitate"
    r"|facilitates|guide|guides"
    r"|describe|describes|describing|provide|provides|providing|obtain|obtains|obtaining|construct|constructs"
    r"|constructing|parse|parses"
    r"|parsing|translate|translates|translating|segment|segments|segmenting|track|tracks|tracking|optimi[sz]es?"
    r"|optimi[sz]ing|achieve"
    r"|achieving|determine|determines|determining|find|finds|finding|build|builds|building|create|creates"
    r"|creating|train|trains|training)"
)
_FOR = [
    rf"for {_DETERMINER}{_NOUNS}",
    rf"for (?:\w+ing ){_DETERMINER}",
    rf"(?:in order )?to {_ADVERB}{_DOES} {_DETERMINER}",
    rf"(?:in order )?to {_ADVERB}\w+ {_DETERMINER}",
    rf"{_THAT}{_ADVERB}{_DOES} {_DETERMINER}",
    (
        rf"{_THAT}(?:can |could |may |is able to |are able to |is capable of |aims to |aim to |is designed to "
        rf"|attempts to |tries to |helps to |helps ){_ADVERB}\w+ {_DETERMINER}"
    ),
    (
        rf"{_THAT}{_BE}{_ADVERB}(?:used|applied|employed|adopted|utili[sz]ed|exploited|proposed|presented|introduced"
        rf"|developed|designed|described|suited|suitable|useful|effective|necessary|essential|important|trained"
        rf"|built|intended) (?:for|to|in|as|on) (?:\w+ )?{_DETERMINER}"
    ),
    (
        rf"(?:applied|used|designed|developed|adapted|tailored|suitable|useful|appropriate) (?:to|for"
        rf"|in) (?:\w+ing )?{_DETERMINER}"
    ),
    rf"{_BE}{_ADVERB}(?:used|applied|employed) to {_ADVERB}\w+ {_DETERMINER}",
    (
        rf"approach(?:es)? (?:to|for) {_DETERMINER}|models? (?:of|for) {_DETERMINER}|methods? (?:for|of"
        rf"|to) {_DETERMINER}|systems? for {_DETERMINER}|algorithms? (?:for|to) {_DETERMINER}"
    ),
    rf"as (?:a |an |the )?(?:\w+ ){{0,2}}?(?:for|of) {_DETERMINER}",
    rf"as {_DETERMINER}(?:basis|input|inputs|features?) (?:to|for|of) {_DETERMINER}",
    r"- based ?|-based ?|based ",
]
_BY = [
    (
        rf"(?:by |through |via )?(?:using|with the (?:help|use|aid) of|with|via|by means of|through|by|exploiting"
        rf"|leveraging|utili[sz]ing|employing|applying|incorporating|combining) {_DETERMINER}{_NOUNS}"
    ),
    (
        rf"{_THAT}{_BE}?{_ADVERB}(?:based (?:up)?on|built (?:up)?on|derived from|obtained (?:by|from|using|with|via)"
        rf"|trained (?:on|with|using|by|from)|learned (?:by|from|with|using)|estimated (?:by|from|with|using)"
        rf"|computed (?:by|from|with|using|via)|generated (?:by|from|with|using)|extracted (?:by|from|with|using)"
        rf"|implemented (?:by|in|with|using|as)|represented (?:by|as|with|using)|modell?ed (?:by|as|with|using)"
        rf"|formulated (?:as|in)|solved (?:by|with|using|via)|performed (?:by|with|using|via)|achieved (?:by|with"
        rf"|using|via)|handled (?:by|with)|guided by|driven by|augmented (?:by|with)|enhanced (?:by|with)"
        rf"|equipped with|initiali[sz]ed (?:by|with|from)|optimi[sz]ed (?:by|with|using|via)|constructed (?:by|from"
        rf"|with|using)|parameteri[sz]ed by|inspired by|supported by|grounded (?:in|on)|improved (?:by|with"
        rf"|using)) {_DETERMINER}{_NOUNS}"
    ),
    (
        rf"{_THAT}{_ADVERB}(?:use|uses|used|using|utili[sz]es?|exploits?|employs?|leverages?|adopts?|applies|apply"
        rf"|relies on|rely on|makes use of|make use of|takes advantage of|draws on|builds (?:up)?on|extends|requires"
        rf"|takes|takes as input|follows) {_DETERMINER}{_NOUNS}"
    ),
    rf"from {_DETERMINER}{_NOUNS}",
    (
        rf"on the basis of {_DETERMINER}|in terms of {_DETERMINER}|as {_DETERMINER}(?:set|sequence|combination"
        rf"|function|mixture) of {_DETERMINER}"
    ),
]
_COMPARED = [
    (
        rf"(?:{_ADVERB}(?:outperform|outperforms|outperformed|outperforming|surpass|surpasses|surpassed|surpassing"
        rf"|exceeds?|beats?)) {_DETERMINER}{_NOUNS}"
    ),
    (
        rf"(?:.{{0,40}} )?(?:compared? (?:to|with|against)|in comparison (?:to|with)|as compared (?:to|with)"
        rf"|comparison with|versus|vs ?\.?|as opposed to|in contrast (?:to|with)|unlike|rather than|instead of"
        rf"|relative to) (?:that of |those of )?{_DETERMINER}{_NOUNS}"
    ),
    (
        rf"(?:.{{0,40}} )?(?:better|worse|faster|higher|lower|superior|more \w+|less \w+|larger|smaller|comparable"
        rf"|competitive|similar|inferior) (?:\w+ )?(?:than|to|with) (?:that of |those of "
        rf"|the ones of )?{_DETERMINER}{_NOUNS}"
    ),
    rf"(?:.{{0,20}} )?than (?:that of |those of |with |using )?{_DETERMINER}{_NOUNS}",
    rf"(?:\w+ )?(?:improves?|improvements?|gains?|advantage|advantages) (?:up)?(?:on|over) {_DETERMINER}{_NOUNS}",
    rf"over {_DETERMINER}{_NOUNS}",
]
_PART = [
    (
        rf"(?:is |are )?(?:a |an |the )?(?:\w+ )?(?:part|component|module|element|step|stage|building block"
        rf"|ingredient)s? (?:of|in) {_DETERMINER}{_NOUNS}"
    ),
    (
        rf"(?:integrated|incorporated|embedded|included|inserted|used|contained) (?:in|into"
        rf"|within) {_DETERMINER}{_NOUNS}"
    ),
]
_WHOLE = [
    (
        rf"{_THAT}{_BE}?{_ADVERB}(?:consists? of|consisting of|composed of|comprised of|comprises?|comprising"
        rf"|contains?|containing|includes?|including|made up of|integrates?|integrating|combines?|combining"
        rf"|incorporates?) {_DETERMINER}(?:\w+ (?:parts?|components?|modules?|stages?|steps?) ?: ?)?{_NOUNS}"
    ),
    r"'s ",
]
# The second name, a dataset or a metric, tells how good the first is.
_MEASURED_BY = [
    rf"(?:.{{0,60}} )?(?:on|over|across) {_DETERMINER}{_NOUNS}",
    (
        rf"(?:.{{0,60}} )?(?:in terms of|as measured by|measured by|measured in|with respect to|according to"
        rf"|evaluated (?:by|with|using|on)|w\.r\.t\.) {_DETERMINER}{_NOUNS}"
    ),
    (
        rf"(?:{_THAT}{_ADVERB})?(?:achieves?|achieved|achieving|obtains?|obtained|obtaining|reach(?:es|ed)?|yields?"
        rf"|yielded|gives?|gave|attains?|attained|improves?|improved|improving|increases?|increased|reduces?|reduced"
        rf"|reducing|decreases?|lowers?|has|have|had|shows?|leads? to|results? in"
        rf"|boosts?) {_DETERMINER}(?:[\w.%-]+ ){{0,3}}?"
    ),
]
# The first name, a metric or a dataset, tells how good the second is.
_MEASURES = [
    rf"(?:of|for|on|in|by|with) {_DETERMINER}{_NOUNS}",
    rf"(?:benchmarks?|datasets?|corpus|corpora|test sets?|tasks?) (?:for|of) {_DETERMINER}{_NOUNS}",
    rf"{_BE}(?:\w+ )?(?:achieved|obtained|reported|reached) (?:by|with|for|on) {_DETERMINER}{_NOUNS}",
    (
        rf"(?:to|for) (?:evaluate|evaluating|measure|measuring|assess|assessing|test|testing|benchmark|compare"
        rf"|comparing) {_DETERMINER}{_NOUNS}"
    ),
]


def _compiled(patterns: list[str], type: RelationType, *, backward: bool) -> tuple[GapPattern, ...]:
    return tuple(GapPattern(re.compile(pattern), type, backward) for pattern in patterns)


USED_FOR = (
    *_compiled(_FOR, RelationType.USED_FOR, backward=False),
    *_compiled(_BY, RelationType.USED_FOR, backward=True),
)
COMPARED = _compiled(_COMPARED, RelationType.COMPARE, backward=False)
PARTS = (
    *_compiled(_PART, RelationType.PART_OF, backward=False),
    *_compiled(_WHOLE, RelationType.PART_OF, backward=True),
)
# Between a thing and what is a part of it by name: "encoder of the network", "network with an encoder".
OF_WHOLE = GapPattern(
    re.compile(rf"(?:of|in|within|inside) {_DETERMINER}(?:[\w-]+ )?"), RelationType.PART_OF, backward=False
)
WITH_PART = GapPattern(re.compile(rf"(?:has|have|with) {_DETERMINER}{_NOUNS}"), RelationType.PART_OF, backward=True)
MEASURED_BY = _compiled(_MEASURED_BY, RelationType.EVALUATE_FOR, backward=True)
MEASURES = _compiled(_MEASURES, RelationType.EVALUATE_FOR, backward=False)

# Before two names: "compared with A, B …", "the difference between A and B".
COMPARED_BEFORE = re.compile(
    r"(?:compar(?:e[ds]?|ing|isons?)(?: (?:to|with|against|of|between))?|unlike|in contrast (?:to|with)"
    r"|(?:difference|comparison|gap)s? between"
    r"|relative to|rather than|whether) (?:the |a |an |our |existing |previous )*(?:[\w-]+ ){0,2}?$"
)
COMPARED_GAP = re.compile(r"(?:, |and |with |to |, and |versus )(?:the |a |an |our |we |,)*(?:[\w-]+ ){0,3}?")
# Heads of what is a part of something: "encoder of the network" is, "accuracy of the network" is not.
PART_HEAD = re.compile(
    r"\b(?:encoders?|decoders?|layers?|modules?|components?|branch(?:es)?|heads?|stages?|blocks?|units?"
    r"|subnetworks?|backbone|classifiers?"
    r"|generators?|discriminators?|embeddings?|kernels?|nodes?|states?|steps?|attention|gates?|parts?)$"
)
# Two names that are one item of a list and the next.
LIST = re.compile(
    r"(?:, |/ ?|and |or |, and |, or |as well as |& |, as well as |\( |, e\.g\.,? |such as )+"
    r"(?:the |a |an |also |both )*"
)

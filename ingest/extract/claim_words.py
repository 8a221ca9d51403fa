"""The words of claims, compiled once: what a verb, a comparison or a noun says happened to an outcome."""

from __future__ import annotations

import re
from enum import StrEnum

from ingest.extract.lexicon import word_set


class Effect(StrEnum):
    """What is said to happen. UP and DOWN are better or worse by the metric's sign."""

    BETTER = "better"
    BEATS = "beats"
    WORSE = "worse"
    UP = "up"
    DOWN = "down"
    SAME = "same"


_VERBS = {
    Effect.BETTER: "improve improves improved improving enhance enhances enhanced enhancing boost boosts boosted"
    " boosting"
    " benefit "
    "benefits benefited help helps helped helping strengthens strengthened stabilises stabilizes stabilised stabilized",
    Effect.BEATS: "outperform outperforms outperformed outperforming surpass surpasses surpassed surpassing beat beats"
    " beating exceeds "
    "exceeded outperfoms",
    Effect.WORSE: "hurt hurts hurting harm harms harmed harming degrade degrades degraded degrading worsen worsens"
    " worsened worsening "
    "impair impairs impaired impairing deteriorate deteriorates deteriorated damages damaged compromises"
    " compromised underperform "
    "underperforms underperformed destabilises destabilizes sacrifices sacrificed sacrificing",
    Effect.UP: "increase increases increased increasing raise raises raised raising rise rises rose rising lift lifts"
    " lifted grows grew "
    "climbs climbed inflates inflated doubles doubled",
    Effect.DOWN: "reduce reduces reduced reducing lower lowers lowered lowering decrease decreases decreased decreasing"
    " cut cuts cutting "
    "drop drops dropped dropping fall falls fell falling decline declines declined shrinks shrank shrink halves"
    " halved mitigate mitigates "
    "mitigated mitigating alleviate alleviates alleviated alleviating prevent prevents prevented preventing"
    " curb curbs curbed diminishes "
    "diminished lessens lessened counteracts counteracted eliminates eliminated",
    Effect.SAME: "matches matched preserves preserved maintains maintained retains retained",
}
_COMPARED = {
    Effect.BETTER: "better best improved superior stronger strongest state-of-the-art sota",
    Effect.WORSE: "worse worst degraded inferior poorer weaker",
    Effect.UP: "higher highest increased larger greater elevated",
    Effect.DOWN: "lower lowest reduced decreased smaller fewer",
    Effect.SAME: "comparable similar equivalent identical",
}
_NOUNS = {
    Effect.BETTER: "improvement improvements gain gains boost boosts benefit benefits",
    Effect.WORSE: "degradation deterioration harm",
    Effect.UP: "increase increases rise",
    Effect.DOWN: "reduction reductions decrease decreases drop drops decline",
}
# Of `_NOUNS`, those that can be kept from happening to the good: nobody prevents an improvement.
_CHANGES: dict[Effect, str] = {effect: words for effect, words in _NOUNS.items() if effect is not Effect.BETTER}
_TURNED = {Effect.WORSE: Effect.BETTER, Effect.UP: Effect.DOWN, Effect.DOWN: Effect.UP}
_ADJECTIVES = {  # adjective: (the outcome it is about, whether more of it is better)
    "accurate": "accuracy", "calibrated": "calibration", "robust": "robustness", "stable": "stability",
    "overconfident": "overconfidence", "confident": "overconfidence", "efficient": "efficiency",
    "interpretable": "interpretability",
    "diverse": "diversity", "fair": "fairness", "unstable": "instability",
}  # fmt: skip
# Verbs of the kind "accuracy rose": what changes stands before them.
INTRANSITIVE = word_set("intransitive")


def _words(table: dict[Effect, str]) -> str:
    return "|".join(
        sorted((re.escape(word) for words in table.values() for word in words.split()), key=len, reverse=True)
    )


_EFFECTS = {word: effect for effect, words in _VERBS.items() for word in words.split()}
_COMPARED_EFFECTS = {word: effect for effect, words in _COMPARED.items() for word in words.split()}
_NOUN_EFFECTS = {word: effect for effect, words in _NOUNS.items() for word in words.split()}

_GET = (
    r"(?:at the (?:price|cost|expense) of|achiev\w*|obtain\w*|yield\w*|gives?|gave|giving|produc\w*|leads? to"
    r"|led to|leading to|results? in|resulted in|resulting in|shows?|showed"
    r"|has|have|had|having|offers?|maintain\w*|retain\w*|provid\w*|demonstrat\w*|reach\w*|deliver\w*|attain\w*"
    r"|brings?|brought"
    r"|causes?|caused|gets?"
    r"|got|exhibits?|enjoys?"
    r"|performs?|performed|is|are|was|were|be|becomes?|became|made|make|makes|making|generali[sz]es?|saw|sees?"
    r"|left|leaves?|found|observed?|ranks?|remains?|does|did)"
)
VERB = re.compile(
    rf"(?<![\w-])(?P<verb>{_words(_VERBS)})(?![\w-])"
    r"(?!\s+(?:\w+\s+){0,2}?(?:concerns?|questions?|awareness|doubts?|the (?:question|issue|concern)))"
)
COMPARATIVE = re.compile(
    rf"\b{_GET}\s+(?:(?!(?:is|are|was|were|with|of|on|than|between|and|for|against|over"
    rf"|that)\b)[\w.%,+-]+\s+){{0,3}}?"
    rf"(?:(?P<degree>more|less|better|worse|poorly)[\s-]+(?P<adjective>{'|'.join(_ADJECTIVES)})\b"
    rf"|(?P<compared>{_words(_COMPARED)})\b)(?!-)"
    r"(?!\s+(?:evaluation|understanding|insights?|explanation|interpretation|intuition|picture|view|choice|way"
    r"|option|estimates?)\b)"
)
SUPERLATIVE = re.compile(
    rf"\b(?P<compared>{_words(_COMPARED)})\b(?=[^.;,]{{0,50}}\b(?:was|were|is|are"
    rf"|came)\s+(?:\w+ly\s+)?(?:obtained|achieved|reached|attained|found|seen|observed|given)?\s*(?:with|by"
    rf"|using|for|when|under|from)\b)"
)
NOUN = re.compile(
    rf"\b{_GET}\s+(?:(?!(?:that|whether)\b)[\w.%,+()-]+\s+){{0,5}}?(?P<noun>{_words(_NOUNS)})\b(?=\s+(?:in|of"
    rf"|on|over|to|from|by|for"
    rf"|with|across|against|when|under|at|compared|relative|\()|[,.;]|$)"
)
# "avoids the increase in FID", "prevents a drop in accuracy": what is kept from happening is turned round.
SPARED = re.compile(
    r"(?<![\w-])(?:avoid|prevent|mitigat|alleviat|reduc|curb|lessen|limit|eliminat|diminish|counteract)(?:e[sd]?|s|ed|ing)?\s+"
    rf"(?:(?!(?:that|whether|and|or|by|with)\b)[\w.%,+()-]+\s+){{0,4}}?(?P<noun>{_words(_CHANGES)})\b(?=\s+(?:in|of)\b)"
)
NO_EFFECT = re.compile(
    r"\b(?:no|little|without|(?:not|n't)(?: \w+)? (?:a|any))\s+(?:(?:statistically|or|and|practically"
    r"|consistent\w*|\w+ly)\s+)*"
    r"(?:(?:significant|measurable|detectable|clear|consistent|reliable|noticeable|meaningful|visible"
    r"|discernible|substantial|real|systematic|further|additional|large|evident)\s+)*"
    r"(?:effects?|impact|influence|differences?|improvements?|changes?|gains?|benefits?|harm|degradation"
    r"|advantage|loss|drop)\b"
    r"|\b(?:not|n't)\s+(?:statistically\s+)?significant(?:ly)?(?:\s+(?:different|differ|change|changed|affect"
    r"|affected|alter|altered))?\b"
    r"|\b(?:not|n't|hardly|barely|neither)\s+(?:\w+ly\s+)?(?:change[ds]?|affect(?:s|ed)?|alter(?:s|ed)?"
    r"|differ(?:s|ed)?|matter(?:s|ed)?|move[ds]?)\b"
    r"|\b(?:un(?:changed|affected|altered)|indistinguishable|insignificant(?:ly)?)\b|\bwithin (?:the )?(?:noise"
    r"|one standard (?:error|deviation))\b"
    r"|\b(?:made|makes?) (?:no|little) (?:\w+ )?difference\b|\bneither help(?:s|ed)? nor (?:hurts?|harms?|harmed)\b"
)
ON_PAR = re.compile(
    r"\b(?:on par with|on a par with|comparable (?:to|with)|comparably (?:to|with)?|(?<=perform )similarly to"
    r"|(?<=performs )similarly to|(?<=performed )similarly to|as well as the"
    r"|equally well)\b"
)
OVERFIT = re.compile(
    r"\boverfit(?:s|ted|ting)?\s+(?:\w+\s+)?(?P<degree>less|more)\b|\b(?P<before>less"
    r"|more)\s+(?:prone to\s+)?overfit(?:ting)?\b"
)

NEGATION = re.compile(
    r"\b(?:not|n't|never|cannot|hardly|barely|neither|nor|fail(?:s|ed)? to|without(?=\s*$)|no longer"
    r"|no evidence that|nothing)\b(?!\s+(?:only|just|merely))"
)
HEDGE = re.compile(
    r"\b(?:may|might|could|can|seems?|appears?|suggests?|potential(?:ly)?|possibly|likely|would|should"
    r"|expected to|expects? that|hypothesi[sz]e[ds]?|conjecture|believe|intuitively|tends?|sometimes|often)\b"
)
ASKED = re.compile(
    r"\b(?:whether|if|un(?:clear|known) (?:what|why|how|when)|is set|unless|how much|to what extent|in order to"
    r"|so as to|hypothesi[sz]e|conjecture|aim(?:s|ing|ed)?|should|posits?|(?:can|could|may|might) be|(?:may"
    r"|might|could) benefit|future work|goal|designed|intended|wish|hope|want"
    r"|trying|attempt\w*"
    r"|seeks?)\b"
)
PURPOSE = re.compile(r"\bto(?:\s+\w+ly)?\s*$|\bto\s+(?:\w+ly\s+)?[a-z]+(?:,\s*[a-z]+)*,?\s+(?:and|or)\s+(?:\w+ly\s+)?$")
# "a framework for evaluating and improving", "focus on improving": named as an aim, not found. "By improving" stays.
AIM = re.compile(
    r"\b(?:for|on|at|of|towards?|about|into|to)\s+(?:(?:\w+ly\s+)?\w+ing(?:\s+[\w-]+){0,3}?,?\s+(?:and|or)\s+"
    r"|(?:\w+ing,\s+)+(?:and\s+)?)?"
    r"(?:\w+ly\s+)?$"
)
# Too small to count: "minimally degrading", "limited or even negative improvement".
SLIGHT = re.compile(r"\b(?:no|little|limited|negative|minimal(?:ly)?|negligibl[ey]|hardly any|zero)\b")
SHOWN = re.compile(r"(?:demonstrat|show)\w*\s+(?:the|its|their)\s")
# Asked at the start of a sentence, whatever stands between: "whether X, which …, improves".
INDIRECT = re.compile(
    r"(?<!regardless of )(?<!matter )\bwhether\b|\bhow we\b|\b(?:assum(?:e[sd]?|ing|ption) that|hypothesi[sz]e[sd]?"
    r"|conjecture[sd]?"
    r"|ensur(?:e|es|ing) that)\b"
)
# "to tune models with FooNet and reduce …": a bare verb goes on with the aim.
AIM_GOES_ON = re.compile(r"\bto\s+(?!the\b|an?\b)[a-z-]+\s[^,;:]{0,60}\sand\s+(?:\w+ly\s+)?$")
BARE = re.compile(
    r"(?:improve|enhance|boost|reduce|increase|decrease|lower|raise|mitigate|alleviate|prevent|stabili[sz]e|cut)\b"
)
# To have less of these is better, though nothing measures them by name.
BAD = re.compile(
    r"^(?:\s+(?!(?:by|with|while|and|to|of)\b)[\w%.-]+){0,4}?\s+(?:inconsistenc(?:y|ies)|hallucinations?"
    r"|noises?|artifacts?|redundanc(?:y|ies)"
    r"|overheads?|(?:catastrophic )?forgetting|violations?|failures?|mistakes?|instabilit(?:y|ies)"
    r"|vulnerabilit(?:y|ies)|distortions?"
    r"|ambiguit(?:y|ies)|interference|leakage|misalignment|drift|collapse|conflicts?|toxicity|degradation"
    r"|disparit(?:y|ies)|over-?smoothing"
    r"|over-?fitting|underfitting|over-?confidence|false positives|false negatives|memory (?:usage|consumption"
    r"|footprint|cost)|wall-clock time|computation(?:al cost)?)\b"
)
REPORTED = re.compile(
    r"\b(?:found|shown|seen|seems?|seemed|appears?|appeared|tends?|tended|fails?|failed|helps?|helped|able"
    r"|known|proven|proved|observed|likely|expected|continues?|reported|enough|enables?|allow(?:s"
    r"|ed)?)\s+(?:\S+\s+)?to(?:\s+\w+ly)?\s*$"
)
REMOVAL = re.compile(
    r"\b(?:remov(?:e|es|ing|al of)|without|dropping|disabl(?:e|ing)|omit(?:ting)?|ablat(?:e|ing)|exclud(?:e"
    r"|ing)|w/o|eliminating|turning off|no)\s+(?:the\s+|either\s+|both\s+)?$"
)
AGAINST = re.compile(
    r"\b(?:need for|lieu of|compared? (?:with|to|against)|comparison (?:with|to)|relative to|unlike|versus"
    r"|vs\.?|instead of"
    r"|rather than|in contrast (?:to|with)|as opposed to|than|over|against|on par with|comparable (?:to|with)"
    r"|similarly to|indistinguishable from|different from|from that of|to that of)\s+"
)
WITH = re.compile(
    r"\b(?:with|using|when|under|by|adding|applying|applied|via|through|after|once|plus|use of|effect of"
    r"|addition of|training with|trained with|trained by|due to|thanks to|because of|introducing|combining"
    r"|employing)\s+(?:(?:the|a|an|both|either|only|we|use|add|apply|using|adding|applying|of|more|stronger"
    r"|strong|heavy|heavier|light|mild|moderate)\s+)*$"
)
CONTEXT = re.compile(
    r"\b(?:on|for|in|into|to|during|within|across|throughout)\s+(?:(?:the|a|an|all|both|small|two-layer|deep"
    r"|our|this|plain)\s+)*$"
)
DETERMINER = re.compile(
    r"(?:\b(?:an?|the|this|that|any|some|further|significant|substantial|large|slight|small|clear|consistent"
    r"|overall|its|their|our|of|for|\d[\d.]*%?)\s+|-)$"
)
BE = re.compile(r"\b(?:is|are|was|were|be|been|being)(?:\s+(?:\w+ly|also|not|further|even|most|slightly))*\s*$")
OTHERS_WORK = re.compile(
    r"\[\d+[\d,;\s-]*\]|et al|\((?:[A-Z][\w-]+,? )?(?:19|20)\d\d[a-z]?\)|prior work|previous work|it has been"
    r"|has been shown|have been shown|is known|recent work"
)
SIZE = re.compile(
    r"(?:\bby\s+(?:about |around |roughly |approximately |up to |at least |more than |over |nearly |almost "
    r"|only |an average of |as much as |between )*)"
    r"(?P<by>[+-]?\d[\d.,]*(?:\s*(?:±|\+/-)\s*\d[\d.]*)?\s?(?:%|\\%|percent(?:age points?)?|points?|pp|x\b|×"
    r"|times|fold|orders? of magnitude)?(?:\s+(?:points?|absolute|relative|BLEU|F1))?)"
    r"|\bfrom\s+(?P<from>[+-]?\d[\d.]*\s?%?\s*(?:\([^)]*\)\s*)?to\s+[+-]?\d[\d.]*\s?%?)"
    r"|(?P<of>[+-]?\d[\d.]*\s?(?:%|percent|points?|pp|percentage points?|x|×)(?: points?)?)\s+(?:(?:absolute"
    r"|relative|average|higher|lower|better)\s+)*(?:improvements?|gains?|increase|reduction|decrease|drop|boost"
    r"|better|higher|lower|fewer|faster|in|over)\b"
    r"|\b(?:improvement|gain|increase|reduction|decrease|drop|boost)s? of\s+(?:about |up to |roughly |around "
    r"|over |more than |at least )?(?P<noun>[+-]?\d[\d.]*\s?(?:%|percent(?:age points?)?|points?|pp|x|×)?)"
)
ANY = re.compile(
    r"improv|enhanc|boost|benefit|help|strength|stabili|outperf|surpass|beat|exceed|hurt|harm|degrad|wors"
    r"|impair|deterior|damag|compromis"
    r"|increas|rais|ris|rose|lift|grow|grew|climb|inflat|doubl|reduc|lower|decreas|\bcut|drop|fall|fell|declin"
    r"|shr[iau]nk|halv|mitigat|alleviat"
    r"|prevent|curb|diminish|lessen|counteract|eliminat|match|preserv|maintain|retain|better|best|superior"
    r"|inferior|higher|state-of-the-art"
    r"|comparabl|similar|\bno\b|not |n't|unchanged|unaffected|indistinguish|insignific|within|on par|overfit"
    r"|calibrat|overconfid|accurate|gain|little|less"
)


def effect_spared(match: re.Match[str]) -> Effect:
    """Return what a match of SPARED says: the opposite of what is kept from happening."""
    return _TURNED[_NOUN_EFFECTS[match.group("noun")]]


def effect_of(match: re.Match[str]) -> tuple[Effect, str | None]:
    """Return what a match of VERB, COMPARATIVE, NOUN or OVERFIT says, and the outcome an adjective stands for."""
    groups = match.groupdict()
    if verb := groups.get("verb"):
        return _EFFECTS[verb], None
    if compared := groups.get("compared"):
        return _COMPARED_EFFECTS[compared], None
    if noun := groups.get("noun"):
        return _NOUN_EFFECTS[noun], None
    if adjective := groups.get("adjective"):
        more = groups["degree"] in {"more", "better"}
        return (Effect.UP if more else Effect.DOWN), _ADJECTIVES[adjective]
    return (Effect.UP if "more" in (groups.get("degree"), groups.get("before")) else Effect.DOWN), "overfitting"


# Behind "maintains": said of itself and not of a change.
LIMIT = re.compile(r"\s+(?:an? |the |some |its |this )?(?:\w+ )?(?:threshold|limit|budget|tolerance|\d)")
ABSOLUTE = re.compile(
    r"\s+(?:an? |its |their |these |the )?(?:strong|fast|stable|high|robust|good|competitive|excellent"
    r"|consistent|reasonable|solid|such"
    r"|these|those)\b"
)
# Before a comparison: it compares statements of theory.
THEORY = re.compile(
    r"\b(?:conditions?|bounds?|assumptions?|guarantees?|theorems?|lemmas?|constants?|complexit(?:y|ies))\b[^,;]{0,80}$"
)

"""How sure each rule is: one table, so that a number in the graph can be looked up here.

The figures are the author's judgement of each rule, to the nearest .05, set before anything was counted. They order
evidence; they are not probabilities. Calibrated ones need the trained components.
"""

from __future__ import annotations

from typing import Final

# Mentions
LEXICON: Final = 0.85  # a name of the shipped lists, in prose
LEXICON_CUED: Final = 0.9  # the same, in a cue that gives its role
ACRONYM: Final = 0.85  # a short form the document defines, of a name of the lists or of a telling head word
TITLE_NAME: Final = 0.9  # "FooNet: …" as the title
NAMED: Final = 0.8  # "we propose a method called FooNet"
PROPOSED: Final = 0.7  # "we propose a hierarchical attention network"
CUED_NAME: Final = 0.7  # a name with capitals or digits in a cue: "compared with FooNet and BarNet"
CUED_PHRASE: Final = 0.55  # a phrase with a telling head word in a cue
REPEATED: Final = 0.6  # a name found by a cue elsewhere in the document

# Problems
SETTLED_PROBLEM: Final = 0.8  # a settled name of problems.txt in a cue
STATED_PROBLEM: Final = 0.6  # the phrase after "suffers from", "prone to"
CLAUSE_PROBLEM: Final = 0.5  # a clause: "existing methods fail to …"
LIMITATION_SECTION: Final = 0.6  # a sentence of the limitations section that says what is not done
LIMITATION_CUE: Final = 0.75  # "a limitation of our method is …"
SYMPTOM: Final = 0.6

# Claims
CLAIM: Final = 0.75  # intervention, verb and outcome in one clause
CLAIM_VAGUE: Final = 0.6  # no outcome named
CLAIM_PRONOUN: Final = 0.5  # the intervention is "it", "this" or "our method"
HEDGED: Final = 0.6  # factor: may, might, could, can, seems, suggests, expected
OTHERS: Final = 0.8  # factor: the sentence speaks of somebody else's work

# Results
RESULT: Final = 0.8  # metric and value side by side
RESULT_FAR: Final = 0.6  # the metric stands elsewhere in the clause
TABLE_HEADER: Final = 0.75  # a value in a table whose header or label names the metric
TABLE_CAPTION: Final = 0.6  # the metric stands in the caption alone

# Citations
CITED_NAME: Final = 0.8  # a cue of use or comparison, and a name right before the citation
CITED: Final = 0.65  # such a cue alone
CITED_LISTED: Final = 0.65  # a later item of a list that the cue opens

# Links
LINK: Final = 0.95  # the host says what lies there
LINK_BROKEN: Final = 0.8  # an address put together over a break
LINK_GUESSED: Final = 0.75  # the words around it say what lies there

# Review points
POINT: Final = 0.8  # a bullet under a heading that gives its polarity
POINT_PROSE: Final = 0.65  # a sentence of a paragraph
POINT_GUESSED: Final = 0.5  # polarity by words, not by section

# A language model
LANGUAGE_MODEL: Final = 0.7  # an item of an answer whose quote and names are in the document; not calibrated

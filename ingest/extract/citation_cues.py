"""The words that say what a cited work is to the paper: used, compared with, data, code. Compiled once.

Patterns run over the lower-case sentence before a citation; what they reach is decided in `ingest.extract.lineage`.
"""

from __future__ import annotations

import re

_ADVERB = r"(?:\w+ly |also |then |first |further |therefore |thus |hence |next |here |both |only |both )*"
_WE = rf"\b(?:we|this (?:paper|work|study)|our (?:\w+ ){{1,4}}?)\s?{_ADVERB}"

# Who does it is the paper itself: these count in every part of it.
OWN_USE = re.compile(
    rf"{_WE}(?:use|used|uses|employ|employs|employed|adopt|adopts|adopted|apply|applies|applied|utili[sz]es?"
    rf"|utili[sz]ed"
    r"|leverages?|leveraged|choose|chose|select|selected|follow|follows|followed|build|builds|built|base|based|extend"
    r"|extends|extended|implement|implements|implemented|train|trains|trained|fine-?tunes?|fine-?tuned|optimi[sz]es?"
    r"|optimi[sz]ed|initiali[sz]es?|initiali[sz]ed|instantiates?|instantiated|integrates?|integrated|incorporates?"
    r"|incorporated|borrows?|borrowed|replicates?|replicated|reuses?|reused|take|takes|took|relies|rely|relied"
    r"|adapt|adapts"
    r"|adapted|combine|combines|combined|equip|modify|modifies|modified|start from|is based|is built|are based"
    r"|are built"
    r"|draw|draws|run|perform|conduct|calculate|compute|estimate|measure|obtain|generate|sample|encode|extract"
    r"|parameteri[sz]e"
    r"|experiment|evaluate|evaluated|evaluates|test|tested|benchmark|validate|consider|assess|report"
    r"|investigate|study)\b"
)
OTHERS_USE = re.compile(
    r"\b(?:following|inspired by|employ(?:s|ed)?|uses?|adopts?|adopted|utili[sz]es?|leverages?"
    r"|same (?:[\w-]+ ){1,4}?(?:as|of|in|from)|similar(?:ly)? to|as (?:in|done in|proposed (?:in|by)"
    r"|described (?:in|by)"
    r"|suggested (?:in|by)|introduced (?:in|by)|used (?:in|by))|adapted from|adopted from|taken from"
    r"|borrowed from|provided by"
    r"|released by|obtained (?:from|by|with)|generated (?:by|with|using)|computed (?:with|using|by)"
    r"|measured (?:with|using|by)"
    r"|initiali[sz]ed (?:with|from|by)|pre-?trained (?:on|with|by)|fine-?tuned (?:on|with|from|using)"
    r"|trained (?:with|using|by|via|on)"
    r"|optimi[sz]ed (?:with|using|by|via)|parameteri[sz]ed (?:by|as|with)|implemented (?:in|with|using|on|by)"
    r"|built (?:up)?on"
    r"|building (?:up)?on|based (?:up)?on|(?:is|are|was|were) (?:then |also )?(?:used|adopted|employed|applied"
    r"|chosen|selected)"
    r"|using|with|via|by|from|use of|evaluated (?:on|with)|tested on|performed on|conducted on"
    r"|experiments (?:are |were )?(?:on|with)"
    r"|results on|performance on|on)\b"
)
COMPARE = re.compile(
    r"\bbaselines?\b|\bcompet(?:ing|itors?|itive methods)\b"
    r"|\b(?:compar(?:e[ds]?|ing|isons?)|benchmark(?:ed|ing)?)\b(?: [\w-]+){0,8}? (?:with|to|against|between"
    r"|include)\b"
    r"|\bcomparisons?\b|\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beat(?:s|ing)?)\b"
    r"|\b(?:superior to|better than|worse than|faster than|improve[sd]? (?:up)?on|improve(?:s|d|ments?)? over"
    r"|gains? over"
    r"|relative to|against|versus|vs\.?)\b|\bon par with\b|\bcomparable (?:to|with)\b"
    r"|\bstate-of-the-art (?:[\w-]+ ){0,3}?(?:methods|approaches|models)\b"
)
DATA = re.compile(
    r"\b(?:data ?sets?|benchmarks?|corpus|corpora|test ?sets?|test ?suites?|treebanks?|collections?"
    r"|environments?|simulator|tasks? from)\b"
)
CODE = re.compile(
    r"\b(?:code|codebase|code base|implementations?|(?:code|github|software) repositor(?:y|ies)|librar(?:y|ies)"
    r"|toolkits?|toolbox"
    r"|packages?|software|torchvision|pytorch(?: lightning)?|tensorflow|jax|flax|haiku|optax|scikit-learn"
    r"|sklearn|numpy|scipy"
    r"|hugging ?face(?: transformers)?|keras|vllm|deepspeed|megatron-lm|megatron|stable-baselines ?3?|opencv"
    r"|detectron2|mmdetection"
    r"|fairseq|gurobi|cplex|scip|spacy|nltk|timm|torchaudio|accelerate|xgboost library|optuna|ray"
    r"|wandb)(?: (?:of|from|by|in))?(?: [\w.-]+)?\W*$"
)
EVALUATED = re.compile(
    r"\b(?:evaluat\w*|experiment\w*|test(?:ed|s|ing)?|train(?:ed|ing)?|fine-?tun\w+|results?|performance"
    r"|validat\w*|benchmark(?:ed|s)?"
    r"|use|used|using|consider|conduct\w*|datasets?|data sets?|benchmarks|report|study|measured|assess\w*)\b"
)
# What breaks the reach of a cue: a new clause with a subject of its own.
BREAK = re.compile(
    r";\s|\.\s(?=[a-z])|,?\s(?:which|who|whereas|while|but|although|though|because|since|where|unlike"
    r"|instead of|rather than|in contrast)\s"
    r"|\b(?:differs?|different|differently|departs?|distinct) from\b"
    r"|\bthat (?:was|were|is|are|has|have|can|does|do)\b|,\s(?:and\s)?(?=(?:we|our|it|they|this|the (?:authors"
    r"|former|latter))\s)"
)
# Speaks of others: a cue of use in such a clause is theirs.
OTHERS = re.compile(
    r"\b(?:prior|previous|existing|recent|earlier|other|several|many|some|most|various"
    r"|numerous) (?:\w+ ){0,2}?(?:works?|methods|approaches"
    r"|studies|models|papers|techniques|efforts|researchers|authors|algorithms|literature)\b"
    r"|\bet al\.? (?!\W*$)|\bthey\b|\bhave (?:been|shown|also)\b"
    r"|\bhas (?:been|shown)\b|\bcommonly\b|\bwidely\b|\btypically\b|\btraditionally\b"
)
OURS = re.compile(r"\b(?:we|our|ours|us|this (?:paper|work|study))\b")
# Behind the citation: "we train an LSTM [20] as a baseline".
AS_BASELINE = re.compile(
    r"^[^.;]{0,60}?\bas (?:a |an |our |the |one |\w+ ){0,3}?(?:baselines?|reference|competitors?)\b"
    r"|^[^.,;]{0,25}\bbaselines?\b"
)
# "… experiments on the digits of [3]": what something is tried on.
TRIED_ON = re.compile(
    r"\b(?:evaluat\w+|experiment\w*|test(?:ed|s)?|conduct\w*|ablations?|ablation stud\w+|results|performance"
    r"|train(?:ed)?|validat\w+"
    r"|fine-?tun\w+|benchmark(?:ed|ing)?)\b[^,;:]{0,60}? on (?:(?:the|a|an|[\w.-]+) ){0,6}?[\w.-]* ?$"
)
# A cue between two items: the second is no further item of the first one's list.
FRESH = re.compile(
    r"\b(?:using|with|by|from|on|via|following|we|our|use[sd]?|against|compared?|is|are|was|were|which|that)\b"
)
# "FooNet [3] and BarNet [4] datasets", "the FooText [5] corpus": what the names are stands behind them.
DATA_BEHIND = re.compile(
    r"^(?:\s*,?\s*(?:and|or|&)?\s*[\w.-]+\s*\[[\d,\s]+\])*\s*,?\s*(?:data ?sets?|corpus|corpora|benchmarks?)\b"
)
# "outperforms all others on FooBench [6]": where it was compared, not with what.
BEATEN_ON = re.compile(
    r"\b(?:outperform|surpass|exceed|improv|compar|evaluat)\w*\b[^,;:]*\son (?:(?:the|a|an"
    r"|both) )?[\w.-]+(?: [\w.-]+){0,2} ?$"
)

"""The phrases that announce a name, and the role they give it.

A cue is a pattern over the lower-case sentence; the name begins where the pattern ends (`forward`) or ends where it
begins (`backward`). Order matters: the first cue that covers a name gives its role.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.vocabulary.extraction import MethodRole, NameType


@dataclass(frozen=True, slots=True)
class Cue:
    """One pattern. `listed`: a list of names may follow; `named`: only something that looks like a name counts."""

    pattern: re.Pattern[str]
    type: NameType | None
    role: MethodRole | None
    listed: bool = False
    named: bool = False
    backward: bool = False


def _cue(
    pattern: str,
    type: NameType | None,
    role: MethodRole | None,
    *,
    listed: bool = False,
    named: bool = False,
    backward: bool = False,
) -> Cue:
    return Cue(re.compile(pattern), type, role, listed, named, backward)


_M, _T, _D = NameType.METHOD, NameType.TASK, NameType.DATASET
_ADVERB = r"(?:\w+ly\s+|also\s+|then\s+|first\s+|further\s+|therefore\s+|thus\s+|hence\s+|next\s+|here\s+)?"
_WE = rf"\b(?:we|this (?:paper|work|study|article)|the authors|our work|our paper)\s+{_ADVERB}"

PROPOSE = _cue(
    rf"{_WE}(?:propose|introduce|present|develop|design|devise|proposes|introduces|presents|develops"
    rf"|describe)\s+",
    _M,
    MethodRole.PROPOSED,
)
CALLED = _cue(
    r"\b(?:called|named|dubbed|termed|coined|which we call|which we term|we call (?:it|this|our \w+|the \w+"
    r"|the \w+ \w+)"
    r"|referred to as|we refer to (?:it|this|our \w+) as|denoted as|abbreviated as)\s+",
    _M,
    MethodRole.PROPOSED,
    named=True,
)
OURS = _cue(
    r"\bour\s+(?:(?:proposed|new|novel|full|final|approach|method|model|framework|system|algorithm)[\s,]+)*(?=\S)"
    r"|\bthe proposed\s+(?:(?:approach|method|model|framework|system|algorithm)[\s,]+)*(?=\S)",
    _M,
    MethodRole.PROPOSED,
    named=True,
)
FORWARD: tuple[Cue, ...] = (
    PROPOSE,
    CALLED,
    OURS,
    _cue(
        rf"{_WE}(?:study|studies|studied|investigate|investigates|investigated|examine|examines|examined"
        rf"|analy[sz]ed?|evaluate|evaluated|tests?|tested|revisit|revisits|ask)\s+"
        r"(?:whether\s+|how\s+|if\s+|when\s+|the (?:effects?|impact|influence|role|use|benefits?) of\s+|what\s+)*"
        r"(?:adding\s+|using\s+|applying\s+)?",
        None, MethodRole.USED, listed=True),
    _cue(
        rf"{_WE}(?:compare|compared|compares)\s+", None, MethodRole.USED, listed=True
    ),
    _cue(
        r"\b(?:compar(?:e[ds]?|ison|isons|ing|able))\s+(?:[\w-]+\s+){0,5}?(?:with|to|against)\s+(?:the\s+)?"
        r"(?:(?:following|existing|several|strong|various|previous|recent|other|prior|popular|two|three|four"
        r"|five|six)\s+)*"
        r"(?:(?:baselines?|methods?|approaches|models?|works?|state-of-the-art)\s*(?:such as|including|like|:|,"
        r"|namely)?\s+)*",
        _M, MethodRole.BASELINE, listed=True),
    _cue(
        r"\bbaselines?(?: \w+)?\s*(?:such as|including|include|includes|are|is|like|:|,)\s+",
        _M, MethodRole.BASELINE, listed=True),
    _cue(
        r"\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beats?|beating|superior to"
        r"|better than|worse than"
        r"|improve[sd]? (?:up)?on|improvements? over|gains? over|instead of|rather than|relative to"
        r"|in contrast to|as opposed to)\s+"
        r"(?:(?:prior|previous|existing|recent|strong|all|both|several|other|state-of-the-art|sota|competing)\s+)*"
        r"(?:(?:methods?|approaches|baselines?|models?|works?)\s*(?:such as|including|like|,)\s+)?",
        _M, MethodRole.BASELINE, listed=True),
    _cue(
        rf"{_WE}(?:use|used|employ|employed|adopt|adopted|apply|applied|utili[sz]ed?|leverage|leveraged|choose"
        rf"|chose|select|selected|train|trained|fine-?tuned?|optimi[sz]ed?|implement|implemented|add|added"
        rf"|combine|combined|set|regulari[sz]ed?)\s+"
        r"(?:(?:the|a|an)\s+)?", None, MethodRole.USED, listed=True),
    _cue(
        r"\b(?:trained|optimi[sz]ed|fine-?tuned|regulari[sz]ed|initiali[sz]ed|training"
        r"|learned)\s+(?:[\w-]+\s+){0,2}?(?:with|using|by|via|under)\s+",
        _M, MethodRole.USED, listed=True),
    _cue(
        r"\b(?:is|are|was|were)\s+(?:then\s+)?(?:trained|optimi[sz]ed|used|applied|added)\s+(?:with|using|by"
        r"|as)\s+", _M, MethodRole.USED, listed=True),
    _cue(
        r"\b(?:effects?|impact|influence|benefits?|role|use|effectiveness|application"
        r"|addition) of\s+(?:adding\s+|using\s+)?", _M, MethodRole.USED, listed=True),
    _cue(
        r"\b(?:consists? of|composed of|compris(?:es|ing)|combin(?:es|ing)|combination of|builds? (?:on|upon)"
        r"|built (?:on|upon)"
        r"|based (?:on|upon)|extends?|equipped with|incorporat(?:es|ing|e)|integrat(?:es|ing|e))\s+",
        _M, MethodRole.COMPONENT, listed=True),
    _cue(
        r"\b(?:train(?:ed|ing)?|evaluat(?:e|ed|es|ion|ions|ing)|test(?:ed|ing|s)?|experiments?|results?"
        r"|fine-?tun(?:e|ed|ing)"
        r"|validat(?:e|ed|ion)|conducted|performance|reported?|accuracy|achieves?|pre-?train(?:ed|ing)?"
        r"|benchmark(?:ed)?)\s+"
        r"(?:[\w'-]+\s+){0,5}?on\s+(?:(?:the|both|two|three|four|five|six|several|multiple|all|popular|standard"
        r"|widely|used|public|real-world|large-scale|challenging|common|well-known|established)\s+)*"
        r"(?:(?:benchmark\s+)?(?:data ?sets?|datasets|benchmarks|corpora|tasks)\s*(?:such as|including|like|:|,"
        r"|namely)\s+)?",
        _D, None, listed=True),
    _cue(
        r"\b(?:data ?sets?|benchmarks|corpora)\s*(?:such as|including|include|are|like|:|,? namely"
        r"|,? i\.e\.,?)\s+", _D, None, listed=True),
    _cue(r"\b(?:the )?(?:tasks?|problems?) of\s+", _T, None, listed=True),
    _cue(r"\btasks\s*(?:such as|including|include|like|:|,? namely)\s+", _T, None, listed=True),
    _cue(
        r"\b(?:methods|models|approaches|architectures|techniques|algorithms|networks|optimi[sz]ers|baselines"
        r"|llms)\s*,?\s*(?:such as|including|like|e\.g\.,?)\s+", _M, MethodRole.MENTIONED, listed=True),
)  # fmt: skip
BACKWARD: tuple[Cue, ...] = (
    _cue(r"\b(?:data ?sets?|corpus|corpora|benchmarks?|treebank)\b", _D, None, backward=True),
    _cue(r"\btasks?\b", _T, None, backward=True),
    _cue(
        r"\b(?:(?:significantly|consistently|substantially|clearly|further|also)\s+)?(?:outperforms?"
        r"|outperformed|surpass(?:es|ed)|achieves?|achieved|improves?|improved|exceeds|reduces?|reduced)\b",
        _M, None, named=True, backward=True),
)  # fmt: skip
ANY = re.compile(
    r"propos|introduc|present|develop|design|devise|describe|call|name|dub|term|coin|refer|denot|abbrev|\bour\b"
    r"|stud|investigat|examin"
    r"|analy|evaluat|test|revisit|\bask|compar|baseline|outperform|surpass|exceed|beat|superior|better|worse"
    r"|improve|gain|instead"
    r"|rather|relative|contrast|opposed|\bus(?:e|ed)\b|employ|adopt|appl|utili|leverag|choos|chose|select|train"
    r"|tun|optimi|implement"
    r"|add|combin|regulari|initiali|effect|impact|influence|benefit|role|consist|compos|compris|buil|based"
    r"|extend|equipped"
    r"|incorporat|integrat|experiment|result|validat|conduct|performance|report|accuracy|achiev|data|corp"
    r"|benchmark|treebank|task"
    r"|problem|such as|includ|like|e\.g|reduc"
)

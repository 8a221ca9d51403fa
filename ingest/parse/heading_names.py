"""The names that papers of this field give their sections, compared as letters and digits, case-folded."""

from __future__ import annotations

from ingest.parse.text_normalisation import letters_and_digits


def _names(listed: str) -> frozenset[str]:
    return frozenset(letters_and_digits(name) for name in listed.split("|"))


ABSTRACT = _names("Abstract|Summary|Abstract and Keywords|Synopsis")
REFERENCES = _names(
    "References|Reference|Bibliography|Literature Cited|References and Notes|Works Cited|Cited References"
)
APPENDIX_STARTS = (
    "appendi",
    "supplement",
    "checklist",
    "paperchecklist",
    "neuripschecklist",
    "neuripspaperchecklist",
    "reproducibilitychecklist",
)

# What can only be a heading: "Model" may head a table's column as well, "Related Work" may not.
ONLY_HEADINGS = (
    ABSTRACT
    | REFERENCES
    | _names(
        "Introduction|Background|Related Work|Related Works|Discussion|Limitations|Conclusion|Conclusions|"
        "Conclusion and Future Work|Conclusions and Future Work|Concluding Remarks|Future Work|"
        "Acknowledgements|Acknowledgments|Acknowledgement|Acknowledgment|Acknowledgments and Disclosure of Funding|"
        "Broader Impact|Broader Impacts|Ethics Statement|Reproducibility Statement|Author Contributions|"
        "Competing Interests|Data Availability|Appendix|Appendices|Supplementary Material|Checklist|"
        "NeurIPS Paper Checklist"
    )
)
# Names that also occur below the top: their level cannot be told.
_ANY_LEVEL = _names(
    "Setup|Baselines|Datasets|Dataset|Data|Training|Training Details|Implementation Details|Evaluation Metrics|"
    "Notation|Main Results|Error Analysis|Ablation|Ablation Study|Ablation Studies|Motivation|Problem Statement|"
    "Algorithm"
)
TOP_LEVEL = ONLY_HEADINGS | _names(
    "Previous Work|Prior Work|Preliminaries|Overview|Problem Formulation|Method|Methods|Methodology|Approach|"
    "Our Approach|Model|Models|Our Model|The Model|Architecture|Model Architecture|Proposed Method|Theory|"
    "Materials and Methods|Experiment|Experiments|Experimental Setup|Experimental Settings|Experimental Results|"
    "Experiments and Results|Implementation|Evaluation|Results|Results and Discussion|Analysis|Discussions|Limitation|"
    "Ethical Considerations|Contributions|Conflict of Interest|Funding|Code Availability|Keywords|Index Terms"
)
KNOWN_NAMES = TOP_LEVEL | _ANY_LEVEL

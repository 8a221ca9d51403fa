"""From names to groups: which names meet, what the rules say of each pair, and which of them form a group.

A function of the set of names alone. `forms_of` says under which values a name is found and `sought_by` under which it
looks for others; a store keeps the first in indexes, so that the names that may be one with a given one are found
without reading the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ingest.resolve.cluster import Pair, components, groups_of, pair_of
from ingest.resolve.listed import listed_forms
from ingest.resolve.name import Name
from ingest.resolve.rules import Decision, decide, told_apart

Form = tuple[str, str]


def forms_of(name: Name) -> Iterator[Form]:
    """Iterate over (field, value) under which *name* is found."""
    yield "squash", name.squash
    yield "core", name.core.form
    for band, value in enumerate(name.bands):
        yield f"grams{band}", value


def sought_by(name: Name) -> Iterator[Form]:
    """Iterate over (field, value) under which names may stand that are one with *name*."""
    yield from forms_of(name)
    for value in sorted(name.stands_for | listed_forms(name.label, name.normal)):
        yield "squash", value


def decisions(names: Mapping[str, Name]) -> dict[Pair, Decision]:
    """Return what the rules decide about each pair of *names* that meet."""
    names = with_shared_definitions(names)
    standing: dict[Form, list[str]] = defaultdict(list)
    for key in sorted(names):
        if names[key].is_live:
            for form in forms_of(names[key]):
                standing[form].append(key)
    found: dict[Pair, Decision] = {}
    for key in sorted(names):
        if not names[key].is_live:
            continue
        for form in sought_by(names[key]):
            for other in standing.get(form, ()):
                pair = pair_of(key, other)
                if other != key and pair not in found and (decision := decide(names[pair[0]], names[pair[1]])):
                    found[pair] = decision
    return found


def grouped(names: Mapping[str, Name], pairs: Mapping[Pair, Decision], apart: Iterable[Pair]) -> list[list[str]]:
    """Return the groups that *pairs* make, where neither people nor the names themselves keep them apart.

    What people joined is not questioned by the names.
    """
    joined = {pair for pair, decision in pairs.items() if not decision.by.startswith("rules/")}
    foes = set(apart)
    for component in components(names, pairs):
        if len(component) > 2:
            foes.update(_foes(names, component, joined))
    return groups_of(names, pairs, sorted(foes))


def _foes(names: Mapping[str, Name], component: list[str], joined: set[Pair]) -> Iterator[Pair]:
    telling = [key for key in component if names[key].numbers or names[key].variant.added]
    for one in telling:
        for other in component:
            pair = pair_of(one, other)
            if one == other or pair in joined or names[one].squash == names[other].squash:
                continue
            if told_apart(names[one], names[other]):
                yield pair


def with_shared_definitions(names: Mapping[str, Name]) -> dict[str, Name]:
    """Return the names, each with what any spelling of it is defined to stand for: DNN and DNNs are one short form.

    So the definitions of one spelling cannot join what those of another one keep apart.
    """
    long: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names.values():
        long[name.squash].update(name.long)
    return {key: replace(name, long=long[name.squash]) for key, name in names.items()}

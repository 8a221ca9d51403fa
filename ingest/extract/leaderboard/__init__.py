"""Leaderboards: which (task, dataset, metric, value) a paper reports, and which named things its results are about.

`read_entries` resolves the tables of a paper to a list of names that the caller gives; `salient_clusters` needs no
list. Both run on numpy alone, with the component `leaderboard` of `ingest.extract.weights`; `train_leaderboard` makes
that component.
"""

from ingest.extract.train.batches import batch, interleaved, stretches, whole


def test_an_epoch_holds_every_window_once(documents):
    """Cutting documents into stretches loses nothing and repeats nothing."""
    ncg = [each for each in documents if each.document.source == "ncg"]
    parts = [(id(doc), window) for each in stretches(ncg, 1, 0, pieces=60) for doc, window in each.parts]
    assert sorted(parts) == sorted((id(doc), n) for doc in ncg for n in range(len(doc.windows)))


def test_the_order_is_a_function_of_seed_and_epoch(documents):
    """A resumed training sees what an uninterrupted one would have seen."""
    tdmsci = [each for each in documents if each.document.source == "tdmsci"]

    def order(seed, epoch):
        found = interleaved([stretches(tdmsci, seed, epoch, pieces=60)] * 2, seed, epoch)
        return [[doc.document.key for doc, _ in each.parts] for each in found]

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(2, 0)


def test_padding_hides_nothing(documents):
    """Every sentence of a stretch has its place, and its pieces stand there."""
    document = next(each for each in documents if each.document.source == "ncg")
    (stretch,) = whole(document)
    found = batch(stretch)
    places = {
        sentence: (padded, row, first, last) for padded in found.padded for sentence, row, first, last in padded.places
    }
    assert list(range(len(document.tokens))) == sorted(places)
    for sentence, (padded, row, first, last) in places.items():
        assert list(document.tokens[sentence].ids) == padded.ids[row, first:last].tolist()
        assert padded.mask[row, first:last].all()

"""near_texts.py datasketch|rensa|rensa-rho|gaoya FILE OUT: drops near duplicates among texts.

Word 5-grams, 112 permutations in 14 bands of 8; reads {"id", "text"} lines and writes those that
stay. Two workers where the library has any, or where a pool of processes does it.
"""

import json
import multiprocessing
import sys

THRESHOLD, PERMUTATIONS, BANDS = 0.8, 112, 14


def shingles(text):
    words = text.lower().split()
    return [" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))]


def read(path):
    with open(path) as file:
        for line in file:
            yield json.loads(line)


def sketch(texts):
    from datasketch import MinHash

    sets = ([gram.encode() for gram in shingles(text)] for text in texts)
    return MinHash.bulk(sets, num_perm=PERMUTATIONS)


def batches(records, size=1000):
    batch = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def with_datasketch(path):
    from datasketch import MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, PERMUTATIONS // BANDS))
    sketches = {}
    groups = list(batches(read(path)))
    with multiprocessing.Pool(2) as pool:
        texts = [[record["text"] for record in group] for group in groups]
        for group, made in zip(groups, pool.imap(sketch, texts)):
            for record, one in zip(group, made):
                near = index.query(one)
                if any(sketches[other].jaccard(one) >= THRESHOLD for other in near):
                    continue
                index.insert(record["id"], one, check_duplication=False)
                sketches[record["id"]] = one
                yield record


def with_rensa(path):
    from rensa import RMinHashDeduplicator

    seen = RMinHashDeduplicator(
        threshold=THRESHOLD, num_perm=PERMUTATIONS, use_lsh=True, num_bands=BANDS)
    for group in batches(read(path)):
        kept = seen.add_pairs([(str(record["id"]), shingles(record["text"])) for record in group])
        yield from (record for record, keep in zip(group, kept) if keep)


def with_rensa_rho(path):
    from rensa import RMinHash, RMinHashLSH

    records = list(read(path))
    matrix = RMinHash.digest_matrix_from_token_sets_rho(
        (shingles(record["text"]) for record in records), num_perm=PERMUTATIONS, seed=42)
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=BANDS)
    flags = index.query_duplicate_flags_matrix_one_shot(matrix)
    # A flag says that there is another one: which of them stays is left to the caller.
    yield from (record for record, flag in zip(records, flags) if not flag)


def with_gaoya(path):
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=THRESHOLD, num_bands=BANDS,
        band_size=PERMUTATIONS // BANDS, num_hashes=PERMUTATIONS, analyzer="word",
        lowercase=True, ngram_range=(5, 5))
    records = list(read(path))
    for group in batches(records):
        index.par_bulk_insert_docs(
            [record["id"] for record in group], [record["text"] for record in group])
    for group in batches(records):
        for record, near in zip(group, index.par_bulk_query([record["text"] for record in group])):
            if min(near) >= record["id"]:
                yield record


kind, path, out = sys.argv[1:]
make = {
    "datasketch": with_datasketch,
    "rensa": with_rensa,
    "rensa-rho": with_rensa_rho,
    "gaoya": with_gaoya,
}[kind]
count = 0
with open(out, "w") as file:
    for record in make(path):
        count += 1
        file.write(json.dumps(record) + "\n")
print(count)

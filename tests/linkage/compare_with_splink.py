#!/usr/bin/env python3
"""compare_with_splink.py KLAIM [REGISTERS.tsv]: how good `klaim link` is on registers whose truth is known, and Splink beside it.

REGISTERS.tsv (tests/linkage/registers.tsv without) has the columns person, name, birth_date, national_id, phone, village, address; `person` is
the truth, used for scoring alone. Splink is no part of the project: where Python has it (`pip install splink`), it is configured plainly and fairly
(names cleaned, term frequencies, the threshold that the truth says is best, which flatters it); elsewhere its line is left out.
"""
import csv, re, subprocess, sys, tempfile
from collections import Counter
from pathlib import Path

FIELDS = ["name", "birth_date", "national_id", "phone", "locality", "address"]


def pairs(counts):
    return sum(n * (n - 1) // 2 for n in counts.values())


def quality(cluster, truth):
    both, found, wanted = Counter(zip(cluster, truth)), Counter(cluster), Counter(truth)
    right = pairs(both)
    precision, recall = right / pairs(found), right / pairs(wanted)
    return precision, recall, 2 * precision * recall / (precision + recall)


def klaim(program, persons, truth):
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: str(Path(folder) / f"{name}.csv") for name in ("persons", "clusters", "pairs")}
        with open(paths["persons"], "w", newline="") as file:
            csv.writer(file).writerows([["record_id", *FIELDS], *([i, *row] for i, row in enumerate(persons))])
        subprocess.run([program, "link", "--csv", paths["persons"], "--out", paths["clusters"], "--pairs", paths["pairs"]], check=True, capture_output=True)
        cluster = [row["cluster_id"] for row in sorted(csv.DictReader(open(paths["clusters"])), key=lambda row: int(row["record_id"]))]
        zones = {"link": [], "review": []}
        for row in csv.DictReader(open(paths["pairs"])):
            zones[row["zone"]].append(truth[int(row["record_id"])] == truth[int(row["other_record_id"])])
    precision, recall, f1 = quality(cluster, truth)
    print(f"klaim   precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}; sure {len(zones['link'])}, of which wrong {zones['link'].count(False)}; to review {len(zones['review'])}, of which one person {zones['review'].count(True)}")


def splink(persons, truth):
    try:
        import duckdb, pandas
        import splink
        import splink.comparison_level_library as levels
        import splink.comparison_library as comparisons
    except ImportError:
        return print("splink  isn't installed")
    titles = {"h", "hj", "bpk", "bp", "pak", "ibu", "bu", "sdr", "sdri", "ny", "mbak"}

    def clean(name):
        words = re.sub(r"[^a-z ]", " ", name.lower()).split()
        while len(words) > 1 and words[0] in titles:
            words = words[1:]
        for of in ("bin", "binti"):
            if of in words[1:]:
                words = words[: words.index(of)]
        return " ".join(words)

    table = pandas.DataFrame(persons, columns=FIELDS)
    table["name"] = table["name"].map(clean)
    table.insert(0, "record_id", range(len(table)))
    table = table.replace("", None)
    year = lambda side: f"try_cast(substr(birth_date_{side},1,4) as integer)"
    birth_date = comparisons.CustomComparison(output_column_name="birth_date", comparison_levels=[
        levels.NullLevel("birth_date"),
        levels.CustomLevel("birth_date_l = birth_date_r and length(birth_date_l) = 10", "whole date"),
        levels.CustomLevel("length(birth_date_l) = 10 and length(birth_date_r) = 10 and damerau_levenshtein(birth_date_l, birth_date_r) <= 1", "one error"),
        levels.CustomLevel("substr(birth_date_l,1,4) = substr(birth_date_r,1,4)", "year"),
        levels.CustomLevel(f"abs({year('l')} - {year('r')}) <= 1", "a year"),
        levels.CustomLevel(f"abs({year('l')} - {year('r')}) <= 5", "five years"),
        levels.ElseLevel()])
    block = splink.block_on
    settings = splink.SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="record_id",
        comparisons=[
            comparisons.JaroWinklerAtThresholds("name", [0.94, 0.88, 0.80]).configure(term_frequency_adjustments=True), birth_date,
            comparisons.LevenshteinAtThresholds("national_id", [1, 2]),
            comparisons.ExactMatch("locality").configure(term_frequency_adjustments=True),
            comparisons.ExactMatch("phone").configure(term_frequency_adjustments=True)],
        blocking_rules_to_generate_predictions=[block("national_id"), block("phone"), block("name"), block("birth_date", "substr(name,1,3)"), block("locality", "substr(name,1,4)")])
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    database = splink.DuckDBAPI(connection=connection)
    linker = splink.Linker(database.register(table), settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match([block("national_id"), block("name", "birth_date"), block("name", "phone")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=3e6, seed=1)
    for rule in (block("name", "locality"), block("national_id"), block("birth_date")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict().as_pandas_dataframe().sort_values("match_weight", ascending=False, kind="stable").reset_index(drop=True)
    found["right"] = [truth[a] == truth[b] for a, b in zip(found.record_id_l, found.record_id_r)]
    right, true = found.right.cumsum(), pairs(Counter(truth))
    f1 = 2 * right / (found.index + 1 + true)
    best = f1[found.match_weight != found.match_weight.shift(-1)].idxmax()
    sure = found[found.match_probability >= 0.995]
    print(f"splink  precision {right[best] / (best + 1):.3f}  recall {right[best] / true:.3f}  F1 {f1[best]:.3f} at its best threshold; sure (0.995) {len(sure)}, of which wrong {(~sure.right).sum()}")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    rows = list(csv.reader(open(sys.argv[2] if len(sys.argv) == 3 else Path(__file__).with_name("registers.tsv")), delimiter="\t"))[1:]
    truth, persons = [row[0] for row in rows], [row[1:] for row in rows]
    print(f"{len(rows)} records of {len(set(truth))} persons, {pairs(Counter(truth))} pairs of one person")
    klaim(sys.argv[1], persons, truth)
    splink(persons, truth)


main()

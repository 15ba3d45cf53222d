from collections import Counter

from features import ROOT, numbers_proved, requirements, rows, files_with_tests, names_in


def test_each_requirement_stands_once() -> None:
    """The page of features names each requirement exactly once, and nothing else."""
    named = Counter(number for row in rows() for number in row.numbers)
    assert named == Counter(requirements())


def test_claims_are_proved() -> None:
    """A row that is done, or done in part, names files with a test for each of its numbers."""
    proved = numbers_proved()
    wrong = []
    for row in rows():
        if row.status not in ("done", "part"):
            continue
        for number in row.numbers:
            if not any(number in proved.get(file, set()) for file in row.proof):
                wrong.append(f"line {row.line}: no test named in the row begins with {number}")
        wrong += [f"line {row.line}: {file} has no test of this row" for file in row.proof if not proved.get(file, set()) & set(row.numbers)]
        if not row.place:
            wrong.append(f"line {row.line}: does not say where it lives")
    assert wrong == []


def test_gaps_are_told() -> None:
    """A row says what is missing, unless it is done."""
    wrong = []
    for row in rows():
        if row.status not in ("done", "part", "not yet"):
            wrong.append(f"line {row.line}: unknown status {row.status}")
        elif (row.status == "done") == bool(row.missing):
            wrong.append(f"line {row.line}: {row.status}, but missing is {row.missing or 'empty'}")
    assert wrong == []


def test_places_exist() -> None:
    """Every path that the page of features names is there."""
    named = [(row.line, path) for row in rows() for path in row.place.replace(",", " ").replace("`", "").split() if "/" in path]
    assert [f"line {line}: {path}" for line, path in named if not (ROOT / path).exists()] == []


def test_no_test_claims_a_number_that_does_not_exist() -> None:
    """A test's name begins with a requirement that there is."""
    known = set(requirements())
    wrong = {file: sorted(numbers - known) for file, numbers in numbers_proved().items() if numbers - known}
    assert wrong == {}


def test_every_test_says_what_it_shows() -> None:
    """No test in Python is without a sentence."""
    wordless = [str(path.relative_to(ROOT)) for path in files_with_tests() if path.suffix == ".py" and "" in names_in(path)]
    assert wordless == []

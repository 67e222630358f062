"""`kit paper` and `kit typed`, as somebody types them."""

import json

import pytest
from click.testing import CliRunner, Result

from kit.authoring.paper import sheet
from kit.cli import commands
from kit.model import typed
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, load_key, open_text, read_annotations, save_annotations
from kit.page.answer import AnswerFile

KOREA = load_article("north-korea-2024")
KEY = load_key(KOREA.id)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "mine.txt").write_text("The mayor may resign, sources said. The vote is in May.", "utf-8")
    (tmp_path / "key.txt").write_text("The mayor [may|modal: Only possible.] resign, [sources|vague] said. "
                                      "The vote is in May.", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments), prog_name="kit")


def type_in(folder, lines: str, *more: str, article: str = KOREA.id) -> Result:
    (folder / "class-7b.txt").write_text(lines, "utf-8")
    return run("typed", article, "class-7b.txt", *more)


# kit paper


def test_a_sheet_has_the_kits_own_key_below_the_fold_line(folder):
    done = run("paper", KOREA.id)
    assert done.stdout == ("Wrote north-korea-2024-cues-4-paper.html, with the key below the fold line. "
                           "Open it in a browser and print it.\n")
    made = (folder / "north-korea-2024-cues-4-paper.html").read_text("utf-8")
    assert made == sheet(KOREA, "cues-4", key=KEY)


def test_a_sheet_without_key_and_one_with_a_key_of_ones_own(folder):
    assert "without a key" in run("paper", KOREA.id, "--key", "none", "--out", "a.html").stdout
    assert (folder / "a.html").read_text("utf-8") == sheet(KOREA, "cues-4")
    assert "without a key" in run("paper", "mine.txt").stdout  # the kit has none
    assert "with the key" in run("paper", "mine.txt", "--key", "key.txt", "--scheme", "cues", "--size", "20").stdout
    made = (folder / "mine-cues-paper.html").read_text("utf-8")
    assert "Only possible." in made and "--kit-points: 20pt" in made


def test_the_claims_to_trace_are_on_the_sheet_with_the_key_without_it_and_from_an_exercise(folder):
    rumour, strait = load_article("transfer-rumour"), load_article("strait-collision")
    run("paper", rumour.id, "--scheme", "sources", "--out", "a.html")
    run("paper", rumour.id, "--scheme", "sources", "--key", "none", "--out", "b.html")
    assert "without a key" in run("paper", strait.id, "--scheme", "sources", "--out", "c.html").stdout
    made = [(folder / name).read_text("utf-8") for name in ("a.html", "b.html", "c.html")]
    assert [page.count('class="claim"') for page in made] == [10, 10, 8]
    assert ['class="key"' in page for page in made] == [True, False, False]
    (folder / "strait-collision.txt").write_text("It may rain. It is said to.", "utf-8")
    run("paper", "strait-collision.txt", "--scheme", "sources", "--out", "d.html")
    assert "Choose three sentences" in (folder / "d.html").read_text("utf-8")


def test_a_key_of_claims_of_ones_own_says_which_are_asked(folder):
    article = open_text("mine.txt")
    _, last = article.sentences
    item = {"start": last.start, "end": last.end, "label": "rung-0", "quote": article.quote(last), "tier": "core",
            "note": "Nobody says so. Who knows?"}
    (folder / "claims.json").write_text(json.dumps({
        "format": "kit/key/1", "article": article.id, "fingerprint": article.fingerprint, "scheme": "sources",
        "annotator": "key", "spans": [item], "look_alikes": []}), "utf-8")
    done = run("paper", "mine.txt", "--scheme", "sources", "--key", "claims.json")
    assert "with the key" in done.stdout, done.stderr
    made = (folder / "mine-sources-paper.html").read_text("utf-8")
    assert made.index(">Claim 1<") > made.index('data-number="6">said') and made.count('class="claim"') == 1


def test_a_text_that_is_only_called_like_one_of_the_kit_gets_no_key(folder):
    (folder / "north-korea-2024.txt").write_text("It may rain.", "utf-8")
    assert "without a key" in run("paper", "north-korea-2024.txt").stdout


def test_a_sheet_that_somebody_changed_is_not_written_over(folder):
    sheet_file = folder / "north-korea-2024-roles-3-paper.html"
    assert run("paper", KOREA.id, "--scheme", "roles-3").exit_code == 0
    assert run("paper", KOREA.id, "--scheme", "roles-3").exit_code == 0  # the same sheet
    sheet_file.write_text("mine", "utf-8")
    again = run("paper", KOREA.id, "--scheme", "roles-3")
    assert (again.exit_code, sheet_file.read_text("utf-8")) == (1, "mine")
    assert "such a file already" in again.stderr and "--force" in again.stderr
    assert run("paper", KOREA.id, "--scheme", "roles-3", "--force").exit_code == 0
    assert sheet_file.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(("arguments", "told"), [
    (["no-such-text"], "There is no file 'no-such-text'"),
    ([KOREA.id, "--key", "gone.txt"], "gone.txt: there is no such file"),
    (["mine.txt", "--key", "key.txt", "--scheme", "roles"], "cannot be read as 'roles'"),
    ([KOREA.id, "--key", "key.txt"], "its text is not that of"),
])
def test_what_cannot_be_printed_is_told_and_nothing_is_written(folder, arguments, told):
    done = run("paper", *arguments)
    assert done.exit_code == 1 and told in done.stderr
    assert not list(folder.glob("*.html"))


def test_an_answer_is_no_key(folder):
    article = open_text("mine.txt")
    save_annotations(AnnotationSet.on(article, "cues", "student"), article, "answer.json")
    done = run("paper", "mine.txt", "--key", "answer.json")
    assert done.exit_code == 1 and "Choose the key." in done.stderr


# kit typed


def test_a_class_on_paper_becomes_answers_and_counts(folder):
    all_of_it = typed.write(KOREA, KEY.in_scheme("cues-4")).replace("= key", "= b9")
    done = type_in(folder, f"= b7\n5: reportedly S\n17: might W\n8: growing M\n= b8\n5: reportedly\n{all_of_it}")
    assert done.stdout.splitlines() == [
        "b7: 3 marks; found 2, loose 0, missed 14, extra 1, right label 1 of 2. Wrote answers/b7/north-korea-2024-cues-4.json",
        "b8: 1 mark; found 1, loose 0, missed 15, extra 0; labels are not scored, as none is typed in line 6. "
        "Wrote answers/b8/north-korea-2024-cues-1.json",
        "b9: 23 marks; found 16, loose 0, missed 0, extra 0, right label 16 of 16. Wrote answers/b9/north-korea-2024-cues-4.json",
    ]


def test_the_answers_are_where_the_pen_looks_for_them(folder):
    type_in(folder, "3: sources W\n= student\n5: reportedly S\n= b8\n17: might M\n")
    for code, words in {"class-7b": "sources", "student": "reportedly", "b8": "might"}.items():
        file = AnswerFile(KOREA, "cues-4", folder / "answers" / "north-korea-2024-cues-4.json")
        file.open(code)
        assert [KOREA.quote(span) for span in file.answer.spans] == [words]
        assert (file.answer.annotator, file.answer.stage, file.answer.first_pass) == (code, "mark", None)


def test_typed_answers_are_scored_like_any_other(folder):
    type_in(folder, "= b8\n5: reportedly\n17: might\n")
    shown = run("score", KOREA.id, "answers/b8/north-korea-2024-cues-1.json", "cues").stdout
    assert "found                        2" in shown and "label" not in shown.split("\n", 1)[1]
    fields = run("score", KOREA.id, "answers/b8/north-korea-2024-cues-1.json", "cues", "--json").stdout
    assert '"found": 2' in fields and "label" not in fields


def test_roles_are_typed_sentence_by_sentence(folder):
    done = type_in(folder, "= b7\n1: C\n2. claim\n9 background\n4: B\n", "--scheme", "roles-3", "--out", "marks")
    assert done.stdout == "b7: 4 marks; right 3, other 1, blank 29. Wrote marks/b7/north-korea-2024-roles-3.json\n"
    saved = read_annotations(folder / "marks" / "b7" / "north-korea-2024-roles-3.json")
    assert [span.label for span in saved.spans] == ["claim", "claim", "background", "background"]


def test_claims_are_typed_with_their_rung_and_who_says_so(folder):
    done = type_in(folder, "1: 1, sources\n2: 0\n", "--scheme", "sources", article="mine.txt")
    assert done.stdout.startswith("class-7b: 3 marks. Wrote answers/class-7b/mine-sources.json\n")
    claim, source, nobody = read_annotations(folder / "answers" / "class-7b" / "mine-sources.json").spans
    assert (claim.label, source.label, nobody.label) == ("rung-1", "source", "rung-0")
    assert [(end.extent, end.label) for end in claim.joined] == [(source.extent, "source")]


def test_claims_may_be_typed_by_their_number_on_the_sheet(folder):
    lines = "= b7\nc1: 2, a person close to her agent\nClaim 2: 2, 2#10-15\nC8. 0\n"
    done = type_in(folder, lines, "--scheme", "sources", article="transfer-rumour")
    assert done.exit_code == 0, done.stderr
    by_number = read_annotations(folder / "answers" / "b7" / "transfer-rumour-sources.json")
    same = "= b7\n2: 2, a person close to her agent\n3: 2, 2#10-15\n18: 0\n"
    (other,) = typed.parse(same, load_article("transfer-rumour"), "sources")
    assert by_number == other.marks and len(by_number.spans) == 4
    assert type_in(folder, "c8: 0\n", "--scheme", "sources", article="strait-collision").exit_code == 0


def test_without_a_key_the_marks_are_counted(folder):
    done = type_in(folder, "1: may M, sources W\n", article="mine.txt")
    assert done.stdout.splitlines() == [
        "class-7b: 2 marks. Wrote answers/class-7b/mine-cues-4.json",
        "The kit has no key for 'mine' in 'cues-4': kit score compares with one of yours."]
    assert "found                        2" in run("score", "mine.txt", "answers/class-7b/mine-cues-4.json", "key.txt").stdout


def test_one_wrong_line_and_nothing_is_written(folder):
    done = type_in(folder, "= b7\n5: reportedly S\n= b8\n5: migth M\n99: may\n")
    assert done.exit_code == 1 and not (folder / "answers").exists()
    assert done.stderr.startswith("Error: class-7b.txt: 2 lines cannot be read.\n    line 4: 'migth M' is not in sentence 5.")
    assert "\n    line 5: there is no sentence 99; the last one is 33." in done.stderr


def test_answers_that_are_there_are_not_written_over(folder):
    type_in(folder, "= b7\n5: reportedly S\n")
    file = folder / "answers" / "b7" / "north-korea-2024-cues-4.json"
    before = file.read_bytes()
    assert type_in(folder, "= b7\n5: reportedly S\n").exit_code == 0  # the same answer
    done = type_in(folder, "= a1\n17: might M\n= b7\n17: might M\n")
    assert done.exit_code == 1 and "--force" in done.stderr
    assert file.read_bytes() == before and not (folder / "answers" / "a1").exists()
    assert type_in(folder, "= a1\n17: might M\n= b7\n17: might M\n", "--force").exit_code == 0
    assert [KOREA.quote(span) for span in read_annotations(file).spans] == ["might"]

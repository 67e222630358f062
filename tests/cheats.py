"""Students who try to get more than their marks are worth, to see the key, or to break the grader.

Each builds a folder as it is handed in.  Where code could run, it writes a canary: a file that must never be there.
"""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from answer_files import CORE, CUES, PERFECT, answer, named, spans, text_of

from kit.page.handin import hand_in_page

NOTEBOOK, ANSWER = f"{CUES}.ipynb", named("half").path
HALF, WORTH = named("half").content, named("half").points
SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"fetch('//127.0.0.1')\">"


@dataclass(frozen=True)
class Cheat:
    """A folder as it was handed in: what is done to it, and what its marks are worth.

    ``build`` gets the folder, which holds the notebook and an answer that is half right, and the
    place of the canary.
    """

    student: str
    build: Callable[[Path, Path], None]
    points: float = WORTH


def run(canary: Path) -> str:
    """Return code that leaves a trace outside of everything."""
    return f"open({str(canary)!r}, 'a').write('run\\n')"


def write(folder: Path, place: str, content: str | bytes) -> None:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def without_answer(folder: Path) -> None:
    (folder / ANSWER).unlink()


def code(source: str) -> dict:
    return {"cell_type": "code", "id": f"c{abs(hash(source)) % 10**8}", "source": source, "metadata": {},
            "execution_count": None, "outputs": []}


def edit(change: Callable[[list[dict]], list[dict] | None]) -> Callable[[Path, Path], None]:
    """Return a cheat that changes the cells of the notebook."""
    def build(folder: Path, canary: Path) -> None:
        notebook = json.loads((folder / NOTEBOOK).read_text("utf-8"))
        notebook["cells"] = change(notebook["cells"]) or notebook["cells"]
        write(folder, NOTEBOOK, json.dumps(notebook))
    return build


def add(lines: str) -> Callable[[Path, Path], None]:
    """Return a cheat that puts code at the beginning and at the end of the notebook.

    RUN in it leaves a trace, and CANARY is where.
    """
    def build(folder: Path, canary: Path) -> None:
        cell = code(lines.replace("RUN", run(canary)).replace("CANARY", str(canary)))
        edit(lambda cells: [cell, *cells, cell])(folder, canary)
    return build


def put(content: str | bytes, place: str = ANSWER) -> Callable[[Path, Path], None]:
    """Return a cheat that is a file."""
    return lambda folder, canary: write(folder, place, content)


def graded(cells: list[dict]) -> dict:
    return next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"kit-{CUES}")


def about(cells: list[dict], **fields: object) -> None:
    graded(cells)["metadata"]["nbgrader"].update(fields)


def forged_output(cells: list[dict]) -> None:
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {},
                                "data": {"text/plain": "10.0", "text/html": SCRIPT, "application/javascript": "alert(1)"}}]


def forged_copy(cells: list[dict]) -> None:
    """A check cell whose output carries a perfect answer, which the file does not hold."""
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {},
                                "data": {"text/plain": "", "application/x-kit-answer": PERFECT}}]


def helper(folder: Path, canary: Path) -> None:
    """A kit of the student's own beside the notebook, and what Python reads by itself."""
    lines = f"{run(canary)}\ndef points(*a, **k): return 10.0\ncheck = exercise = points\n"
    for place in ("kit.py", "kit/__init__.py", "kit/grading/__init__.py", "nbgrader.py", "sitecustomize.py",
                  "usercustomize.py", "conftest.py", "kit.pth", ".ipython/profile_default/startup/00.py"):
        if not (folder / place).parent.is_file():
            write(folder, place, lines)


def own_config(folder: Path, canary: Path) -> None:
    """Configuration files, wherever something might look for them."""
    lines = (f"{run(canary)}\nimport os\nos.environ['KIT_KEYS'] = {str(folder / 'keys')!r}\n"
             "c = get_config()\nc.Autograde.autograde_preprocessors = []\n")
    for place in ("nbgrader_config.py", "../nbgrader_config.py", "jupyter_config.py",
                  ".jupyter/nbgrader_config.py", "answers/nbgrader_config.py", "pyproject.toml"):
        write(folder, place, lines)
    own_keys(folder, canary)


def own_keys(folder: Path, canary: Path) -> None:
    """A key after which the student's own marks are perfect, and another text, in every folder near."""
    key = json.loads(answer(CUES, spans(CUES, CORE[:7]), format="kit/key/1", made="by me"))
    del key["first_pass"], key["stage"]
    for place in ("keys", "../keys", "answers", "answers/keys", "."):
        write(folder, f"{place}/singer-tour-cues-4.key.json", json.dumps(key))
        write(folder, f"{place}/singer-tour-cues.key.json", json.dumps(key))
        write(folder, f"{place}/singer-tour.json", json.dumps({"format": "kit/article/1", "id": "singer-tour",
                                                               "title": "", "source": "", "text": "may"}))


def course_of(folder: Path) -> Path:
    """Return the course in whose ``submitted/<student>/<exercise>`` a folder lies."""
    return folder.parents[2]


def link_to_key(folder: Path, canary: Path) -> None:
    without_answer(folder)
    os.symlink(course_of(folder) / "keys" / "singer-tour-cues.key.json", folder / ANSWER)


def link_to_neighbour(folder: Path, canary: Path) -> None:
    """The folder of answers is that of the best student."""
    without_answer(folder)
    (folder / "answers").rmdir()
    os.symlink(course_of(folder) / "submitted" / "honest" / CUES / "answers", folder / "answers")


def link_under_code(folder: Path, canary: Path) -> None:
    without_answer(folder)
    os.symlink(course_of(folder) / "submitted" / "honest" / CUES / "answers", folder / "answers" / "ana")


def links_to_look_at(folder: Path, canary: Path) -> None:
    """What nbgrader copies comes back with the feedback: keys, the gradebook, a folder of them, a disk without end."""
    os.symlink(course_of(folder) / "keys" / "singer-tour-cues.key.json", folder / "look.txt")
    os.symlink(course_of(folder) / "keys", folder / "look")
    os.symlink(course_of(folder) / "gradebook.db", folder / "answers" / "book.json")
    os.symlink("/dev/zero", folder / "answers" / "zero.json")
    os.symlink("/etc/passwd", folder / "passwd.txt")
    os.symlink(folder, folder / "round")


def link_as_notebook(folder: Path, canary: Path) -> None:
    (folder / NOTEBOOK).unlink()
    os.symlink(course_of(folder) / "submitted" / "honest" / CUES / NOTEBOOK, folder / NOTEBOOK)


def pipe(folder: Path, canary: Path) -> None:
    """Who reads this waits without end."""
    without_answer(folder)
    os.mkfifo(folder / ANSWER)
    os.mkfifo(folder / "notes.txt")


def folder_as_answer(folder: Path, canary: Path) -> None:
    without_answer(folder)
    (folder / ANSWER).mkdir()


def two_codes(folder: Path, canary: Path) -> None:
    without_answer(folder)
    write(folder, f"answers/ana/{Path(ANSWER).name}", PERFECT)
    write(folder, f"answers/ben/{Path(ANSWER).name}", HALF)


def one_for_two(folder: Path, canary: Path) -> None:
    """The same file under two codes: whose is it?"""
    two_codes(folder, canary)
    write(folder, f"answers/ben/{Path(ANSWER).name}", PERFECT)


def packed(files: dict[str, str | bytes]) -> bytes:
    """Return a zip archive; names stand in it as they are."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


def packed_folder(folder: Path, to: Path) -> None:
    """Put a folder into a zip archive as it is: links as links; what an archive cannot hold stays out."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_symlink():
                entry = zipfile.ZipInfo(name)
                entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
                archive.writestr(entry, os.readlink(path))
            elif path.is_file():
                archive.write(path, name)


def bomb() -> bytes:
    """Return an archive of a few kilobytes that unpacks to hundreds of megabytes, in two steps."""
    inner = packed({f"{number}.json": bytes(30_000_000) for number in range(2)})
    return packed({f"{number}.zip": inner for number in range(8)} | {ANSWER: bytes(60_000_000)})


def climbing(perfect: str, outside: Path) -> bytes:
    """Return an archive whose names climb out of the folder that it is unpacked in, up to three above, or to ``outside``."""
    return packed({f"{up}{place}": perfect for up in ("../", "../../", "../../../", f"{outside}/", "C:\\", "..\\..\\")
                   for place in ("owned.json", f"honest/{CUES}/{ANSWER}", "keys/singer-tour-cues.key.json")})


def forged_page(folder: Path, canary: Path) -> None:
    """A hand-in page with a perfect answer beside the file, and scripts in both."""
    from kit.model.formats import parse_annotations

    page = hand_in_page(text_of(CUES), parse_annotations(PERFECT, name="answer.json"))
    write(folder, "singer-tour-cues-4-hand-in.html", page.replace("<body", f"<body>{SCRIPT}<div"))


def everything_html(cells: list[dict]) -> list[dict]:
    """Scripts wherever a page of nbgrader could show them."""
    texts = (SCRIPT, f"<div>\n{SCRIPT}\n</div>", f"[x](javascript:alert(1)) $\\href{{javascript:alert(1)}}{{x}}$ {SCRIPT}",
             f"`{SCRIPT}`", f"</pre></div>{SCRIPT}", f"![x](attachment:x.svg)<svg onload=alert(1)>{SCRIPT}")
    attached = {"x.svg": {"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"}}
    added = [{"cell_type": "markdown", "id": f"m{number}", "source": text, "metadata": {"tags": [SCRIPT]},
              "attachments": attached} for number, text in enumerate(texts)]
    raws = [{"cell_type": "raw", "id": f"r{number}", "source": text, "metadata": {"format": "text/html"}}
            for number, text in enumerate(texts)]
    forged_output(cells)
    return added + cells + raws


def broken_spans(*changes: dict) -> str:
    return answer(CUES, [{**span, **change} for change in changes for span in spans(CUES, CORE[:1])])


def _many_copies(cells: list[dict]) -> list[dict]:
    return [*cells, graded(cells), graded(cells), cells[0], graded(cells)]


_HUGE = PERFECT.rstrip()[:-1] + ', "padding": "' + "x" * 25_000_000 + '"}'
_DEEP = PERFECT.rstrip()[:-1] + ', "deep": ' + "[" * 100_000 + "]" * 100_000 + "}"
# 20,000 marks from somewhere to somewhere far behind it: each reaches beyond every cue, so F1 = 0; no reasons: 0 points.
_NESTED = answer(CUES, [{"start": start, "end": 2143 - end, "label": "might", "quote": ""}
                        for start in range(200) for end in range(100)])
_MANY = answer(CUES, spans(CUES, CORE[:7]), {f"reason-{number}": "passes-on" for number in range(2, 20_000)})
_DOUBLED = HALF.replace('"spans": [', '"spans": [], "spans": [', 1)

CHEATS = (
    Cheat("honest", put(PERFECT), 10.0),
    # Code in the notebook
    Cheat("patched-helper", add("RUN\nimport kit.grading\nkit.grading.points = lambda *a, **k: 10.0\n"
                                "import kit.grading.grade as g\ng.worth = lambda *a, **k: 10.0")),
    Cheat("own-kit", helper),
    Cheat("rewritten-cell", edit(lambda cells: graded(cells).update(source="10.0"))),
    Cheat("later-cells", add("RUN\nimport json, glob\nfor f in glob.glob('*.ipynb'):\n    b = json.load(open(f))\n"
                             "    [c.update(source='10.0') for c in b['cells']]\n    json.dump(b, open(f, 'w'))")),
    Cheat("gradebook", add("RUN\nimport sqlite3\nd = sqlite3.connect('../../../gradebook.db')\n"
                           "d.execute('update grade set manual_score = 300')\nd.commit()")),
    Cheat("endless", add("RUN\nwhile True: pass")),
    Cheat("leaves", add("RUN\nimport os, signal\nos.kill(os.getppid(), signal.SIGKILL)")),
    Cheat("magic", add("!echo run >> 'CANARY'")),
    Cheat("cell-of-another-language", add("%%bash\necho run >> 'CANARY'")),
    # Cells that nbgrader trips over
    Cheat("forged-output", edit(forged_output)),
    Cheat("copied-cell", edit(_many_copies)),
    Cheat("deleted-cell", edit(lambda cells: [cell for cell in cells if cell is not graded(cells)])),
    Cheat("all-deleted", edit(lambda cells: [code("1")])),
    Cheat("worth-more", edit(lambda cells: about(cells, points=1000))),
    Cheat("worth-less-than-nothing", edit(lambda cells: about(cells, points=-5, locked=False))),
    Cheat("now-a-solution", edit(lambda cells: about(cells, solution=True, task=False))),
    Cheat("by-hand", edit(lambda cells: about(cells, grade=False, task=True))),
    Cheat("reordered", edit(lambda cells: cells[::-1])),
    Cheat("retyped", edit(lambda cells: graded(cells).update(cell_type="markdown", outputs=[]))),
    Cheat("taken-id", edit(lambda cells: [cell.update(metadata={"nbgrader": {"grade_id": f"kit-{CUES}"}}) for cell in cells]
                           and None)),
    Cheat("odd-metadata", edit(lambda cells: [cell.update(metadata={"nbgrader": [1], "x": SCRIPT}) for cell in cells] and None)),
    Cheat("new-schema", edit(lambda cells: about(cells, schema_version=99))),
    Cheat("old-schema", edit(lambda cells: about(cells, schema_version=0))),
    Cheat("scripts-in-cells", edit(everything_html)),
    Cheat("no-notebook-inside", put("import os\n" * 10, NOTEBOOK)),
    Cheat("notebook-of-format-3", put(json.dumps({"nbformat": 3, "worksheets": [{"cells": []}], "metadata": {}}), NOTEBOOK)),
    Cheat("notebook-of-the-future", put(json.dumps({"nbformat": 9, "nbformat_minor": 99, "cells": [], "metadata": {}}), NOTEBOOK)),
    Cheat("cells-are-none", put('{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "../evil"}}, '
                                '"cells": [null, 5, {"cell_type": []}, {"cell_type": "code", "source": {"a": 1}}]}', NOTEBOOK)),
    Cheat("deep-notebook", put("[" * 200_000, NOTEBOOK)),
    Cheat("one-more-notebook", put('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "evil.ipynb")),
    # Files beside it
    Cheat("own-keys", own_keys),
    Cheat("own-config", own_config),
    Cheat("forged-copy", edit(forged_copy)),
    Cheat("forged-page", forged_page),
    Cheat("links-beside", links_to_look_at),
    Cheat("linked-notebook", link_as_notebook),
    Cheat("bomb", lambda folder, canary: (without_answer(folder), write(folder, "answers.zip", bomb())), 0.0),
    Cheat("climbing", lambda folder, canary: (without_answer(folder), write(folder, "a.zip", climbing(PERFECT, canary))), 0.0),
    Cheat("linked-answer", link_to_key, 0.0),
    Cheat("linked-answers", link_to_neighbour, 0.0),
    Cheat("linked-code", link_under_code, 0.0),
    Cheat("pipe", pipe, 0.0),
    Cheat("folder-as-answer", folder_as_answer, 0.0),
    Cheat("two-codes", two_codes, 0.0),
    Cheat("one-for-two", one_for_two, 0.0),
    # What the answer file holds
    Cheat("huge", put(_HUGE), 0.0),
    Cheat("deep", put(_DEEP), 0.0),
    Cheat("nested-marks", put(_NESTED), 0.0),
    Cheat("many-answers", put(_MANY)),
    Cheat("said-twice", put(_DOUBLED), 0.0),
    Cheat("another-text", put(PERFECT.replace(text_of(CUES).fingerprint, "0123456789ab")), 0.0),
    Cheat("a-key-as-answer", put(PERFECT.replace("annotations/1", "key/1")), 0.0),
    Cheat("endless-number", put(HALF.replace('"start": ', '"start": 1e999, "was": ', 1)), 0.0),
    Cheat("no-number", put(HALF.replace('"stage"', '"x": NaN, "stage"')), 0.0),
    Cheat("long-number", put(HALF.replace('"stage"', '"x": ' + "9" * 100_000 + ', "stage"')), 0.0),
    Cheat("wrong-spans", put(broken_spans({"start": -5}, {"end": True})), 0.0),
    Cheat("far-spans", put(broken_spans({"start": 10**9, "end": 10**12})), 0.0),
    Cheat("turned-spans", put(broken_spans({"start": 90, "end": 87})), 0.0),
    Cheat("a-list", put("[1, 2, 3]"), 0.0),
    Cheat("nothing", put(""), 0.0),
    Cheat("zeros", put(bytes(1000)), 0.0),
    Cheat("other-letters", put(HALF.encode("utf-16")), 0.0),
    Cheat("half-a-letter", put(HALF.replace('"responses": {}', '"responses": {"written": "\\udfff because", "\\ud800": "\\ud800"}'))),
    Cheat("says-points", put(HALF.replace('"stage"', '"points": 300, "out_of": 1, "key": {"spans": []}, "stage"'))),
    Cheat("scripts-in-answer", put(answer(CUES, spans(CUES, CORE[:7], note=SCRIPT),
                                          {"written": f"{SCRIPT} because $x$ </pre>", "reason-1": SCRIPT,
                                           SCRIPT: SCRIPT, "before": SCRIPT}))),
    Cheat("right-to-left", put(answer(CUES, spans(CUES, CORE[:7], note="\u202egnp.\u2066\U0001f480\u0000"),
                                      {"written": "\u202eشكرا\u0007\u001b[31m"}))),
    # Names that are formulas, patterns or markup, for a table, a shell, a page
    *(Cheat(name, put(HALF)) for name in (
        "=1+1", "@SUM(A1:A9)", "-2+3", "+cmd", "a;=1+1,\"b", "$(touch canary)", "<b onclick=alert(1)>",
        "Robert'); DROP TABLE student;--", "{student_id}", "%s%n", "\u202egnp.ana", "con", "مريم", "-–help", "a b\tc")),
)

# nbgrader takes the name of a folder for a pattern, and this one for the folder of somebody else as well; names there
# come from the server's accounts.
FOR_KIT_GRADE = (*CHEATS, Cheat("[a-z]*?", put(HALF)))

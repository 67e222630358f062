"""Grade a folder and write the gradebook, the feedback pages and the class pages."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from kit.errors import KitError
from kit.grading.counted import grade_of, kept_of
from kit.grading.crowd import Crowd
from kit.grading.folder import Grader, Work
from kit.grading.imports import Written, write_canvas, write_grades, write_moodle
from kit.grading.intake import Intake
from kit.grading.keys import Keys
from kit.grading.pages import FileNames, hash_of, page_of, put_page
from kit.grading.record import Line, Record
from kit.grading.report import Report
from kit.grading.roster import Roster
from kit.grading.table import keep_earlier
from kit.measure.reasons import many

FORMATS = ("csv", "canvas", "moodle")


class Run:
    """One run over a folder.  Iterating does the work, a student at a time; then ``report`` and ``wrote`` tell of it.

    Raises:
        KitError: the folder is not there, or the place for grades cannot be written.
    """

    def __init__(self, folder: Path, keys: Keys, to: Path, *, out_of: float = 10, pages: bool = True,
                 names: bool = False, format: str = "csv", roster: Path | None = None) -> None:
        self._to, self._pages, self._with_names, self._format = to, pages, names, format
        self._roster = Roster(roster) if roster else None
        self._grader = Grader(keys, out_of=out_of)
        self._intake = Intake(folder, self._grader.names, without=(to, keys.place, *((roster,) if roster else ())))
        if not len(self._intake):
            raise KitError(f"{folder}: there is nothing that a student handed in. Choose the folder with the answers.")
        self._record = Record(to, folder)
        self.goes_on = self._record.goes_on
        self._names = FileNames()
        self._crowds: dict[tuple[str, str, str], Crowd] = {}
        self.class_pages = 0
        self.report = Report()
        self.wrote: list[Written] = []
        self.put_aside: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._intake)

    def __iter__(self) -> Iterator[Work]:
        """Grade student after student; whatever was done stays for the next run if this one is left."""
        try:
            for handed in self._intake:
                page = f"{self._names.name(handed.student)}.html" if self._pages else ""
                work = self._grader.work(handed, earlier=partial(self._earlier, page))
                self._take(work, page)
                yield work
            self._finish()
        finally:
            self._record.close()

    def _earlier(self, page: str, student: str, number: str, hash: str) -> Work | None:
        """Return the work of a student, and for class pages what they count, if nothing needs to be done anew."""
        line = self._record.latest(student, number)
        if line is None or line.hash != hash:
            return None
        if not page:
            return line.work
        stands = line.page == page and line.page_for == hash and (self._to / "feedback" / page).is_file()
        return self._with_grades(line) if stands else None

    def _with_grades(self, line: Line) -> Work | None:
        try:
            rows = [replace(row, grade=grade_of(row, kept, self._grader.keys)) if row.is_graded else row
                    for row, kept in zip(line.rows, line.counted, strict=True)]
        except (KitError, ValueError, TypeError, KeyError):
            return None  # nothing was kept: it is graded again
        return replace(line.work, rows=tuple(rows))

    def _take(self, work: Work, page: str) -> None:
        latest = self._record.latest(work.student, work.number)
        before = self._record.before(work.student, work.number)
        if work.is_reused:
            self._record.keep(latest)
        else:
            self._record.add(work, **self._written(work, latest, page))
        self.report.add(work, before.rows if before else None, is_same=bool(latest and latest.hash == work.hash))
        if page:
            self._count(work)

    def _written(self, work: Work, latest: Line | None, page: str) -> dict:
        """Write a student's page, and return what the record tells of it; without pages, what it told before."""
        before = {"page": latest.page, "page_hash": latest.page_hash, "page_for": latest.page_for} if latest else {}
        if not page:
            return before
        ours = latest.page_hash if latest and latest.page == page else ""
        try:
            hash = put_page(page_of(work), self._to / "feedback" / page, ours=ours)
            counted = [row.grade and kept_of(row.grade) for row in work.rows]
        except Exception as problem:  # a page that nobody thought of must not stop a class
            self.report.fail(work.student, problem)
            return before | {"page_for": ""}
        return {"page": page, "page_hash": hash, "page_for": work.hash, "counted": counted}

    def _count(self, work: Work) -> None:
        """Take up a student's answers into the class pages."""
        for row in work.rows:
            if row.grade is None:
                continue
            name = (row.exercise, row.grade.key.scheme, row.grade.article.fingerprint)
            try:
                if name not in self._crowds:
                    self._crowds[name] = Crowd(row.grade.article, row.grade.key)
                self._crowds[name].add(row.grade, name=row.student)
            except Exception as problem:  # nor must a page that everybody shares
                self.report.fail(f"the class of {row.exercise}, with {row.student} on it", problem)

    def _finish(self) -> None:
        self.report.pass_over(self._intake.passed_over)
        self.report.refused += self._intake.problems
        self._forget()
        self._record.finish(self._put_class_pages() if self._pages else self._record.class_pages)
        self.wrote.append(write_grades(self._lines, self._to))
        if self._format == "canvas":
            self.wrote.append(write_canvas(lambda: self._record, self._to, self._roster))
        elif self._format == "moodle":
            self.wrote += write_moodle(lambda: self._record, self._to, self._roster)
        self._put_aside()

    def _lines(self) -> Iterator[Line]:
        for line in self._record:
            self.report.look_for_missing(line.student, line.rows)
            yield line

    def _put_class_pages(self) -> dict[str, str]:
        """Write a page for each exercise (and scheme and text, where there are several) and return their hashes."""
        hashes: dict[str, str] = {}
        ours = self._record.class_pages
        # Most people mark the same text with the pens of the exercise: theirs is the page named by it alone.
        for about, crowd in sorted(self._crowds.items(), key=lambda one: (one[0][0], -one[1].people)):
            names = (f"{'-'.join(about[:length])}.html" for length in (1, 2, 3))
            name = next(name for name in names if name not in hashes)
            # The page with names is one more: the other may hang on a wall.
            for with_names in (False, True) if self._with_names else (False,):
                file = name.replace(".html", "-names.html") if with_names else name
                try:
                    hashes[file] = put_page(crowd.page(names=with_names), self._to / "class" / file,
                                            ours=ours.get(file, ""))
                    self.class_pages += 1
                except Exception as problem:  # the table must be written all the same
                    hashes[file] = ours.get(file, "")
                    self.report.fail(f"the class of {about[0]}", problem)
        for name in ours.keys() - hashes.keys():
            _take_away(self._to / "class" / Path(name).name, ours[name])
        return hashes

    def _forget(self) -> None:
        """Take away the pages of students whose files are gone, unless somebody changed them."""
        for line in self._record.gone():
            self.report.gone.append(line.student)
            path = self._to / "feedback" / Path(line.page).name
            if line.page and not self._names.is_taken(path.stem):
                _take_away(path, line.page_hash)

    def _put_aside(self) -> None:
        """Give another name to tables for the same system that an earlier run wrote and this one did not."""
        wrote = [one.path.name for one in self.wrote[1:]]
        others = []
        for name in self._record.tables:
            if name in wrote or not name.startswith(f"grades-{self._format}"):
                others.append(name)
            elif kept := keep_earlier(self._to / Path(name).name):
                self.put_aside.append((name, kept.name))
        self._record.wrote(sorted({*wrote, *others}))

    def written(self) -> Iterator[str]:
        """Say what was written, and what was kept."""
        for one in self.wrote:
            kept = f" The one that was there is {one.kept.name} now." if one.kept else ""
            yield f"Wrote {one.path}.{kept}"
            if one.unknown:
                some = ", ".join(one.unknown[:8]) + (" and more" if len(one.unknown) > 8 else "")
                yield f"  Without a row in it, as the class list does not tell who they are: {some}."
        for name, kept in self.put_aside:
            yield f"{name} is of an earlier run, and was not written this time: it is {kept} now."
        if self._format != "csv" and self.report.zeros:
            yield (f"  {many(self.report.zeros, 'answer')} that could not be graded count 0 in it: "
                   "see Not graded, above, before you import it.")
        earlier = sorted(path.name for path in self._to.glob("grades*-[0-9]*.csv")) if self.report.gone else []
        if earlier:
            yield ("Earlier tables may still tell of who is gone; delete them if nobody needs them: "
                   f"{', '.join(earlier)}.")
        if self._format == "canvas" and self._roster is None:
            yield ("  Canvas finds students best by its own ID: export its gradebook, and run this again with "
                   "--roster and the name of that file.")
        if self._pages:
            yield (f"Wrote {many(len(self._names), 'feedback page')} in {self._to / 'feedback'} and "
                   f"{many(self.class_pages, 'class page')} in {self._to / 'class'}.")


def _take_away(path: Path, ours: str) -> None:
    """Delete a page that an earlier run wrote, unless somebody changed it."""
    if ours and hash_of(path) == ours:
        path.unlink(missing_ok=True)

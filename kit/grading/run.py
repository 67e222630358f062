"""Grade a folder and write the gradebook, the feedback pages and the class pages."""

from collections.abc import Iterator
from pathlib import Path

from kit.errors import KitError
from kit.grading.crowd import Crowd
from kit.grading.folder import Grader, Work
from kit.grading.imports import Written, write_canvas, write_grades, write_moodle
from kit.grading.intake import Intake
from kit.grading.keys import Keys
from kit.grading.pages import FileNames, hash_of, page_of, put_page
from kit.grading.record import Line, Record
from kit.grading.report import Report
from kit.grading.roster import Roster
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

    def __len__(self) -> int:
        return len(self._intake)

    def __iter__(self) -> Iterator[Work]:
        """Grade student after student; whatever was done stays for the next run if this one is left."""
        try:
            for handed in self._intake:
                work = self._grader.work(handed, earlier=None if self._pages else self._record.earlier)
                self._take(work)
                yield work
            self._finish()
        finally:
            self._record.close()

    def _take(self, work: Work) -> None:
        latest = self._record.latest(work.student, work.number)
        before = self._record.before(work.student, work.number)
        is_same = bool(latest and latest.hash == work.hash)
        page, hash = self._page(work, latest, is_same) if self._pages else \
            (latest.page, latest.page_hash) if latest else ("", "")
        self._record.add(work, page=page, page_hash=hash)
        self.report.add(work, before.rows if before else None, is_same=is_same)
        if self._pages:
            self._count(work)

    def _count(self, work: Work) -> None:
        """Take up a student's answers into the class pages."""
        for row in work.rows:
            if row.grade is not None:
                name = (row.exercise, row.grade.key.scheme, row.grade.article.fingerprint)
                if name not in self._crowds:
                    self._crowds[name] = Crowd(row.grade.article, row.grade.key)
                self._crowds[name].add(row.grade, name=row.student)

    def _page(self, work: Work, latest: Line | None, is_same: bool) -> tuple[str, str]:
        name = f"{self._names.name(work.student)}.html"
        path = self._to / "feedback" / name
        if is_same and latest.page == name and path.is_file():
            return name, latest.page_hash
        return name, put_page(page_of(work), path, ours=latest.page_hash if latest and latest.page == name else "")

    def _finish(self) -> None:
        self.report.pass_over(self._intake.passed_over)
        self.report.refused += self._intake.problems
        self._forget()
        class_pages = self._put_class_pages() if self._pages else self._record.class_pages
        self._record.finish(class_pages)
        self.report.look_for_missing((line.student, line.rows) for line in self._record)
        self.wrote.append(write_grades(lambda: self._record, self._to))
        if self._format == "canvas":
            self.wrote.append(write_canvas(lambda: self._record, self._to, self._roster))
        elif self._format == "moodle":
            self.wrote += write_moodle(lambda: self._record, self._to, self._roster)

    def _put_class_pages(self) -> dict[str, str]:
        """Write a page for each exercise (and scheme and text, where there are several) and return their hashes."""
        hashes = {}
        # Most people mark the same text with the pens of the exercise: theirs is the page named by it alone.
        for about, crowd in sorted(self._crowds.items(), key=lambda one: (one[0][0], -one[1].people)):
            names = (f"{'-'.join(about[:length])}.html" for length in (1, 2, 3))
            name = next(name for name in names if name not in hashes)
            hashes[name] = put_page(crowd.page(names=self._with_names), self._to / "class" / name,
                                    ours=self._record.class_pages.get(name, ""))
        self.class_pages = len(hashes)
        return hashes

    def _forget(self) -> None:
        """Take away the pages of students whose files are gone, unless somebody changed them."""
        for line in self._record.gone():
            self.report.gone.append(line.student)
            path = self._to / "feedback" / Path(line.page).name
            is_free = line.page and not self._names.is_taken(path.stem)
            if is_free and hash_of(path) == line.page_hash:
                path.unlink(missing_ok=True)

    def written(self) -> Iterator[str]:
        """Say what was written, and what was kept."""
        for one in self.wrote:
            kept = f" The one that was there is {one.kept.name} now." if one.kept else ""
            yield f"Wrote {one.path}.{kept}"
            if one.unknown:
                some = ", ".join(one.unknown[:8]) + (" and more" if len(one.unknown) > 8 else "")
                yield f"  Without a row in it, as the class list does not tell who they are: {some}."
        if self._format == "canvas" and self._roster is None:
            yield ("  Canvas finds students best by its own ID: export its gradebook, and run this again with "
                   "--roster and the name of that file.")
        if self._pages:
            yield (f"Wrote {many(len(self._names), 'feedback page')} in {self._to / 'feedback'} and "
                   f"{many(self.class_pages, 'class page')} in {self._to / 'class'}.")

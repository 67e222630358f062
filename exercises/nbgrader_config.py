"""The nbgrader course of the Media Literacy Kit.  nbgrader reads this file when it is started in this folder.

Points come from the answer files alone: no code that students hand in is run.  To let nbgrader
run the notebooks as usual, take out the part "Grading"; honest files get the same points.
"""

import os
import sys
import warnings

c = get_config()  # noqa: F821  (nbgrader puts it here)
here = os.path.dirname(os.path.abspath(__file__))

# The course.  Students fetch with: nbgrader fetch_assignment --course media-literacy NAME
c.CourseDirectory.course_id = "media-literacy"
c.CourseDirectory.root = here

# Answer keys are read from this folder, and from no other.  A private one: KIT_KEYS=/a/folder nbgrader autograde ...
os.environ.setdefault("KIT_KEYS", os.path.join(here, "keys"))

# nbgrader calls a program of its own by name; find it where nbgrader is, also without an activated environment.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])

# nbgrader's own talk with its database, which nobody here can do anything about.
warnings.filterwarnings("ignore", message="Object of type <Submitted.* not in session")

# Never handed out or copied: keys, trial runs, checkpoints; and a trial answer left in source/ would be
# written over everybody's work when it is graded.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints", "__pycache__", "*.pyc", "feedback",
    "keys", "*.key.json", "trials",
    *(os.path.join(here, "source", *inside, "answers") for inside in [("*",), (".", "*")]),
]
c.CourseDirectory.max_file_size = 20_000  # kilobytes; an answer has about ten

# Grading
c.Autograde.exporter_class = "kit.grading.nbgrading.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "kit.grading.nbgrading.RepairCells",   # cells as in the gradebook, whatever was handed in
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "kit.grading.nbgrading.GradeAnswers",  # in the place of Execute
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

c.GenerateFeedback.exporter_class = "kit.grading.nbgrading.FeedbackExporter"  # no script, nothing fetched

# Only for Validate, and for grading by running: seconds for one cell.
c.Execute.timeout = 60

# `nbgrader zip_collect`: downloads of whole folders; answers come along, not the notebook alone.
# It expects downloaded/NAME/archive/STUDENT.zip, with the exercise's folder or its content inside.
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".json", ".html"]
c.FileNameCollectorPlugin.named_regexp = (
    r".*/extracted/(?P<student_id>[^/]+)/(?:(?!answers/)[^/]+/)?(?P<file_id>(?:answers/(?:[^/]+/)?)?[^/]+)$")

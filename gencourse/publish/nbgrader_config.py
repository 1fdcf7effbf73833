"""How nbgrader treats this course: https://nbgrader.readthedocs.io/en/stable/configuration/config_options.html"""

import sys

from traitlets.config import get_config

c = get_config()
c.CourseDirectory.course_id = "gencourse"
c.ClearSolutions.code_stub = {"python": "..."}  # what the students get where the solution stood
c.Autograde.sanitize_preprocessors.insert(0, "gencourse.publish.submitted.OneOfEach")  # a copied cell counts once
c.OverwriteCells.add_missing_cells = True  # a graded cell that a student deleted is put back
c.ExecutePreprocessor.timeout = 120  # seconds a cell may take; then it is interrupted, and gets no marks
c.ExecutePreprocessor.extra_arguments = ["--log-level=ERROR"]  # no warning at each start of a kernel

# Students' code runs as you. Limits of each process that autograde starts; docs/classroom.md says what they are not.
if "autograde" in sys.argv and sys.platform == "linux":
    import resource

    GB = 2**30
    resource.setrlimit(resource.RLIMIT_DATA, (8 * GB, 8 * GB))  # its memory
    resource.setrlimit(resource.RLIMIT_FSIZE, (GB, GB))  # a file that it writes

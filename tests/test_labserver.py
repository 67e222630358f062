"""JupyterLab ends when it is told to, whatever thread of its server is still waiting."""

import os
import subprocess
import sys

import pytest

from kit.places.bootstrap import find_checkout

# What JupyterLab's server leaves behind in about one of three ends on a busy computer.
A_THREAD_THAT_NEVER_ENDS = "import threading\nthreading.Thread(target=threading.Event().wait).start()\n"


@pytest.mark.parametrize(("last", "code", "said"), [
    ("return None", 0, ""),
    ("return 3", 3, ""),
    ("raise SystemExit", 0, ""),
    ("raise SystemExit(2)", 2, ""),
    ("raise SystemExit('No such option')", 1, "No such option\n"),
])
def test_it_leaves_with_the_exit_code_of_jupyterlab_and_waits_for_no_thread(tmp_path, last, code, said):
    package = tmp_path / "jupyterlab"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "labapp.py").write_text(
        A_THREAD_THAT_NEVER_ENDS + f"def main():\n    print('Shutting down...', end='')\n    {last}\n", "utf-8")
    done = subprocess.run([sys.executable, "-m", "kit.places.labserver"], cwd=find_checkout(), timeout=60, text=True,
                          env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (code, "Shutting down...", said)


def test_an_error_of_jupyterlab_is_told(tmp_path):
    (tmp_path / "jupyterlab").mkdir()
    (tmp_path / "jupyterlab" / "__init__.py").write_text("raise ImportError('half installed')", "utf-8")
    done = subprocess.run([sys.executable, "-m", "kit.places.labserver"], cwd=find_checkout(), timeout=60, text=True,
                          env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True)
    assert done.returncode == 1 and "half installed" in done.stderr

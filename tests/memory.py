"""How much memory a program of its own took at most."""

# To put before such a program.  On Linux, getrusage also counts the program that started this one, whose
# memory it has for a moment: a test run of over a gigabyte would be measured, and not the program.
MOST_MEMORY = '''
import resource, sys
from pathlib import Path

def most_memory():
    """Return it in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 ** 2 if sys.platform == "darwin" else 1024)
'''

"""
Runs a command as the nearest reaper of what it leaves behind, and reaps nothing, as the first process of many containers.
Prints the processes that were left to it, one name and state a line.
"""
import ctypes
import os
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
    sys.exit("this kernel has no subreapers")
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
time.sleep(1.5)
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            name, rest = stat.read().split("(", 1)[1].rsplit(") ", 1)
    except OSError:
        continue
    state, parent = rest.split()[:2]
    if int(parent) == os.getpid():
        print(name, state)
sys.exit(code)

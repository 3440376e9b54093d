"""Starts Lambda's runtime as Lambda does, with the package to import from. Run as `python -I -S -B start_runtime.py RUNTIME HANDLER`.

-I and -S leave the standard library as the only thing that can be imported beside the two folders.
"""

import os
import runpy
import sys

sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
sys.path.append(sys.argv.pop(1))
runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)

"""Stands for Lambda: imports `app` from an unzipped package and hands it events. Run as `python -I -S -B as_lambda.py FOLDER`.

-I and -S leave the standard library as the only thing that can be imported beside the package. Events come as a JSON list on the standard
input; answers, and the files of all modules that were imported from elsewhere, leave as JSON on the standard output.
"""

import json
import sys

STANDARD = tuple(sys.path)
FOLDER = sys.argv[1]
sys.path.insert(0, FOLDER)

import app  # noqa: E402  # from the package, which is on the path only now

answers = [app.app(event, None) for event in json.load(sys.stdin)]
files = [module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)]
known = [file for file in files if file.startswith((f"{FOLDER}/", *STANDARD)) and "-packages/" not in file]
strangers = sorted(set(files) - {*known, __file__})
json.dump({"answers": answers, "strangers": strangers}, sys.stdout)

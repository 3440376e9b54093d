"""Writes the answer on the README's first screen anew: `make readme`. A test fails while it is not what the service answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

from chalicelib import bootstrap
from chalicelib.api.scorecard import as_json
from chalicelib.settings import Settings
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.score import ask
from frameworth.rows import plain_date

README = Path(__file__).resolve().parent.parent / "README.md"
ANSWER = re.compile(r"<!-- answer -->.*<!-- /answer -->", re.DOTALL)


def block() -> str:
    """The part of the README between the marks: the verdict as a line, and the whole answer."""
    service = bootstrap.compose(Settings.of({"FRAMEWORTH_STORE": "embedded"}), bootstrap.shipped_plugins())
    question = Question(frameworks=["flask", "django"], profile="microservice", as_of=plain_date("2018-05-31"))
    answer = as_json(ask(question, service), service.catalogue, frozenset())
    verdict = answer["verdict"]
    return f"""<!-- answer -->
`{verdict["leader"]}`, {verdict["margin"]} points of 100 ahead: {verdict["because"]}

<details><summary>The whole answer</summary>

```json
{json.dumps(answer, indent=4)}
```

</details>
<!-- /answer -->"""


if __name__ == "__main__":
    made = block()
    README.write_text(ANSWER.sub(lambda _: made, README.read_text(encoding="utf-8")), encoding="utf-8")

"""Answers as Markdown: a scorecard as a decision record to paste into a repository, and listings as tables.

The report shows what the JSON of the same answer holds with all its blocks, and works out nothing of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.api.formats.again import again
from chalicelib.api.formats.firmness import what_would_change
from chalicelib.api.formats.gaps import disagreeing, missing
from chalicelib.api.formats.markup import bullets, code, escaped, link, listed, table
from chalicelib.api.formats.side_by_side import MOST_COLUMNS, Sources, percent, side_by_side
from chalicelib.api.scorecard import as_json, runners_up
from chalicelib.use_cases.question import Question
from chalicelib.use_cases.score import Answer
from frameworth.catalogue import Catalogue
from frameworth.explain import lead_in_words
from frameworth.names import plain
from frameworth.profiles import Gate, Profile

_MOST_NAMED = 12
_BLOCKS = frozenset({"metrics", "sensitivity", "explanation"})
_MISSING = {
    "neutral": "each missing figure has a neutral stand-in, the same for everyone",
    "worst": "a missing figure counts as the worst",
    "ignore": "missing figures are left out, which rewards hiding bad ones",
    "leave_out": "a framework with a gap is not ranked",
}


def report(answer: Answer, catalogue: Catalogue, names: Mapping[str, str]) -> str:
    """The whole answer as a Markdown document, whatever blocks were asked for; `names` maps ids of frameworks to what they are called."""
    # Only a sum of points has flips, spans and needs.
    include = _BLOCKS if answer.scorecard.method.adds_up else frozenset({"metrics"})
    card, sources = as_json(answer, catalogue, include), Sources()
    profile = answer.asked_by
    # The heaviest first; those that weigh nothing are shown too, at the end.
    criteria = sorted(card["weights"], key=lambda name: (-card["weights"][name], name))
    blocks = [
        f"# Web framework: {escaped(profile.title) if profile else 'weights of your own'}, as of {card['as_of']}",
        bullets(_status(answer, card, profile, names)),
        "## Verdict",
        *_verdict(answer, card, catalogue, names),
        "## What matters",
        *_weights(answer.question, card, criteria, profile, catalogue),
        *_ranking(answer, card, names),
        *_figures(card, criteria, catalogue, names, sources),
        "## What would change the answer",
        *_change(answer, card, catalogue, names),
        "## What is missing",
        *missing(card, catalogue, names, sources),
        "## Where sources disagree",
        *disagreeing(answer, catalogue, names),
        *(["## Sources", cited] if (cited := sources.listed()) else []),
        "## How to get this again",
        *again(answer, include),
    ]
    return "\n\n".join(blocks) + "\n"


def frameworks_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """The catalogue's entries as a table."""
    header = ["framework", "package", "licence", "first release", "status", "summary"]
    body = [
        [
            f"{link(row['name'], row['homepage'])} ({link('source', row['repository'])})"
            if row["repository"]
            else link(row["name"], row["homepage"]),
            *(escaped(row[column] or "") for column in ("package", "licence", "first_release", "status", "summary")),
        ]
        for row in rows
    ]
    return f"# Frameworks\n\n{table(header, body)}\n"


def observations_markdown(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The history of a framework, called `name`, as a table; a withdrawn figure is struck out and says why."""
    header = ["metric", "value", "unit", "date", "basis", "source", "note", "revision", "id"]
    body = []
    for row in rows:
        withdrawn = row.get("withdrawn")
        value = plain(row["value"])
        note = escaped(row["note"])
        if withdrawn:
            value, reason = f"~~{value}~~", f"withdrawn on {escaped(withdrawn['on'])}: {escaped(withdrawn['reason'])}"
            note = f"{reason}; {note}" if note else reason
        source = link(row["source"]["title"], row["source"]["url"])
        body.append(
            [
                code(row["metric"]),
                value,
                escaped(row["unit"]),
                row["observed_on"],
                row["basis"],
                source,
                note,
                str(row["revision"]),
                code(row["id"]),
            ]
        )
    heading = f"# Figures of {escaped(name)}"
    return f"{heading}\n\n{table(header, body, numbers=(1, 7)) if body else 'No figures.'}\n"


def _status(answer: Answer, card: Mapping[str, Any], profile: Profile | None, names: Mapping[str, str]) -> list[str]:
    asked = answer.question
    candidates = f"the whole catalogue, {answer.total} frameworks"
    if asked.frameworks is not None:
        named = [_name(one, names) for one in asked.frameworks[:_MOST_NAMED]]
        candidates = ", ".join(named) + (f" and {answer.total - _MOST_NAMED} more" if answer.total > _MOST_NAMED else "")
    gates: list[Gate] = [*(profile.gates if profile else ()), *asked.gates]
    opinions = "opinions count" if card["opinions"] else "opinions left out"
    return [
        f"**Candidates:** {candidates}",
        *([f"**Kind of project:** {escaped(profile.summary)}"] if profile else []),
        *([f"**Required:** {', '.join(code(f'{gate.metric} {gate.required}') for gate in gates)}"] if gates else []),
        f"**Made with:** Frameworth {card['made_with']['frameworth']}, method {code(card['method'])}; {opinions}; "
        f"{_MISSING[asked.when_missing]}",
    ]


def _verdict(answer: Answer, card: Mapping[str, Any], catalogue: Catalogue, names: Mapping[str, str]) -> list[str]:
    verdict, ranking = card["verdict"], card["ranking"]
    blocks = [f"**{_outcome(answer, card, names)}**", f"Why: {escaped(_because(answer, catalogue, names))}"]
    if verdict["leader"] is not None:
        alone = verdict["figures_alone"]
        if alone and alone["leader"]:
            close = "it is a close call: " if alone["outcome"] == "close" else ""
            margin = f" by {alone['margin']:.1f}" if alone["margin"] is not None else ""
            blocks.append(
                f"By the figures alone, without opinions, {close}{_name(alone['leader'], names)} leads{margin}. "
                f"Opinions make {percent(ranking[0]['opinion_share'])} of the leader's score."
            )
        elif alone:
            blocks.append("By the figures alone, without opinions, nothing can be ranked.")
    if card["warnings"]:
        blocks.append(bullets(f"Note: {escaped(warning)}" for warning in card["warnings"]))
    return blocks


def _because(answer: Answer, catalogue: Catalogue, names: Mapping[str, str]) -> str:
    """Why the leader leads; the JSON says the same with ids."""
    card = answer.scorecard
    if len(card.ranking) < 2 or not card.method.adds_up:
        return card.because
    titles = {name: catalogue.criteria[name].title for name in card.weights}
    return lead_in_words(card.ranking[0].row, card.ranking[1].row, titles, names)


def _outcome(answer: Answer, card: Mapping[str, Any], names: Mapping[str, str]) -> str:
    verdict = card["verdict"]
    if verdict["leader"] is None:
        return "Nothing can be ranked."
    lead = f"{_name(verdict['leader'], names)} leads with {card['ranking'][0]['score']:.1f} of 100"
    if verdict["margin"] is None:
        return f"{lead}; it is the only one that can be ranked."
    second = listed([_name(one, names) for one in runners_up(answer.scorecard)])
    return f"{'A close call: ' if verdict['outcome'] == 'close' else ''}{lead}, {verdict['margin']:.1f} ahead of {second}."


def _weights(
    question: Question, card: Mapping[str, Any], criteria: Sequence[str], profile: Profile | None, catalogue: Catalogue
) -> list[str]:
    """The criteria that count, with the profile's reasons; then the names of those that do not."""
    reasons = {name: weight.because for name, weight in profile.weights.items()} if profile else {}
    rows = []
    for name in (one for one in criteria if card["weights"][one] > 0):
        because = escaped(reasons.get(name, "suggested by the criterion itself" if profile else ""))
        if question.emphasis.get(name, 1) != 1:
            because += f"{' ' if because else ''}(emphasis × {plain(question.emphasis[name])})"
        rows.append([escaped(catalogue.criteria[name].title), percent(card["weights"][name]), *([because] if profile else [])])
    weightless = [escaped(catalogue.criteria[name].title) for name in criteria if card["weights"][name] == 0]
    return [
        table(["criterion", "weight", *(["because"] if profile else [])], rows, numbers=(1,)),
        *([f"Weighs nothing here: {', '.join(weightless)}."] if weightless else []),
    ]


def _ranking(answer: Answer, card: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    if not card["ranking"]:
        return []
    rows = [
        [
            f"{one['rank']}{'=' if one['tied'] else ''}",
            _name(one["framework"], names),
            f"{one['score']:.1f}",
            f"{one['low']:.1f}–{one['high']:.1f}",
            percent(one["known"]),
        ]
        for one in card["ranking"]
    ]
    hidden = len(answer.scorecard.ranking) - len(rows)
    return [
        "## Ranking",
        table(["rank", "framework", "score", "low–high", "known"], rows, numbers=(2, 3, 4)),
        *([f"{hidden} more {'is' if hidden == 1 else 'are'} ranked and not shown."] if hidden else []),
    ]


def _figures(
    card: Mapping[str, Any], criteria: Sequence[str], catalogue: Catalogue, names: Mapping[str, str], sources: Sources
) -> list[str]:
    """The frameworks that are ranked side by side or, if none is, those that were judged."""
    rows = card["ranking"] or [one for one in card["not_ranked"] if "criteria" in one]
    if not rows:
        return []
    blocks = ["## Side by side"]
    if not card["ranking"]:
        blocks.append("Not enough is known to rank these; this is what there is.")
    if len(rows) > MOST_COLUMNS:
        blocks.append(f"The first {MOST_COLUMNS} of {len(rows)}.")
    return [*blocks, *side_by_side(rows, card["weights"], criteria, catalogue, names, sources)]


def _change(answer: Answer, card: Mapping[str, Any], catalogue: Catalogue, names: Mapping[str, str]) -> list[str]:
    if len(answer.scorecard.ranking) < 2:
        return ["Fewer than two are ranked, so no weight can change who leads."]
    if not answer.scorecard.method.adds_up:
        name = code(answer.scorecard.method.name)
        return [f"By the method {name} a score is no sum of points: which weight or figure would turn it can't be told."]
    return what_would_change(card, catalogue, names)


def _name(framework: str, names: Mapping[str, str]) -> str:
    return escaped(names.get(framework, framework))

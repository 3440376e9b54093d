"""Does the model rank first what teams chose? `make validate` writes docs/validation.md from the decisions in data/decisions.json.

Figures, lists and verdicts on the page follow by rule, so that it says the same of any model: nobody picks which miss to mention.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from frameworth.score import ENOUGH_KNOWN
from tools.chances import at_least, chance, favourite, newest, sign_test
from tools.decisions import Decision, Outcome
from tools.markdown import table, wrapped
from tools.misses import Kind, cause, readable
from tools.tally import HEAD, ROOT, Check, apart, bookkeeping, check, tallies

PAGE = ROOT / "docs" / "validation.md"

FAVOURITE = "“FastAPI, else Django, else Flask”"
NEWEST = "“Newest option by first release”"
# A guess that does as well in fewer than one case of twenty is called told apart.
RARE = 0.05
STAR = "\\*"  # escaped, or Markdown takes it for emphasis


def page(found: Check) -> str:
    """The whole page."""
    return "\n".join(wrapped(part) for part in (head(found), how(found), splits(found), why(found), misses(found), reading(found)))


def head(found: Check) -> str:
    """What was asked, and the answer."""
    main = found.tally("", found.counted)
    return f"""# Does it rank first what teams chose?

{len(found.outcomes)} recorded decisions of real teams between Python web frameworks ([data/decisions.json](../data/decisions.json)), each
scored with what could be known on its day. They are there to check the model, never to fit it: no weight and no anchor was set by them.
One thing was learned from an earlier trial on them, that levels alone favour whoever is established; that growth is asked at all is owed
to it.

{verdict(found)}

With {main.of} decisions the share itself is uncertain: {100 * main.hits / main.of:.0f} %, exact binomial 95 % interval {main.span}."""


def verdict(found: Check) -> str:
    """Whether the model is worth having as a forecast, by this count."""
    counted = found.counted
    main = found.tally("", counted)
    luck = at_least(main.hits, [chance(one.decision) for one in counted])
    rules: tuple[tuple[str, float, Callable[[Decision], float]], ...] = (
        (FAVOURITE, main.favourite, favourite),
        (NEWEST, main.newest, lambda decision: newest(decision, found.model.released)),
    )
    said = [
        f"**The model puts the chosen option first in {main.hits} of {main.of}.** A blind guess gets {main.chance:.1f}, and does as well "
        f"as the model or better with a probability of {luck:.2f}: this sample {'tells' if luck < RARE else 'does not tell'} the two apart."
    ]
    for name, got, rule in rules:
        wins = sum(one.hit and rule(one.decision) == 0 for one in counted)
        losses = sum(not one.hit and rule(one.decision) == 1 for one in counted)
        said.append(
            f"{name} gets {got:g}; the model alone is right in {wins}, that rule alone in {losses} (a split as uneven as this comes about "
            f"between equals with a probability of {sign_test(wins, losses):.2f})."
        )
    beaten = [name for name, got, _ in rules if main.hits > got]
    if len(beaten) == len(rules):
        said.append("**It beats both trivial rules** in this sample.")
    elif beaten:
        said.append(f"**It beats {beaten[0]}, but not the other rule**: as a forecast of what teams choose it is not worth having yet.")
    else:
        said.append("**It beats neither trivial rule**: as a forecast of what teams choose it is not worth having.")
    return " ".join(said)


def how(found: Check) -> str:
    """The rules of counting, each with what it concerns."""
    counted, of = found.counted, len(found.counted)
    three = [one for one in counted if len(one.decision.options) > 2]
    top_two, luck = sum(one.place <= 2 for one in three), math.fsum(2 / len(one.decision.options) for one in three)
    behind = [one.behind for one in counted if not one.hit and one.behind is not None]
    mean = math.fsum(behind) / len(behind) if behind else 0.0
    single = [one.decision.id for one in found.outcomes if len(one.decision.options) < 2]
    external = sum(one.decision.external for one in found.outcomes)
    affected = [one for one in counted if one.affected]
    moved = sum(one.hit != by_points_alone(one) for one in affected)
    unborn = sum(bool(one.unreleased) for one in counted)
    written_first = sum(one.decision.options[0] == one.decision.chosen for one in counted)
    ties = sum(tied(one) for one in counted)
    hits, projects = found.by_project()
    return f"""## How it was counted

- Only the options that a record names, with the weights of the profile that its project was labelled with (without sight of the outcome)
  and figures up to the day of the decision. A framework not released by then is not ranked; that concerns {unborn} of the {of}.
- Counted are the {of} records with two options or more that were not decided for reasons outside any evidence. Left out: {external}
  decided for
  such reasons, and {len(single)} with one option in the catalogue ({", ".join(single)}).
- The service lists a framework with under {100 * ENOUGH_KNOWN:.0f} % of its weight known under the ranking. Here it stands behind the
  ranked ones, in the order
  of points, so that no decision is lost. That concerns {len(affected)} of the {of}; going by points alone would change the result of
  {moved}.
- A tie for the first place counts as a miss ({ties} of the {of}). The order in which a record writes its options is never used:
  {written_first} of the {of} write the chosen one first, so any rule that falls back on that order looks better than it is.
- {FAVOURITE} takes the first of the three among the options, and gets a guess's share where none of them is.
- The chosen option is among the first two in {found.tally("", counted).top_two} of {of}. That says something only where there are three
  options: {top_two} of
  {len(three)}, where chance expects {luck:.1f}.
- Where it is not first it is {mean:.1f} points of 100 behind the first on average; one that has more points but too few figures counts as
  0.
- Counting each project once, where each of its n records counts 1/n: {hits:g} of {projects}."""


def by_points_alone(one: Outcome) -> bool:
    """Whether the chosen option would stand first, alone, if too little evidence did not matter."""
    best = max(place.row.score for place in one.order)
    return [place.row.framework for place in one.order if place.row.score == best] == [one.decision.chosen]


def tied(one: Outcome) -> bool:
    """Whether the chosen option shares the first place."""
    return one.chosen is not None and not one.hit and one.behind == 0 and one.chosen.ranked == one.first.ranked


def splits(found: Check) -> str:
    """The count apart by what is known of a record."""
    return f"""## The count, split

{table(HEAD, [one.cells for one in tallies(found)])}

The splits are small and overlap; their intervals say how little each proves.

Reported apart, since the model knows neither what a move costs nor what a team already has:

{table(HEAD, [one.cells for one in apart(found)])}"""


def why(found: Check) -> str:
    """What the counts say about where the misses come from."""
    counted, model = found.counted, found.model
    booked = bookkeeping(found)
    named = Counter(name for one in counted for name in one.decision.importance)
    asked = []
    for name, times in sorted(named.items(), key=lambda pair: (-pair[1], pair[0])):
        those = [one for one in counted if name in one.decision.importance]
        there = math.fsum(readable(model, one.decision, name) for one in those) / times
        known = math.fsum(one.chosen.row.findings[name].known if one.chosen else 0.0 for one in those) / times
        asked.append((f"`{name}`", str(times), f"{100 * there:.0f} %", f"{100 * known:.0f} %"))
    chosen = Counter(one.decision.chosen for one in counted)
    ours = Counter(one.first.row.framework for one in counted if not tied(one))
    options = Counter(name for one in counted for name in one.decision.options)
    leaning = [
        (name, str(times), str(chosen[name]), str(ours[name]))
        for name, times in sorted(options.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    kinds = Counter(cause(one, model).kind for one in counted if not one.hit)
    booked_ties = sum(tied(one) for one in booked)
    return f"""## Why it misses

**How much of the question had a source.** What teams named as a reason, how much of that criterion's indicator weight had a source
then, and how much of what had a source was known of the option they chose:

{table(("criterion", "named in", "had a source", "of that known of the chosen"), asked)}

A criterion that is read in part answers a narrower question than the one that the team asked.

**By the reasons given.** With the team's own reasons and their importance as weights the model gets
{sum(one.hit for one in booked)} of {len(booked)} ({booked_ties} ties). That is bookkeeping, not prediction, since the reasons were written
after the choice. What it still misses is missed by the figures or for want of them.

**Whom it puts first.** How often each framework was an option, was chosen, and stands first here (ties left out):

{table(("framework", "an option in", "chosen in", "first here in"), leaning)}

The misses by cause; of several that apply the first counts:

{table(("cause", "misses"), [(kind.value, str(kinds[kind])) for kind in Kind if kinds[kind]])}"""


def misses(found: Check) -> str:
    """A list of every decision in which the chosen option is not first."""
    missed = sorted((one for one in found.counted if not one.hit), key=lambda one: (one.decision.decided_on, one.decision.id))
    lines = "\n".join(_miss(one, found) for one in missed)
    return f"""## Every miss

The cause is worked out from the figures: which criterion took most points from the chosen option, what of it had no source on that day,
what
was missing of the chosen option, and how much weight the reasons have that the team gave. An asterisk marks what was too little known to be
ranked.

{lines}"""


def _miss(one: Outcome, found: Check) -> str:
    decision = one.decision
    standing = ", ".join(f"{place.row.framework} {100 * place.row.score:.1f}{'' if place.ranked else STAR}" for place in one.order)
    gap = "not released" if one.behind is None else "tied" if tied(one) else f"{one.behind:.1f} behind {one.first.row.framework}"
    return (
        f"- {decision.decided_on}, [{decision.title}]({decision.url}), {decision.profile}: chose **{decision.chosen}**, {gap} "
        f"({standing}). {cause(one, found.model).words}"
    )


def reading(found: Check) -> str:
    """What a reader should hold against the sample, and what could help. Written by hand: it names no figure of the model."""
    unsure = sum(not one.decision.profile_sure for one in found.counted)
    return f"""## What this sample is, and is not

- People write when they leave something, so newcomers win. That is part of why the newest option is so strong a rule here; it does not
  excuse a model that knows how fast a framework grows. Decisions to stay are too few to test the other side.
- Most projects are API back ends, in open source, research and government. Agencies and commerce, where sites are built, are nearly absent.
- Reasons were written by people who had already decided. A few of the latest records read as machine-written.
- Which profile a project has is one reader's label from one sentence; {unsure} of {len(found.counted)} are marked unsure.
- A team's choice is not the right choice. Agreeing with teams is evidence for a model, not proof of it.

## What could help, on principle

None of this was tried on these decisions. Each would have to be argued from what it measures, and adopted whatever this page then says.

- Date what is built in. Async handlers, an API description, typed input and the like were looked up in installed packages on one day.
  Change
  logs say which release brought each; dated so, the question of an earlier day would be whole, and nothing later would leak in.
- Let a source count as living only while it covers most of what could be compared. Package sizes before the first measurement of our own
  are known of a handful of older frameworks; for the others a stand-in competes with a figure. A fixed stand-in is fair among unknowns.
  Beside a
  well-measured rival it decides.
- Fill the gaps of young and small frameworks from sources that list everyone, such as package indexes and version control.
- Say where typed input belongs. It counts under large applications; teams that build small services name it as well. That is a question of
  what the criteria mean.
- Leave the cost of moving out, and say so in the answer: it belongs to a team, not to a framework."""


def main() -> None:
    """Writes the page and prints the count."""
    found = check()
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(found), encoding="utf-8")
    print(f"{HEAD[0]:42}" + "".join(f"{cell:>12}" for cell in ("number", "first", "95 %", "chance", "favourite", "newest")))
    for one in [*tallies(found), *apart(found)]:
        name, *cells = (cell.replace("**", "") for cell in one.cells)
        print(f"{name:42}" + "".join(f"{cell:>12}" for cell in cells))
    booked = bookkeeping(found)
    print(f"by the reasons given, which is bookkeeping: {sum(one.hit for one in booked)} of {len(booked)}")


if __name__ == "__main__":
    main()

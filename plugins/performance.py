"""How much work does a server get done? JSON answers, answers that wait for a remote server, answers from a database through an ORM.

Requests per second mean nothing across machines and dates, so each figure is read as a multiple of what ran beside it: of a bare server in
our own measurements (docs/measuring.md), of the median of its table in published ones, which `data/references.csv` froze.
"""

from datetime import date

from frameworth import Criterion, Indicator, Metric, hookimpl, levels, reciprocal

# Linear in time per request, which is what a server costs: four times the median's throughput is all that can be noticed, and at a tenth of
# it the framework is the bottleneck whatever the application does.
_TIMES_MEDIAN = reciprocal(zero=0.1, one=4)
# Linear in time per request here too. A framework can't do better than the bare server of the standard library that ran beside it; at
# a hundred times its work, an application spends what it is given on the framework and its libraries.
_TIMES_BARE = reciprocal(zero=0.01, one=1)


def _multiple(of, since, until=None):
    return Metric(f"{of}_vs_median", unit="times the median", value=_TIMES_MEDIAN, half_life=5, since=since, until=until)


def _measured(test):
    return Metric(f"rig_{test}_requests_per_cpu_s", unit="times the baseline", value=_TIMES_BARE, half_life=5, since=date(2026, 11, 29))


JSON = [
    # Per second of CPU: what a server is paid for, and the steadiest of our figures on a machine that others share.
    _measured("json"),
    # The same of a constant answer alone.
    _multiple("hello_json_requests_per_cpu_s", since=date(2026, 11, 22)),
    # 512 connections: at 64 the load tool itself is the limit.
    _multiple("benchmarker_rps_c512", since=date(2020, 6, 30)),
    # The same tables before the number of connections was printed.
    _multiple("benchmarker_rps", since=date(2018, 12, 28), until=date(2020, 6, 29)),
    # The one public series before that with JSON, remote and ORM tests of the same frameworks on one machine.
    _multiple("klen_json_rps", since=date(2015, 7, 28), until=date(2018, 12, 27)),
]
REMOTE_FETCH = [
    # As above, of an answer that needs one of another server, fetched by what the framework's users take for it.
    _measured("remote"),
    # Nobody published this test between the two; without a living source it drops out for everyone.
    _multiple("klen_remote_rps", since=date(2015, 7, 28), until=date(2018, 12, 27)),
]
DATABASE = [
    # As above, of lists and inserts through the ORM that the framework's users take.
    _measured("orm"),
    # Through an ORM, since that is how applications of these frameworks read; raw SQL measures the driver.
    _multiple("klen_orm_rps", since=date(2015, 7, 28), until=date(2019, 12, 15)),
    # The run of December 2019 is the last that was published whole; five years on, most entries have been rewritten.
    _multiple("tfb_fortunes_orm_rps", since=date(2019, 12, 16), until=date(2024, 12, 15)),
]
# An author's view "in 2018", with three years of life like everything from that article.
STATED = Metric(
    "stated_speed",
    unit="ordinal 1-5",
    value=levels({1: 0, 2: 0.25, 3: 0.5, 4: 0.75, 5: 1}),
    half_life=4,
    opinion=True,
    since=date(2018, 5, 28),
    until=date(2021, 5, 28),
)


@hookimpl
def frameworth_criteria():
    """One criterion: performance."""
    yield Criterion(
        "performance",
        question="How much work does a server get done: JSON, remote fetches, database access through an ORM?",
        indicators=[
            Indicator("json", JSON, title="JSON"),
            Indicator("remote_fetch", REMOTE_FETCH),
            Indicator("database", DATABASE),
            # One author's word, beside three measurements. The charts in that article stand above as figures and are not counted again.
            Indicator("stated_speed", [STATED], weight=0.5),
        ],
    )

"""Does it suit small services that start often: microservices, functions, containers?

What counts there is the size that is shipped, the time and memory of a start, waiting without blocking, and a description that other
services can read.
"""

from datetime import date

from frameworth import Criterion, Indicator, Metric, hookimpl, levels, ratio, yes_no

_MEASURED = date(2026, 11, 22)  # the day of our own measurements on installed packages
_SERVED = date(2026, 11, 29)  # the day of those on the reference application with its server, see docs/measuring.md
_BARE = "times the baseline"  # a bare server of the standard library that does the same

# What a service ships: framework, server, ORM, client. 10 MB is an ORM and little else; 25 times that is all that a function may unpack.
SHIPPED = Metric("rig_install_size_bytes", unit="bytes", value=ratio(baseline=10_000_000, worst=25), since=_SERVED)
# The bare server takes some 60 ms of CPU to start; thirty times that is nearly two seconds of a full core, and more of a small function.
SERVED_START = Metric("rig_start_cpu", unit=_BARE, value=ratio(baseline=1, worst=30), since=_SERVED)
# The bare server holds some 24 MB; eight times that leaves little of a small container (256 MB).
SERVED_MEMORY = Metric("rig_memory", unit=_BARE, value=ratio(baseline=1, worst=8), since=_SERVED)

# 300 kB is the smallest installed size that a framework with routing and templates has; 200 times that (60 MB) fills a quarter of what a
# function may unpack (250 MB). Each doubling costs the same.
INSTALLED = Metric("install_size_bytes", unit="bytes", value=ratio(baseline=300_000, worst=200), since=_MEASURED)
# The package alone, without what it pulls in: half of the anchor above, since dependencies are missing from it.
WHEEL = Metric("wheel_unpacked_bytes", unit="bytes", value=ratio(baseline=150_000, worst=200), since=date(2017, 12, 31))
# 30 ms of CPU is a bare interpreter with a few modules; 30 times that is most of a second on a full core, several on a small function.
START = Metric("app_build_cpu_ms", unit="ms", value=ratio(baseline=30, worst=30), since=_MEASURED)
# An empty interpreter takes 21,000 KiB; six times that no longer fits the smallest function (128 MB).
MEMORY = Metric("app_build_peak_rss_kib", unit="KiB", value=ratio(baseline=21_000, worst=6), since=_MEASURED)
# A handler that can wait without holding a thread serves many slow neighbours from one small instance; it can or it can't.
ASYNC = Metric("async_handlers", unit="boolean", value=yes_no(), since=_MEASURED)
# Clients, gateways and tests are generated from a description; one made from the code stays true. It is made or it is not.
OPENAPI = Metric("builtin_openapi", unit="boolean", value=yes_no(), since=_MEASURED)
# An author's view "in 2018", with three years of life like everything from that article.
STATED = Metric(
    "stated_microservices_fit",
    unit="ordinal 1-5",
    value=levels({1: 0, 2: 0.25, 3: 0.5, 4: 0.75, 5: 1}),
    half_life=4,
    opinion=True,
    since=date(2018, 5, 28),
    until=date(2021, 5, 28),
)


@hookimpl
def frameworth_criteria():
    """One criterion: cloud-native fit."""
    yield Criterion(
        "cloud_native",
        title="Cloud-native fit",
        question="Does it suit microservices, functions and containers: small, quick to start, able to wait, described for machines?",
        indicators=[
            Indicator("footprint", [SHIPPED, INSTALLED, WHEEL]),
            Indicator("start", [SERVED_START, START]),
            Indicator(
                "memory", [SERVED_MEMORY, MEMORY], weight=0.5
            ),  # goes with size and start; memory is also the cheapest of the three to buy
            Indicator("async_handlers", [ASYNC]),
            Indicator("api_description", [OPENAPI], title="API description"),
            Indicator("stated_fit", [STATED]),
        ],
    )

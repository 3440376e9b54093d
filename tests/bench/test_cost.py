"""The reckoning of costs: each line can be done by hand, and each price says where it comes from."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from bench import cold, cost
from bench.memory import Memory, Read
from chalicelib.local import embedded_table
from tests.chalicelib.storage.engines import everything


def a_scorecard(**other):
    read = Read(Counter({"BatchGetItem": 1}), units=4.0, bytes=26_000)
    return cost.Scorecard(**{"question": "any", "cpu_ms": 2.0, "read": read, "answer_bytes": 5000, "log_bytes": 600, **other})


def test_each_part_is_what_it_is_by_hand():
    found = {line.part: line.usd for line in cost.lines(a_scorecard(), 1024)}
    # 2 ms of CPU take 3.46 ms on 1024/1769 of a vCPU, and 10 ms are waited: 14 ms begun.
    assert found["Lambda, duration on x86_64"] == Decimal("0.0000166667") * 14
    assert found["Lambda, duration on arm64"] == Decimal("0.0000133334") * 14
    assert found["Lambda, requests"] == Decimal("0.0002")
    assert found["API Gateway, REST"] == Decimal("0.0035")
    assert found["DynamoDB on demand, reads"] == Decimal("0.0005")
    assert found["data transfer out"] == Decimal("0.00045")
    assert found["CloudWatch Logs, ingestion"] == Decimal("0.0003")


@pytest.mark.parametrize(("processor", "other"), [("x86_64", "arm64"), ("arm64", "x86_64")])
def test_the_whole_is_the_sum_of_its_parts(processor, other):
    found = cost.lines(a_scorecard(), 1024)
    parts = [line.usd for line in found if not line.part.startswith("the whole") and other not in line.part]
    assert [line.usd for line in found if line.part == f"the whole, {processor}"] == [sum(parts)]


def test_more_memory_than_a_vcpu_takes_makes_one_thread_no_quicker():
    assert cost.billed_ms(a_scorecard(), 1769) == cost.billed_ms(a_scorecard(), 3538) == 12


def test_every_price_has_a_public_source_with_the_date_of_what_it_says():
    assert len({price.what for price in cost.PRICES}) == len(cost.PRICES) == 7
    for price in cost.PRICES:
        assert price.source.startswith("https://")
        assert price.dated[:2] == "20"
        assert price.dated <= cost.LOOKED_UP


def test_the_table_of_prices_names_the_region_and_the_day_on_which_they_were_looked_up():
    table = cost.prices()
    assert cost.REGION in table.method
    assert cost.LOOKED_UP in table.method


def test_the_arithmetic_says_what_was_assumed():
    table = cost.told(a_scorecard(), 1024)
    assert "not Lambda's" in table.method
    assert [row[0] for row in table.rows[-2:]] == ["the whole, x86_64", "the whole, arm64"]


def test_what_a_cold_and_a_warm_service_read_and_log_is_taken_from_the_real_table(service):
    embedded = embedded_table()
    held = Memory(everything(embedded._client, embedded.name).values())
    first, warm, logged = cost.read_and_logged(held, cold.BODY)
    assert warm.calls == {"BatchGetItem": 1}
    assert first.calls == {"BatchGetItem": 1, "Query": 1}
    assert first.units > warm.units > 0
    assert 300 < logged < 1000

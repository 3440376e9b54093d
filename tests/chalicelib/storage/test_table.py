from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

from chalicelib.storage.items import text
from chalicelib.storage.table import MOST_ITEMS, MOST_KEYS, StorageUnavailable, Table
from tests.chalicelib.storage import faults
from tests.chalicelib.storage.engines import Connect, everything

AN_ERROR = "com.amazonaws.dynamodb.v20120810#"


def an_item(sort: str, partition: str = "p", **more: str) -> dict[str, dict[str, str]]:
    return {"PK": text(partition), "SK": text(sort), **{name: text(value) for name, value in more.items()}}


def many(number: int, partition: str = "p", **more: str) -> list[dict[str, dict[str, str]]]:
    return [an_item(f"{place:04d}", partition, **more) for place in range(number)]


def keys_of(items: list[Any]) -> list[tuple[str, str]]:
    return sorted((item["PK"]["S"], item["SK"]["S"]) for item in items)


def chunk_sizes(made: list[faults.Request]) -> list[int]:
    return [len(next(iter(request.params["RequestItems"].values()))) for request in made]


class TestOneItem:
    def test_what_was_put_is_got(self, table: Table) -> None:
        table.put(an_item("a", colour="red"))
        assert table.get("p", "a") == an_item("a", colour="red")

    def test_what_was_never_put_is_none(self, table: Table) -> None:
        assert table.get("p", "a") is None

    def test_put_replaces_what_stood_there(self, table: Table) -> None:
        table.put(an_item("a", colour="red"))
        table.put(an_item("a", size="big"))
        assert table.get("p", "a") == an_item("a", size="big")

    def test_put_new_writes_once_and_says_so(self, table: Table) -> None:
        assert table.put_new(an_item("a", colour="red"))
        assert not table.put_new(an_item("a", colour="blue"))
        assert table.get("p", "a") == an_item("a", colour="red")

    def test_put_new_says_that_it_wrote_even_if_its_answer_was_lost_and_it_was_sent_again(self, table: Table, client: Any) -> None:
        faults.send_twice(client, "PutItem")
        attempts = faults.attempts_of(client)
        assert table.put_new(an_item("a", colour="red"))
        assert len(attempts) == 2

    def test_a_deleted_item_is_gone_and_deleting_it_again_is_no_error(self, table: Table) -> None:
        table.put(an_item("a"))
        table.delete("p", "a")
        table.delete("p", "a")
        assert table.get("p", "a") is None

    @pytest.mark.parametrize("consistent", [False, True])
    def test_a_read_is_as_consistent_as_it_was_asked_to_be(self, table: Table, client: Any, consistent: bool) -> None:
        made = faults.requests_of(client)
        table.get("p", "a", consistent=consistent)
        list(table.query("p", first="a", last="b", consistent=consistent))
        assert [request.params["ConsistentRead"] for request in made] == [consistent, consistent]


class TestUpdate:
    CONDITION = {  # noqa: RUF012  # never changed
        "UpdateExpression": "SET colour = :new",
        "ConditionExpression": "colour = :old",
        "ExpressionAttributeValues": {":new": text("blue"), ":old": text("red")},
    }

    def test_none_if_the_condition_held(self, table: Table) -> None:
        table.put(an_item("a", colour="red"))
        assert table.update("p", "a", **self.CONDITION) is None
        assert table.get("p", "a") == an_item("a", colour="blue")

    def test_a_refusal_brings_the_item_as_it_stands(self, table: Table) -> None:
        table.put(an_item("a", colour="green", size="big"))
        assert table.update("p", "a", **self.CONDITION) == an_item("a", colour="green", size="big")
        assert table.get("p", "a") == an_item("a", colour="green", size="big")

    def test_a_refusal_where_nothing_stands_brings_an_empty_item(self, table: Table) -> None:
        assert table.update("p", "a", **self.CONDITION) == {}
        assert table.get("p", "a") is None


class TestQuery:
    def test_brings_the_range_with_both_ends_in_order(self, table: Table) -> None:
        for sort in ("e", "a", "c", "b", "d"):
            table.put(an_item(sort))
        table.put(an_item("c", "another"))
        assert list(table.query("p", first="b", last="d")) == [an_item("b"), an_item("c"), an_item("d")]

    def test_an_empty_range_brings_nothing(self, table: Table) -> None:
        table.put(an_item("a"))
        assert list(table.query("p", first="b", last="c")) == []

    def test_follows_the_pages_of_a_range_beyond_a_megabyte(self, table: Table, client: Any) -> None:
        for item in many(8, body="x" * 300_000):
            table.put(item)
        made = faults.requests_of(client)
        found = list(table.query("p", first="0", last="9"))
        assert [item["SK"]["S"] for item in found] == [f"{place:04d}" for place in range(8)]
        assert len(made) > 1

    @pytest.mark.parametrize(("limit", "expected"), [(1, 1), (3, 3), (5, 5), (8, 8), (9, 8)])
    def test_a_limit_holds_across_pages(self, table: Table, limit: int, expected: int) -> None:
        for item in many(8, body="x" * 300_000):
            table.put(item)
        found = list(table.query("p", first="0", last="9", limit=limit))
        assert [item["SK"]["S"] for item in found] == [f"{place:04d}" for place in range(expected)]

    def test_a_limit_that_is_reached_costs_no_further_call(self, table: Table, client: Any) -> None:
        table.batch_put(many(10))
        made = faults.requests_of(client)
        assert len(list(table.query("p", first="0", last="9", limit=4))) == 4
        assert [(request.operation, request.params["Limit"]) for request in made] == [("Query", 4)]

    def test_pages_that_are_not_wanted_are_not_asked_for(self, table: Table, client: Any) -> None:
        for item in many(8, body="x" * 300_000):
            table.put(item)
        made = faults.requests_of(client)
        next(table.query("p", first="0", last="9"))
        assert len(made) == 1

    def test_an_index_holds_the_items_that_carry_its_attribute_and_is_read_page_by_page(self, table: Table, client: Any) -> None:
        for place in range(8):
            table.put(an_item("META", f"F#{place}", kind="framework", id=f"{7 - place}", body="x" * 300_000))
        table.put(an_item("META", "F#another", kind="plugin", id="a"))
        table.put(an_item("CUR", "F#0", id="a"))
        made = faults.requests_of(client)
        found = list(table.query_index("by_kind", "framework"))
        assert [item["id"]["S"] for item in found] == [f"{place}" for place in range(8)]
        assert len(made) > 1


class TestBatchGet:
    def test_brings_what_is_there_and_leaves_out_what_is_not(self, table: Table) -> None:
        table.put(an_item("a"))
        table.put(an_item("c"))
        assert keys_of(table.batch_get([("p", "a"), ("p", "b"), ("p", "c")])) == [("p", "a"), ("p", "c")]

    def test_no_keys_cost_no_call(self, table: Table, client: Any) -> None:
        made = faults.requests_of(client)
        assert table.batch_get([]) == []
        assert made == []

    def test_more_keys_than_a_batch_takes_are_split(self, table: Table, client: Any) -> None:
        table.batch_put(many(250))
        made = faults.requests_of(client)
        wanted = [("p", f"{place:04d}") for place in range(250)]
        assert keys_of(table.batch_get(wanted)) == wanted
        assert [len(request.params["RequestItems"][table.name]["Keys"]) for request in made] == [MOST_KEYS, MOST_KEYS, 50]

    def test_asks_again_until_nothing_is_left_unprocessed(self, table: Table, client: Any, pauses: list[float]) -> None:
        table.batch_put(many(10))
        wanted = [("p", f"{place:04d}") for place in range(10)]
        faults.read_partly(client, 3)
        made = faults.requests_of(client)
        assert keys_of(table.batch_get(wanted)) == wanted
        asked = [len(request.params["RequestItems"][table.name]["Keys"]) for request in made]
        assert asked == [10, 7, 4, 1]
        assert len(pauses) == 3

    def test_every_chunk_has_attempts_of_its_own(self, table: Table, client: Any) -> None:
        table.batch_put(many(250))
        wanted = [("p", f"{place:04d}") for place in range(250)]
        faults.read_partly(client, 30)
        assert keys_of(table.batch_get(wanted)) == wanted

    def test_gives_up_rather_than_answer_with_a_part(self, table: Table, client: Any, pauses: list[float]) -> None:
        table.batch_put(many(20))
        faults.read_partly(client, 2)
        made = faults.requests_of(client)
        with pytest.raises(StorageUnavailable, match="unprocessed 6 times") as raised:
            table.batch_get([("p", f"{place:04d}") for place in range(20)])
        assert raised.value.operation == "batch_get_item"
        assert len(made) == 6
        assert len(pauses) == 5  # between the attempts, and none before giving up

    def test_pauses_grow_and_are_bounded(self, table: Table, client: Any, pauses: list[float]) -> None:
        table.put(an_item("a"))
        faults.read_partly(client, 0)
        for _ in range(30):
            with pytest.raises(StorageUnavailable):
                table.batch_get([("p", "a")])
        by_attempt = [max(pauses[place::5]) for place in range(5)]
        assert all(0 < longest <= 0.05 * 2**place for place, longest in enumerate(by_attempt))
        assert by_attempt[0] < by_attempt[2] < by_attempt[4]


class TestBatchPut:
    def test_more_items_than_a_batch_takes_are_split_and_counted(self, table: Table, client: Any) -> None:
        made, heard = faults.requests_of(client), []
        table.batch_put(many(60), heard.append)
        assert chunk_sizes(made) == [MOST_ITEMS, MOST_ITEMS, 10]
        assert heard == [25, 25, 10]
        assert len(everything(client, table.name)) == 60

    def test_no_items_cost_no_call(self, table: Table, client: Any) -> None:
        made = faults.requests_of(client)
        table.batch_put([])
        assert made == []

    def test_writes_again_what_was_left_unprocessed(self, table: Table, client: Any, pauses: list[float]) -> None:
        faults.write_partly(client, 7)
        made = faults.requests_of(client)
        table.batch_put(many(25))
        assert chunk_sizes(made) == [25, 18, 11, 4]
        assert keys_of(list(everything(client, table.name).values())) == keys_of(many(25))
        assert len(pauses) == 3

    def test_gives_up_when_the_attempts_are_used_up_and_does_not_count_the_chunk(self, table: Table, client: Any) -> None:
        heard: list[int] = []
        faults.write_partly(client, 1)
        with pytest.raises(StorageUnavailable, match="unprocessed 6 times") as raised:
            table.batch_put(many(25), heard.append)
        assert raised.value.operation == "batch_write_item"
        assert heard == []


CALLS = {
    "get": lambda table: table.get("p", "a"),
    "put": lambda table: table.put(an_item("a")),
    "put_new": lambda table: table.put_new(an_item("a")),
    "delete": lambda table: table.delete("p", "a"),
    "update": lambda table: table.update("p", "a", UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}}),
    "query": lambda table: list(table.query("p", first="a", last="b")),
    "query_index": lambda table: list(table.query_index("by_kind", "framework")),
    "batch_get": lambda table: table.batch_get([("p", "a")]),
    "batch_put": lambda table: table.batch_put([an_item("a")]),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


class TestFailures:
    @every_call
    def test_throttling_that_does_not_end(self, table: Table, connect: Connect, call: Any) -> None:
        client = connect(attempts=1)
        faults.answer_instead(client, 400, {"__type": f"{AN_ERROR}ProvisionedThroughputExceededException", "message": "too fast"})
        with pytest.raises(StorageUnavailable, match="ProvisionedThroughputExceededException") as raised:
            call(Table(client, table.name))
        assert raised.value.__cause__ is not None

    @every_call
    def test_a_table_that_does_not_exist(self, client: Any, call: Any) -> None:
        with pytest.raises(StorageUnavailable, match="ResourceNotFoundException"):
            call(Table(client, "no-such-table"))

    def test_an_error_of_the_server(self, table: Table, client: Any) -> None:
        faults.answer_instead(client, 500, {"__type": f"{AN_ERROR}InternalServerError", "message": "oh"})
        attempts = faults.attempts_of(client)
        with pytest.raises(StorageUnavailable, match="InternalServerError"):
            table.get("p", "a")
        assert len(attempts) == 3

    @every_call
    def test_an_endpoint_that_does_not_answer(self, table: Table, connect: Connect, call: Any) -> None:
        client = connect(attempts=1)
        error = ReadTimeoutError(endpoint_url="https://nowhere")
        faults.raise_instead(client, error)
        with pytest.raises(StorageUnavailable, match="ReadTimeoutError") as raised:
            call(Table(client, table.name))
        assert raised.value.__cause__ is error

    @pytest.mark.parametrize("kind", [EndpointConnectionError, ConnectTimeoutError, ConnectionClosedError, SSLError])
    def test_an_endpoint_that_cannot_be_reached(self, kind: type[BotoCoreError], table: Table, connect: Connect) -> None:
        client = connect(attempts=1)
        faults.raise_instead(client, kind(endpoint_url="https://nowhere", error="refused"))
        with pytest.raises(StorageUnavailable, match=kind.__name__):
            Table(client, table.name).get("p", "a")

    @every_call
    @pytest.mark.parametrize("attempts", [1, 3])
    def test_an_answer_with_a_wrong_checksum(self, table: Table, connect: Connect, call: Any, attempts: int) -> None:
        client = connect(attempts=attempts)
        faults.answer_instead(client, 200, {"Items": [], "Responses": {}}, checksum=1)
        sent = faults.attempts_of(client)
        with pytest.raises(StorageUnavailable, match="ChecksumError"):
            call(Table(client, table.name))
        assert len(sent) == attempts

    @every_call
    @pytest.mark.parametrize("body", ["<html>Please log in</html>", ""], ids=["page", "nothing"])
    def test_a_success_that_is_none_of_dynamodb(self, table: Table, client: Any, call: Any, body: str) -> None:
        faults.answer_instead(client, 200, body)
        with pytest.raises(StorageUnavailable, match="NotFromDynamoDB"):
            call(table)

    @every_call
    def test_passes_when_the_last_attempt_succeeds(self, table: Table, client: Any, call: Any) -> None:
        faults.answer_instead(client, 500, {"__type": f"{AN_ERROR}InternalServerError", "message": "oh"}, times=2)
        attempts = faults.attempts_of(client)
        call(table)
        assert len(attempts) == 3

    def test_a_wrong_checksum_is_made_good_by_another_attempt(self, table: Table, client: Any) -> None:
        table.put(an_item("a"))
        faults.answer_instead(client, 200, {}, checksum=1, times=1)
        assert table.get("p", "a") == an_item("a")

    def test_a_refused_condition_is_no_failure_and_is_not_tried_again(self, table: Table, client: Any) -> None:
        table.put(an_item("a"))
        attempts = faults.attempts_of(client)
        assert not table.put_new(an_item("a", colour="red"))
        assert len(attempts) == 1

    def test_what_is_asked_wrongly_fails_as_well(self, table: Table) -> None:
        with pytest.raises(StorageUnavailable, match="ValidationException"):
            table.update("p", "a", UpdateExpression="SET")

    def test_the_message_says_what_failed_and_why(self, client: Any) -> None:
        with pytest.raises(StorageUnavailable) as raised:
            Table(client, "no-such-table").get("p", "a")
        assert (raised.value.operation, raised.value.why) == ("get_item", "ResourceNotFoundException")
        assert str(raised.value) == "DynamoDB get_item failed: ResourceNotFoundException"


class TestWhatIsTakenAsItIs:
    @pytest.fixture
    def reads(self, table: Table) -> dict[str, dict[str, Any]]:
        table.put({**an_item("a", colour="rød", empty=""), "size": {"N": "12"}})
        key = {"PK": text("p"), "SK": text("a")}
        span = {"KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": text("p")}, "Limit": 1}
        return {
            "get_item": {"TableName": table.name, "Key": key},
            "batch_get_item": {"RequestItems": {table.name: {"Keys": [key]}}},
            "query": {"TableName": table.name, **span},
        }

    @pytest.mark.parametrize("operation", ["get_item", "batch_get_item", "query"])
    @pytest.mark.parametrize("more", [{}, {"ReturnConsumedCapacity": "TOTAL"}])
    def test_what_is_read_is_what_botocore_would_make_of_it(
        self, client: Any, connect: Connect, reads: dict[str, dict[str, Any]], operation: str, more: dict[str, str]
    ) -> None:
        ours, theirs = (getattr(one, operation)(**reads[operation], **more) for one in (client, connect()))
        assert ours.pop("ResponseMetadata").keys() == theirs.pop("ResponseMetadata").keys()
        assert ours == theirs

    def test_bytes_are_bytes(self, client: Any, table: Table) -> None:
        table.put({**an_item("a"), "secret": {"B": b"\x00\xff"}, "told": text('of "B": and "BS": nothing is made')})
        table.put({**an_item("b"), "secrets": {"BS": [b"\x00"]}})
        for operation in (lambda: table.get("p", "a"), lambda: table.batch_get([("p", "a")])[0]):
            assert (found := operation()) is not None
            assert found["secret"] == {"B": b"\x00\xff"}
        assert [item["secrets"] for item in table.batch_get([("p", "b")])] == [{"BS": [b"\x00"]}]

    def test_botocores_parser_walks_through_no_item(self, client: Any, reads: dict[str, dict[str, Any]]) -> None:
        bodies: list[bytes] = []
        client.meta.events.register_last("before-parse.dynamodb", lambda response_dict, **_: bodies.append(response_dict["body"]))
        for operation, request in reads.items():
            getattr(client, operation)(**request)
        assert bodies == [b"{}"] * 3

"""What callers may write: observations and their withdrawal, frameworks, profiles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.api.application import application
from tests.chalicelib.api.conftest import Writer
from tests.gateway import Gateway

if TYPE_CHECKING:
    from chalicelib.use_cases.service import Service
    from tests.gateway import Answer

STARS = "/v1/frameworks/flask/observations?metric=github_stars&since=2026-11-20"
SOURCE = {"title": "GitHub", "url": "https://github.com/pallets/flask"}
BOTTLE = {"name": "Bottle", "licence": "MIT", "first_release": "2009-07-01", "homepage": "https://bottlepy.org/"}
OURS = {"summary": "What we build.", "weights": {"jobs": 3, "community": 1}, "reasons": {"jobs": "We hire.", "community": "We ask."}}


def a_row(**changes: Any) -> dict[str, Any]:
    row = {
        "framework": "flask",
        "metric": "github_stars",
        "value": 70_000,
        "unit": "stars",
        "observed_on": "2026-11-22",
        "basis": "measured",
        "source": SOURCE,
    }
    return {**row, **changes}


def problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    assert (answer.status, answer.json()["code"]) == (status, code), answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.json()


class TestObservations:
    def test_a_figure_is_recorded_and_counts_at_once(self, writer: Writer) -> None:
        answer = writer.send("POST", "/v1/observations", {"observations": [a_row()]})
        assert answer.status == 200
        assert {name: count for name, count in answer.json().items() if name != "outcomes"} == {
            "recorded": 1,
            "already_there": 0,
            "refused": 0,
        }
        (outcome,) = answer.json()["outcomes"]
        (row,) = writer.gateway.get(STARS).json()["observations"][-1:]
        assert (row["id"], row["value"], row["source"]) == (outcome["id"], 70_000, SOURCE)
        figures = {one["metric"]: one["value"] for one in writer.gateway.get("/v1/frameworks/flask").json()["figures"]}
        assert figures["github_stars"] == 70_000

    def test_who_recorded_it_and_when_is_shown_beside_it(self, writer: Writer, own_service: Service) -> None:
        writer.send("POST", "/v1/observations", {"observations": [a_row()]})
        recorded = writer.gateway.get(STARS).json()["observations"][-1]["recorded"]
        (token,) = own_service.tokens.all()
        assert recorded["by"] == token.id
        assert recorded["at"].endswith("+00:00")

    @pytest.mark.parametrize("count", [1, 2, 3, 40])
    def test_what_is_sent_again_is_there_already(self, writer: Writer, count: int) -> None:
        body = {"observations": [a_row(value=70_000 + place) for place in range(count)]}
        first, again = (writer.send("POST", "/v1/observations", body).json() for _ in range(2))
        assert (first["recorded"], first["already_there"]) == (count, 0)
        assert (again["recorded"], again["already_there"]) == (0, count)
        assert [one["id"] for one in first["outcomes"]] == [one["id"] for one in again["outcomes"]]

    def test_of_two_equal_rows_the_first_is_recorded(self, writer: Writer) -> None:
        answer = writer.send("POST", "/v1/observations", {"observations": [a_row(), a_row(value=1), a_row(), a_row(value=1)]}).json()
        assert [one["outcome"] for one in answer["outcomes"]] == ["recorded", "recorded", "already_there", "already_there"]

    def test_of_two_figures_of_a_day_it_is_told_which_counts_and_how_the_other_would(self, writer: Writer) -> None:
        rows = [a_row(value=1), a_row(value=2), a_row(value=3, basis="reported"), a_row(value=4, observed_on="2026-11-21"), a_row(unit="")]
        told = writer.send("POST", "/v1/observations", {"observations": rows}).json()["outcomes"]
        counts, outranked = sorted(told[:2], key=lambda one: one["standing"])
        assert [(one["standing"], one["hint"]) for one in (counts, told[3])] == [("counts", "")] * 2
        assert outranked["standing"] == told[2]["standing"] == "outranked"
        assert f"(id {counts['id']}) counts, by the same revision and the greater id" in outranked["hint"]
        assert told[2]["hint"].endswith("counts, by revision 200; to have this one count, send it with a revision above 200")
        assert (told[4]["standing"], told[4]["hint"]) == (None, "")
        above = writer.send("POST", "/v1/observations", {"observations": [a_row(value=3, basis="reported", revision=201)]}).json()
        assert above["outcomes"][0]["standing"] == "counts"
        again = writer.send("POST", "/v1/observations", {"observations": rows[:1]}).json()["outcomes"][0]
        assert (again["outcome"], again["standing"]) == ("already_there", "outranked")

    def test_of_a_row_that_was_withdrawn_it_is_told_and_how_to_undo_it(self, writer: Writer) -> None:
        (first,) = writer.send("POST", "/v1/observations", {"observations": [a_row()]}).json()["outcomes"]
        writer.send("POST", f"/v1/frameworks/flask/observations/{first['id']}/withdrawal", {"reason": "of a fork"})
        (again,) = writer.send("POST", "/v1/observations", {"observations": [a_row()]}).json()["outcomes"]
        assert (again["outcome"], again["standing"]) == ("already_there", "withdrawn")
        assert "(of a fork), and stays so; if it is right after all, send it with another revision" in again["hint"]
        (right,) = writer.send("POST", "/v1/observations", {"observations": [a_row(revision=201)]}).json()["outcomes"]
        assert (right["outcome"], right["standing"]) == ("recorded", "counts")

    def test_a_row_that_cannot_go_in_is_refused_alone_with_all_that_is_wrong(self, writer: Writer) -> None:
        rows = [
            a_row(),
            a_row(framework="flaks", metric="github_star"),
            a_row(unit="thousand stars", observed_on="2026-12-01"),
            a_row(framework="a/b"),
            a_row(source={"title": "x", "url": "javascript:alert(1)"}),
            a_row(framework="tornado"),
            a_row(value=-1.5, observed_on="1890-01-01", note="a\nb"),
            a_row(metric="github_stars_gain_24m", value=12, unit="percent of today's"),
        ]
        answer = writer.send("POST", "/v1/observations", {"observations": rows})
        assert answer.status == 207
        told = answer.json()
        assert (told["recorded"], told["already_there"], told["refused"]) == (2, 0, 6)
        assert [[(error["pointer"], error["code"]) for error in one["errors"]] for one in told["outcomes"]] == [
            [],
            [("/observations/1/framework", "unknown_framework"), ("/observations/1/metric", "unknown_metric")],
            [("/observations/2/unit", "wrong_unit"), ("/observations/2/observed_on", "in_the_future")],
            [("/observations/3/framework", "unknown_framework")],
            [("/observations/4/source/url", "invalid_value")],
            [],
            [
                ("/observations/6/note", "invalid_value"),
                ("/observations/6/value", "out_of_bounds"),
                ("/observations/6/observed_on", "before_the_web"),
            ],
            [("/observations/7/metric", "derived_metric")],
        ]
        assert "a whole number of 0 or more" in told["outcomes"][6]["errors"][1]["message"]
        assert "did you mean flask?" in told["outcomes"][1]["errors"][0]["fix"]
        assert all(error["fix"] for one in told["outcomes"] for error in one["errors"])
        assert writer.gateway.get(STARS).json()["observations"][-1]["value"] == 70_000

    @pytest.mark.parametrize(
        ("rows", "pointers"),
        [
            ([], ["/observations"]),
            ([a_row()] * 501, ["/observations"]),
            (
                [
                    a_row(source={"title": "x", "url": "ftp://x"}),
                    a_row(value="1"),
                    a_row(basis="guess", note="n" * 10_000),
                    a_row(metric="stars"),
                ],
                [
                    *("/observations/1/value", "/observations/2/basis", "/observations/2/note"),
                    *("/observations/0/source/url", "/observations/3/metric"),
                ],
            ),
            ([{**a_row(), "weight": 2}], ["/observations/0/weight"]),
            ([a_row(observed_on="2026-02-30")], ["/observations/0/observed_on"]),
            ([a_row(revision=-1)], ["/observations/0/revision"]),
            (
                [{"framework": "flask"}],
                [f"/observations/0/{name}" for name in ("metric", "value", "unit", "observed_on", "basis", "source")],
            ),
        ],
    )
    def test_a_body_of_the_wrong_form_is_refused_whole_with_every_fault(self, writer: Writer, rows: list[Any], pointers: list[str]) -> None:
        before = writer.gateway.get(STARS).json()["observations"]
        told = problem(writer.send("POST", "/v1/observations", {"observations": rows}), 422, "invalid_request")
        assert [error["pointer"] for error in told["errors"]] == pointers
        assert writer.gateway.get(STARS).json()["observations"] == before

    def test_a_row_by_itself_is_told_where_it_belongs(self, writer: Writer) -> None:
        (fault,) = problem(writer.send("POST", "/v1/observations", a_row()), 422, "invalid_request")["errors"]
        assert (fault["pointer"], fault["code"]) == ("", "bare_row")
        assert fault["fix"] == 'send {"observations": [{…}]}, also for one row'
        told = problem(writer.send("POST", "/v1/observations", [a_row()]), 400, "not_an_object")
        assert told["detail"].endswith("the members that it takes: observations")

    def test_five_hundred_figures_go_in_at_once(self, writer: Writer) -> None:
        rows = [a_row(framework=("flask", "django")[place % 2], value=place, note=f"row {place}") for place in range(500)]
        assert writer.send("POST", "/v1/observations", {"observations": rows}).json()["recorded"] == 500

    def test_a_figure_counts_by_basis_unless_it_names_its_revision(self, writer: Writer) -> None:
        rows = [a_row(basis="reported", value=2), a_row(basis="measured", value=1), a_row(basis="opinion", value=3, revision=300)]
        writer.send("POST", "/v1/observations", {"observations": rows})
        found = [(row["value"], row["revision"]) for row in writer.gateway.get(STARS).json()["observations"][-3:]]
        assert found == [(2, 100), (1, 200), (3, 300)]


class TestIdempotencyKey:
    def test_a_request_that_was_refused_can_be_mended_and_sent_with_the_same_key(self, writer: Writer) -> None:
        def send(row: dict[str, Any]) -> Answer:
            return writer.send("POST", "/v1/observations", {"observations": [row]}, Idempotency_Key="k")

        problem(send(a_row(value="many")), 422, "invalid_request")
        first, again = send(a_row()), send(a_row())
        assert (first.status, first.json()["recorded"], again.body) == (200, 1, first.body)
        assert [one.headers.get("Idempotent-Replayed") for one in (first, again)] == [None, "true"]
        problem(send(a_row(value=1)), 422, "idempotency_key_reused")


class TestWithdrawal:
    def test_a_figure_that_is_withdrawn_counts_no_more_and_keeps_its_first_reason(self, writer: Writer, own_service: Service) -> None:
        before = writer.gateway.get("/v1/frameworks/flask").json()["figures"]
        (outcome,) = writer.send("POST", "/v1/observations", {"observations": [a_row()]}).json()["outcomes"]
        address = f"/v1/frameworks/flask/observations/{outcome['id']}/withdrawal"
        first = writer.send("POST", address, {"reason": "of a fork"})
        again = writer.send("POST", address, {"reason": "for no reason"})
        assert (first.status, again.status) == (201, 200)
        assert first.json() == again.json()
        withdrawn = first.json()["observation"]["withdrawn"]
        assert (withdrawn["reason"], withdrawn["by"]) == ("of a fork", own_service.tokens.all()[0].id)
        assert writer.gateway.get("/v1/frameworks/flask").json()["figures"] == before
        assert writer.gateway.get(STARS).json()["observations"][-1] == first.json()["observation"]

    def test_what_was_derived_from_it_goes_with_it(self, writer: Writer) -> None:
        rows = writer.gateway.get("/v1/frameworks/flask/observations?metric=builtin_orm").json()["observations"]
        told = writer.send("POST", f"/v1/frameworks/flask/observations/{rows[-1]['id']}/withdrawal", {"reason": "an extra"}).json()
        (derived,) = told["derived"]
        assert (derived["metric"], derived["observed_on"]) == ("application_features", rows[-1]["observed_on"])
        assert derived["withdrawn"]["reason"] == f"derived from builtin_orm of {rows[-1]['observed_on']}, which was withdrawn: an extra"
        figures = {one["metric"] for one in writer.gateway.get("/v1/frameworks/flask").json()["figures"]}
        assert figures.isdisjoint({"builtin_orm", "application_features"})
        again = writer.send("POST", f"/v1/frameworks/flask/observations/{rows[-1]['id']}/withdrawal", {"reason": "an extra"})
        assert (again.status, again.json()) == (200, told)

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("/v1/frameworks/flask/observations/0123456789abcdef/withdrawal", "unknown_observation"),
            ("/v1/frameworks/flask/observations/%2F/withdrawal", "unknown_observation"),
            ("/v1/frameworks/flaks/observations/0123456789abcdef/withdrawal", "unknown_framework"),
            ("/v1/frameworks/F%23/observations/0123456789abcdef/withdrawal", "unknown_framework"),
        ],
    )
    def test_what_is_not_there_can_not_be_withdrawn(self, writer: Writer, address: str, code: str) -> None:
        problem(writer.send("POST", address, {"reason": "wrong"}), 404, code)

    @pytest.mark.parametrize("reason", ["", "   ", "two\nlines", "r" * 3_000], ids=["empty", "blank", "two lines", "too long"])
    def test_a_reason_is_a_line_that_says_something(self, writer: Writer, reason: str) -> None:
        row = writer.gateway.get("/v1/frameworks/flask/observations?limit=1").json()["observations"][0]
        answer = writer.send("POST", f"/v1/frameworks/flask/observations/{row['id']}/withdrawal", {"reason": reason})
        assert [error["pointer"] for error in problem(answer, 422, "invalid_request")["errors"]] == ["/reason"]


class TestFrameworks:
    def test_a_framework_that_is_entered_is_shown_listed_and_can_be_scored(self, writer: Writer, own_service: Service) -> None:
        answer = writer.send("PUT", "/v1/frameworks/bottle", BOTTLE, If_None_Match="*")
        assert answer.status == 201
        shown = writer.gateway.get("/v1/frameworks/bottle")
        assert (shown.json(), shown.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
        assert {name: shown.json()[name] for name in BOTTLE} == BOTTLE
        assert shown.json()["changed"]["by"] == own_service.tokens.all()[0].id
        assert "bottle" in [one["framework"] for one in writer.gateway.get("/v1/frameworks").json()["frameworks"]]
        writer.send("POST", "/v1/observations", {"observations": [a_row(framework="bottle", value=8_000)]})
        scores = writer.gateway.get("/v1/scores?frameworks=bottle,flask&weights=popularity:1&include=metrics").json()
        assert {one["framework"] for one in scores["ranking"] + scores["not_ranked"]} == {"bottle", "flask"}
        assert "8000" in str(scores)

    def test_an_entry_is_replaced_by_who_saw_it(self, writer: Writer) -> None:
        history = writer.gateway.get(STARS).json()
        tag = writer.gateway.get("/v1/frameworks/flask").headers["ETag"]
        first = writer.send("PUT", "/v1/frameworks/flask", {"name": "Flask 4"}, If_Match=tag)
        assert (first.status, first.json()["name"], first.json()["package"]) == (200, "Flask 4", "")
        problem(writer.send("PUT", "/v1/frameworks/flask", {"name": "Flask 5"}, If_Match=tag), 412, "changed_meanwhile")
        second = writer.send("PUT", "/v1/frameworks/flask", {"name": "Flask 5"}, If_Match=first.headers["ETag"])
        assert (second.status, second.json()["name"]) == (200, "Flask 5")
        assert writer.gateway.get(STARS).json() == history

    def test_an_archived_one_is_scored_only_by_name(self, writer: Writer) -> None:
        writer.send("PUT", "/v1/frameworks/tornado", {"name": "Tornado", "status": "archived"}, If_Match="*")
        ranked = writer.gateway.get("/v1/scores?limit=100").json()
        assert {one["framework"] for one in ranked["ranking"] + ranked["not_ranked"]} == {"django", "flask"}
        named = writer.gateway.get("/v1/scores?frameworks=tornado,flask").json()
        assert {one["framework"] for one in named["ranking"] + named["not_ranked"]} == {"tornado", "flask"}

    def test_before_its_first_release_it_is_not_ranked(self, writer: Writer) -> None:
        writer.send("PUT", "/v1/frameworks/flask", {"name": "Flask", "first_release": "2026-11-23"}, If_Match="*")
        scores = writer.gateway.get("/v1/scores?frameworks=flask,django&as_of=2026-11-22").json()
        assert [(one["framework"], one["reason"]) for one in scores["not_ranked"]] == [("flask", "not_released")]

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    def test_a_write_says_what_it_replaces(self, writer: Writer, method: str) -> None:
        body = {"name": "Flask"} if method == "PUT" else None
        told = problem(writer.send(method, "/v1/frameworks/flask", body), 428, "condition_required")
        assert ("If-None-Match" in told["detail"]) == (method == "PUT")
        problem(writer.send(method, "/v1/frameworks/flask", body, If_Match='"other"'), 412, "changed_meanwhile")
        problem(writer.send(method, "/v1/frameworks/flask", body, If_None_Match="*"), 412, "already_there")

    @pytest.mark.parametrize(
        "name", ["F%23x", "a%7Cb", "a%2Fb", "..", "%00", "x" * 64, "Bottle", "-a", "%ED%A0%80", "META", "CUR", "%C3%A9"]
    )
    def test_an_id_that_is_none_is_refused(self, writer: Writer, name: str) -> None:
        answer = writer.send("PUT", f"/v1/frameworks/{name}", BOTTLE, If_None_Match="*")
        assert [error["code"] for error in problem(answer, 422, "invalid_request")["errors"]] == ["invalid_id"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"name": ""},
            {"name": "  "},
            {"name": "two\nlines"},
            {"name": "x", "homepage": "javascript:alert(1)"},
            {"name": "x", "repository": "github.com/x"},
            {"name": "x", "status": "deleting"},
            {"name": "x", "first_release": "2009"},
            {"name": "x", "id": "y"},
        ],
    )
    def test_an_entry_that_is_none_is_refused_with_a_way_out(self, writer: Writer, body: dict[str, Any]) -> None:
        told = problem(writer.send("PUT", "/v1/frameworks/bottle", body, If_None_Match="*"), 422, "invalid_request")
        assert all(error["fix"] and error["pointer"] for error in told["errors"])
        assert writer.gateway.get("/v1/frameworks/bottle").status == 404

    def test_all_that_is_wrong_with_an_entry_is_told_at_once(self, writer: Writer) -> None:
        body = {"name": " ", "status": "gone", "homepage": "ftp://x", "summary": "a\nb", "first_release": "2009-02-30"}
        told = problem(writer.send("PUT", "/v1/frameworks/Bottle", body, If_None_Match="*"), 422, "invalid_request")
        places = ["/first_release", "/status", "/framework", "/name", "/homepage", "/summary"]
        assert [error["pointer"] for error in told["errors"]] == places

    def test_a_framework_that_is_deleted_is_gone_with_its_history(self, writer: Writer) -> None:
        tag = writer.gateway.get("/v1/frameworks/tornado").headers["ETag"]
        answer = writer.send("DELETE", "/v1/frameworks/tornado", If_Match=tag)
        assert answer.status == 200
        assert answer.json()["framework"] == "tornado"
        assert answer.json()["deleted_items"] > 100
        problem(writer.gateway.get("/v1/frameworks/tornado"), 404, "unknown_framework")
        problem(writer.send("DELETE", "/v1/frameworks/tornado", If_Match=tag), 404, "unknown_framework")
        assert "tornado" not in writer.gateway.get("/v1/frameworks").body

    def test_a_deletion_that_takes_too_long_is_broken_off_and_goes_on_when_it_is_sent_again(
        self, writer: Writer, own_service: Service
    ) -> None:
        slow = replace(own_service, monotonic=iter(range(0, 10**9, 60)).__next__)
        hurried = Writer(Gateway(application(lambda: slow)), writer.token)
        unfinished = hurried.send("DELETE", "/v1/frameworks/tornado", If_Match="*")
        problem(unfinished, 503, "storage_unavailable")
        assert unfinished.headers["Retry-After"]
        problem(writer.gateway.get("/v1/frameworks/tornado"), 404, "unknown_framework")
        problem(writer.send("PUT", "/v1/frameworks/tornado", {"name": "Tornado"}, If_None_Match="*"), 409, "being_deleted")
        assert writer.send("DELETE", "/v1/frameworks/tornado", If_Match="*").status == 200
        assert writer.send("PUT", "/v1/frameworks/tornado", {"name": "Tornado"}, If_None_Match="*").status == 201


class TestProfiles:
    def test_a_profile_that_is_stored_can_be_asked_by(self, writer: Writer, own_service: Service) -> None:
        answer = writer.send("PUT", "/v1/profiles/ours", OURS, If_None_Match="*")
        assert answer.status == 201
        shown = writer.gateway.get("/v1/profiles/ours")
        assert (shown.json(), shown.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
        assert (shown.json()["version"], shown.json()["made"]["by"]) == (1, own_service.tokens.all()[0].id)
        assert shown.json() in writer.gateway.get("/v1/profiles").json()["profiles"]
        scores = writer.gateway.get("/v1/scores?frameworks=flask,django&profile=ours").json()
        assert (scores["profile"], scores["weights"]["jobs"], scores["weights"]["community"]) == ("ours@1", 0.75, 0.25)
        assert "profile=ours%401" in scores["links"]["self"]
        assert writer.gateway.get(f"/v1/{scores['links']['self']}").json()["ranking"] == scores["ranking"]
        assert "Ours" in writer.gateway.get("/?profile=ours").body
        assert "Ours" in writer.gateway.get("/v1/scores?frameworks=flask,django&profile=ours&format=markdown").body

    def test_a_changed_one_is_a_version_and_the_old_one_stays(self, writer: Writer) -> None:
        first = writer.send("PUT", "/v1/profiles/ours", OURS, If_None_Match="*")
        changed = {**OURS, "weights": {"jobs": 1, "community": 1}}
        second = writer.send("PUT", "/v1/profiles/ours", changed, If_Match=first.headers["ETag"])
        assert (second.status, second.json()["version"]) == (200, 2)
        problem(writer.send("PUT", "/v1/profiles/ours", OURS, If_Match=first.headers["ETag"]), 412, "changed_meanwhile")
        assert writer.gateway.get("/v1/profiles/ours@1").json() == first.json()
        assert writer.gateway.get("/v1/profiles/ours").json() == second.json()
        weights = [writer.gateway.get(f"/v1/scores?profile={name}").json()["weights"]["jobs"] for name in ("ours@1", "ours@2", "ours")]
        assert weights == [0.75, 0.5, 0.5]
        problem(writer.gateway.get("/v1/profiles/ours@3"), 404, "unknown_profile")
        assert writer.gateway.get("/v1/scores?profile=ours@3").status == 422

    def test_the_same_profile_again_is_no_new_version(self, writer: Writer) -> None:
        first = writer.send("PUT", "/v1/profiles/ours", OURS, If_None_Match="*")
        again = writer.send("PUT", "/v1/profiles/ours", OURS, If_Match=first.headers["ETag"])
        assert (again.status, again.json(), again.headers["ETag"]) == (200, first.json(), first.headers["ETag"])

    def test_a_version_that_is_none_is_answered_with_the_last(self, writer: Writer) -> None:
        writer.send("PUT", "/v1/profiles/ours", OURS, If_None_Match="*")
        writer.send("PUT", "/v1/profiles/ours", {**OURS, "summary": "Else."}, If_Match="*")
        assert "ours@2" in problem(writer.gateway.get("/v1/profiles/ours@0"), 404, "unknown_profile")["detail"]
        (fault,) = problem(writer.gateway.get("/v1/scores?profile=ours@7"), 422, "invalid_request")["errors"]
        assert "ours@2" in fault["fix"]

    def test_the_name_of_a_plugins_profile_is_taken(self, writer: Writer) -> None:
        problem(writer.send("PUT", "/v1/profiles/career", OURS, If_None_Match="*"), 409, "name_taken")
        problem(writer.send("PUT", "/v1/profiles/career", OURS, If_Match="*"), 409, "name_taken")

    @pytest.mark.parametrize(
        ("changes", "pointers"),
        [
            ({"weights": {"jbos": 1}, "reasons": {"jbos": "x"}}, ["/weights/jbos"]),
            ({"weights": {"jobs": 1}}, ["/reasons/community"]),
            ({"reasons": {"jobs": "x"}}, ["/reasons/community"]),
            ({"weights": {"jobs": 0}, "reasons": {"jobs": "x"}}, ["/weights"]),
            ({"weights": {}}, ["/weights"]),
            ({"weights": {"jobs": -1, "community": 1}}, ["/weights/jobs"]),
            ({"gates": [{"metric": "github_star", "at_least": 1}]}, ["/gates/0/metric"]),
            ({"gates": [{"metric": "github_stars"}]}, ["/gates/0"]),
            ({"summary": ""}, ["/summary"]),
            (
                {
                    "title": 1,
                    "summary": " ",
                    "weights": {"jbos": 1, "jobs": 2},
                    "reasons": {"jobs": "a\nb", "ease_of_use": "x"},
                    "gates": [{"metric": "github_stars"}, {"metric": "github_star", "at_most": 1}],
                },
                [
                    "/title",
                    "/summary",
                    "/reasons/jobs",
                    "/reasons/jbos",
                    "/reasons/ease_of_use",
                    "/gates/0",
                    "/weights/jbos",
                    "/gates/1/metric",
                ],
            ),
        ],
    )
    def test_a_profile_that_is_none_is_refused_with_its_places(self, writer: Writer, changes: dict[str, Any], pointers: list[str]) -> None:
        told = problem(writer.send("PUT", "/v1/profiles/ours", {**OURS, **changes}, If_None_Match="*"), 422, "invalid_request")
        assert [error["pointer"] for error in told["errors"]] == pointers
        assert all(error["fix"] for error in told["errors"])
        assert writer.gateway.get("/v1/profiles/ours").status == 404

    @pytest.mark.parametrize("name", ["ours@1", "O", "a-b", "x" * 49, "%00", "a%2Fb"])
    def test_a_name_that_is_none_is_refused(self, writer: Writer, name: str) -> None:
        answer = writer.send("PUT", f"/v1/profiles/{name}", OURS, If_None_Match="*")
        assert [error["code"] for error in problem(answer, 422, "invalid_request")["errors"]] == ["invalid_name"]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworth.errors import InvalidValue
from frameworth.names import checked_name, checked_slug, checked_text, is_name, is_slug, nearest, shortened, title_of


@pytest.mark.parametrize("text", ["django", "a", "0", "a-b", "web2py", "a" * 63])
def test_a_slug_is_made_of_small_letters_digits_and_hyphens(text):
    assert is_slug(text)
    assert checked_slug(text, "framework") == text


@pytest.mark.parametrize("text", ["", "-a", "Django", "a_b", "a.b", "a#b", "a b", "a\n", "é", "٣", "a" * 64])
def test_anything_else_is_no_slug(text):
    assert not is_slug(text)
    with pytest.raises(InvalidValue, match=r"thing: .* is no framework id"):
        checked_slug(text, "thing")


@pytest.mark.parametrize("text", ["ease_of_use", "a", "a1", "a" * 48])
def test_a_name_is_led_by_a_letter(text):
    assert is_name(text)
    assert checked_name(text, "metric") == text


@pytest.mark.parametrize("text", ["", "1a", "_a", "Jobs", "a-b", "a.b", "a b", "a\n", "ä", "a" * 49])
def test_anything_else_is_no_name(text):
    assert not is_name(text)
    with pytest.raises(InvalidValue, match=r"thing: .* is no name"):
        checked_name(text, "thing")


@pytest.mark.parametrize("value", [None, 3, b"django", ["django"]])
@pytest.mark.parametrize("check", [checked_slug, checked_name, lambda value, what: checked_text(value, what, 10)])
def test_what_is_not_text_is_refused_by_name(check, value):
    with pytest.raises(InvalidValue, match=r"^thing: "):
        check(value, "thing")


@given(st.text())
def test_no_name_holds_what_separates_keys_or_addresses(text):
    if is_slug(text) or is_name(text):
        assert not set(text) & set("#/.%~ \\\n\x1f")


@pytest.mark.parametrize("character", ["\x00", "\n", "\x1f", "\x7f", "\x85", "\u2028", "\ud800"])
def test_text_with_a_control_character_is_refused(character):
    with pytest.raises(InvalidValue, match="note: holds a control character"):
        checked_text(f"a{character}b", "note", 10)


def test_text_may_be_as_long_as_its_bound_and_no_longer():
    assert checked_text("x" * 10, "note", 10) == "x" * 10
    with pytest.raises(InvalidValue, match="note: has 11 characters; use at most 10"):
        checked_text("x" * 11, "note", 10)


def test_blank_text_is_refused_unless_it_may_be_empty():
    assert checked_text("", "note", 10, empty=True) == ""
    for blank in ("", "  "):
        with pytest.raises(InvalidValue, match="note: is empty"):
            checked_text(blank, "note", 10)


@pytest.mark.parametrize(
    ("name", "title"), [("cloud_native", "Cloud native"), ("web-two", "Web two"), ("jobs", "Jobs"), ("itAds", "ItAds"), ("", "")]
)
def test_a_title_is_made_from_a_name(name, title):
    assert title_of(name) == title


@given(st.text(max_size=200), st.integers(2, 80))
def test_quoted_text_is_never_longer_than_asked(text, most):
    assert len(shortened(text, most)) <= most


def test_quoted_text_says_that_it_was_cut():
    assert shortened("x" * 100, 10) == "'xxxxxxxx…"
    assert shortened("short") == "'short'"


def test_an_object_that_cannot_describe_itself_is_still_quoted():
    class Shy:
        def __repr__(self):
            raise RuntimeError("not telling")

    assert "Shy" in shortened(Shy())


def test_the_nearest_names_come_best_first():
    assert nearest("Djago", ["flask", "django", "django-ninja"])[0] == "django"
    assert nearest("zzzz", ["flask", "django"]) == ()
    assert len(nearest("aaa", ["aaab", "aaac", "aaad", "aaae"], most=2)) == 2

"""Plugins in installed distributions, with real metadata folders and modules: found without an import, and isolated like files."""

import subprocess
import sys
from itertools import permutations
from pathlib import Path
from textwrap import dedent

import pluggy
import pytest

from frameworth.catalogue import Origin, Stage
from frameworth.discovery import discover
from frameworth.distributions import installed

CSV = """\
framework,metric,value,unit,observed_on,basis,source_title,source_url,note
alpha,licence,1,boolean,2026-06-15,measured,A page,https://example.org,
beta,licence,0,boolean,2026-06-15,measured,A page,https://example.org,
"""
NEVER = "raise KeyboardInterrupt"  # what the ladder lets through, so that a module that is imported after all ends the test


def offering(*criteria):
    """The source of a plugin that offers criteria, each of which reads one metric of its own name."""
    source = "from frameworth import *\n\n@hookimpl\ndef frameworth_criteria():\n"
    for name in criteria:
        metric = f'Metric("{name}", unit="boolean", value=yes_no())'
        source += f'    yield Criterion("{name}", question="Is it?", indicators=[Indicator("fact", [{metric}])])\n'
    return source


@pytest.fixture
def install(tmp_path):
    """Puts a distribution into a folder as pip would: a module and its metadata; returns the folder.

    `install("frameworth-licence", licence=source)` offers one plugin, licence, in the module frameworth_licence_licence. What stands in
    `metadata` comes instead of the metadata of that name (None: no such file), and `figures` beside the module.
    """

    def install(name, *, version="1.4.2", site="site", metadata=None, figures=None, suffix="dist-info", **sources):
        folder = tmp_path / site
        module = name.lower().replace("-", "_")
        folder.mkdir(exist_ok=True)
        files = {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            "entry_points.txt": "[frameworth]\n" + "".join(f"{plugin} = {module}_{plugin}\n" for plugin in sources),
            **(metadata or {}),
        }
        info = folder / f"{module}-{version}.{suffix}"
        info.mkdir()
        for file, content in files.items():
            if content is not None:
                (info / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        for plugin, source in sources.items():
            (folder / f"{module}_{plugin}.py").write_text(source, encoding="utf-8")
        for file, content in (figures or {}).items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(content, encoding="utf-8")
        return folder

    return install


@pytest.fixture
def found_in(tmp_path, monkeypatch):
    """The catalogue of what is installed in folders, which are on the search path during the test, and of the files in `plugins`."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def found_in(*sites, plugins=(), shipped=(), **how):
        for site in reversed(sites):
            monkeypatch.syspath_prepend(site)
        forget()
        return discover(plugins, shipped=shipped, version="9.9", installed=installed(map(str, sites)), **how)

    def forget():
        for name, module in list(sys.modules.items()):
            if str(getattr(getattr(module, "__spec__", None), "origin", None)).startswith(str(tmp_path)):
                del sys.modules[name]

    yield found_in
    forget()


@pytest.fixture
def write(tmp_path):
    """Writes plugins as files: `write(licence=source)`; returns their folder."""

    def write(**sources):
        folder = tmp_path / "plugins"
        folder.mkdir(exist_ok=True)
        for name, source in sources.items():
            (folder / f"{name}.py").write_text(source, encoding="utf-8")
        return folder

    return write


def faults_of(catalogue):
    return [(fault.plugin, fault.stage) for fault in catalogue.faults]


def offers(catalogue):
    """All of a catalogue that can be compared between two loads: functions are made anew each time."""
    criteria = {name: (one.question, one.provider, one.metrics) for name, one in catalogue.criteria.items()}
    return criteria, dict(catalogue.metrics), dict(catalogue.figures), dict(catalogue.figures_by_plugin)


def listed(*sites):
    """What is installed, but for the functions that load it."""
    return [(one.name, one.module, one.distribution, one.version) for one in installed(map(str, sites))]


# --- What works


def test_an_installed_distribution_brings_its_plugin(install, found_in):
    catalogue = found_in(install("frameworth-licence", licence=offering("licence")))
    assert catalogue.faults == ()
    assert catalogue.criteria["licence"].provider == "licence"
    [plugin] = catalogue.plugins
    assert (plugin.name, plugin.origin, plugin.enabled, plugin.criteria) == ("licence", Origin.DISTRIBUTION, True, ("licence",))


def test_it_is_recorded_with_the_name_and_the_version_of_the_distribution(install, found_in):
    catalogue = found_in(install("Frameworth-Licence", version="2.0rc1", licence=offering("licence")))
    assert (catalogue.plugins[0].distribution, catalogue.plugins[0].version) == ("Frameworth-Licence", "2.0rc1")
    assert dict(catalogue.versions) == {"licence": "2.0rc1"}


def test_a_version_in_the_module_does_not_count(install, found_in):
    catalogue = found_in(install("frameworth-licence", licence='__version__ = "7"\n' + offering("licence")))
    assert catalogue.plugins[0].version == "1.4.2"


def test_a_distribution_may_bring_several_plugins(install, found_in):
    catalogue = found_in(install("frameworth-more", licence=offering("licence"), fame=offering("fame")))
    assert {plugin.name: (plugin.distribution, plugin.criteria) for plugin in catalogue.plugins} == {
        "fame": ("frameworth-more", ("fame",)),
        "licence": ("frameworth-more", ("licence",)),
    }


def test_a_csv_beside_the_module_brings_figures(install, found_in):
    site = install("frameworth-licence", licence=offering("licence"), figures={"licence.csv": CSV})
    catalogue = found_in(site)
    assert catalogue.faults == ()
    assert {name: [row.value for row in rows] for name, rows in catalogue.figures.items()} == {"alpha": [1], "beta": [0]}
    assert catalogue.plugins[0].figures == 2


def test_a_csv_within_a_package_is_read_and_one_outside_is_not(install, found_in):
    entry = {"entry_points.txt": "[frameworth]\nlicence = licence_package\n"}
    files = {"licence_package/__init__.py": offering("licence"), "licence_package/licence.csv": CSV, "licence.csv": "nonsense"}
    catalogue = found_in(install("frameworth-licence", metadata=entry, figures=files))
    assert catalogue.faults == ()
    assert sorted(catalogue.figures) == ["alpha", "beta"]


def test_a_csv_that_does_not_bear_the_name_of_the_plugin_is_nobodys(install, found_in):
    catalogue = found_in(install("frameworth-licence", licence=offering("licence"), figures={"figures.csv": "nonsense"}))
    assert (catalogue.faults, dict(catalogue.figures)) == ((), {})


def test_an_older_form_of_metadata_is_read_too(install, found_in):
    metadata = {"METADATA": None, "PKG-INFO": "Metadata-Version: 1.2\nName: frameworth-licence\nVersion: 0.3\n"}
    catalogue = found_in(install("frameworth-licence", suffix="egg-info", metadata=metadata, licence=offering("licence")))
    assert (catalogue.plugins[0].distribution, catalogue.plugins[0].version) == ("frameworth-licence", "0.3")


def test_finding_imports_none_of_it(install):
    site = install("frameworth-licence", licence=NEVER)
    assert listed(site) == [("licence", "frameworth_licence_licence", "frameworth-licence", "1.4.2")]


def test_other_distributions_are_no_plugins(install):
    install("flake8", metadata={"entry_points.txt": "[console_scripts]\nflake8 = flake8.main:main\n"})
    install("no-entry-points", metadata={"entry_points.txt": None})
    install("frameworth-like", metadata={"entry_points.txt": "[frameworth.more]\nlicence = licence\n# [frameworth]\n"})
    assert listed(install("frameworth-licence", licence="")) == [("licence", "frameworth_licence_licence", "frameworth-licence", "1.4.2")]


def test_entries_of_a_search_path_that_are_no_folders_are_passed_over(install, tmp_path):
    site = install("frameworth-licence", licence="")
    (tmp_path / "archive.zip").write_bytes(b"PK")
    assert listed(tmp_path / "nowhere", tmp_path / "archive.zip", site, site) == listed(site)


def test_an_empty_entry_of_a_search_path_is_the_current_folder(install, monkeypatch):
    monkeypatch.chdir(install("frameworth-licence", licence=""))
    assert [one.name for one in installed([""])] == ["licence"]


# --- Order


@pytest.mark.parametrize("order", list(permutations("abc")), ids="".join)
def test_the_order_of_the_search_path_changes_nothing(install, found_in, order):
    sites = {name: install(f"frameworth-{name}", site=name, **{name: offering(name)}) for name in "abc"}
    install("frameworth-z", site="a", licence=offering("licence"))
    install("frameworth-y", site="c", licence=offering("licence"))
    catalogue = found_in(*(sites[name] for name in order))
    assert offers(catalogue) == offers(found_in(*sites.values()))
    assert [(one.name, one.distribution) for one in catalogue.plugins] == [
        ("a", "frameworth-a"),
        ("b", "frameworth-b"),
        ("c", "frameworth-c"),
        ("licence", "frameworth-y"),
        ("licence", "frameworth-z"),
    ]


@pytest.mark.parametrize("order", list(permutations("abc")), ids="".join)
def test_the_order_in_which_distributions_were_installed_changes_nothing(install, found_in, order):
    for name in order:
        site = install(f"frameworth-{name}", **{name: offering(name)})
    assert [plugin.name for plugin in found_in(site).plugins] == ["a", "b", "c"]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_order_in_which_they_are_handed_over_changes_nothing(install, found_in, order):
    for name in "abc":
        site = install(f"frameworth-{name}", **{name: offering(name, "same")})
    catalogue = found_in(site)
    handed = installed([str(site)])
    again = discover([], shipped=(), version="9.9", installed=[handed[place] for place in order])
    assert (again.plugins, offers(again)) == (catalogue.plugins, offers(catalogue))


@pytest.mark.parametrize("second", ["frameworth-licence", "Frameworth_Licence"])
def test_of_a_distribution_that_is_there_twice_the_first_on_the_path_is_taken(install, found_in, second):
    new = install("frameworth-licence", version="2.0", site="new", licence=offering("new"))
    old = install(second, version="1.0", site="old", licence=offering("old"), fame=NEVER)
    catalogue = found_in(new, old)
    assert catalogue.faults == ()
    assert [(plugin.name, plugin.version, plugin.criteria) for plugin in catalogue.plugins] == [("licence", "2.0", ("new",))]
    assert [version for *_, version in listed(old, new)] == ["1.0", "1.0"]


# --- Metadata that is missing or garbled


@pytest.mark.parametrize(
    ("metadata", "distribution", "version"),
    [
        (None, "frameworth_licence", "0"),
        ("", "frameworth_licence", "0"),
        ("Version: 3\n", "frameworth_licence", "3"),
        ("Name: licence-of-frameworks\n", "licence-of-frameworks", "0"),
        ("nonsense without a colon", "frameworth_licence", "0"),
    ],
    ids=["no file", "empty file", "no name", "no version", "nonsense"],
)
def test_a_distribution_that_does_not_say_its_name_or_version_is_loaded_all_the_same(install, found_in, metadata, distribution, version):
    catalogue = found_in(install("frameworth-licence", metadata={"METADATA": metadata}, licence=offering("licence")))
    assert (catalogue.faults, set(catalogue.criteria)) == ((), {"licence"})
    assert (catalogue.plugins[0].distribution, catalogue.plugins[0].version) == (distribution, version)


def test_a_name_and_a_version_without_end_are_cut(install, found_in):
    metadata = {"METADATA": f"Name: {'n' * 5_000}\nVersion: {'9' * 5_000}\n"}
    catalogue = found_in(install("frameworth-licence", metadata=metadata, licence=offering("licence")))
    assert max(len(catalogue.plugins[0].distribution), len(catalogue.plugins[0].version)) < 100


BINARY = b"\x89PNG\r\n\x1a\n\x00\xff\xfe"
GOOD_ENTRY = "[frameworth]\nlicence = frameworth_licence_licence\n"
# What is written instead of a sound distribution, the plugin that the fault is told of, and what it says.
GARBLED = {
    "METADATA that is no text": ({"METADATA": BINARY}, "frameworth_licence", "UnicodeDecodeError"),
    "entry points that are no text": ({"entry_points.txt": GOOD_ENTRY.encode() + BINARY}, "frameworth_licence", "UnicodeDecodeError"),
    "a line that is no entry": ({"entry_points.txt": "[frameworth]\nlicence\n"}, "frameworth_licence", "can't be read: TypeError"),
    "a line of another group that is no entry": (
        {"entry_points.txt": GOOD_ENTRY + "[console_scripts]\nlicence\n"},
        "frameworth_licence",
        "can't be read: TypeError",
    ),
    "a module that is not there": ({"entry_points.txt": "[frameworth]\nlicence = no_such_module\n"}, "licence", "no_such_module"),
    "an attribute that is not there": (
        {"entry_points.txt": "[frameworth]\nlicence = frameworth_licence_licence:plugin\n"},
        "licence",
        "has no attribute 'plugin'",
    ),
    "an attribute instead of a module": (
        {"entry_points.txt": "[frameworth]\nlicence = frameworth_licence_licence:frameworth_criteria\n"},
        "licence",
        "write the module alone, without a colon",
    ),
    "a plugin's name that is none": (
        {"entry_points.txt": "[frameworth]\nMy Licence = frameworth_licence_licence\n"},
        "My Licence",
        "'My Licence' is no name for a plugin",
    ),
}
garbled = pytest.mark.parametrize(("metadata", "plugin", "says"), GARBLED.values(), ids=GARBLED)


@garbled
def test_a_garbled_distribution_is_a_fault_that_names_it_and_the_rung(install, found_in, metadata, plugin, says):
    [fault] = found_in(install("frameworth-licence", metadata=metadata, licence=offering("licence"))).faults
    assert (fault.plugin, fault.stage) == (plugin, Stage.LOAD)
    assert says in fault.error
    assert len(fault.error) <= 500


@garbled
def test_a_garbled_distribution_changes_nothing_in_the_offers_of_others(install, found_in, write, metadata, plugin, says):
    folder = write(work=offering("work"))
    site = install("frameworth-fame", fame=offering("fame"))
    alone = offers(found_in(site, plugins=[folder]))
    install("frameworth-licence", metadata=metadata, licence=offering("licence"))
    catalogue = found_in(site, plugins=[folder])
    assert offers(catalogue) == alone
    assert len(catalogue.faults) == 1


def test_what_is_garbled_is_told_with_the_folder_that_it_stands_in(install, found_in):
    site = install("frameworth-licence", metadata={"METADATA": BINARY}, licence=NEVER)
    catalogue = found_in(site)
    assert str(site / "frameworth_licence-1.4.2.dist-info") in catalogue.faults[0].error
    [plugin] = catalogue.plugins
    assert (plugin.origin, plugin.distribution, plugin.version) == (Origin.DISTRIBUTION, "frameworth_licence", "0")


def test_an_entry_that_is_no_address_of_a_module_is_a_fault(install, found_in):
    """Which plugin it is told of depends on the Python: later ones refuse the whole file."""
    [fault] = found_in(install("frameworth-licence", metadata={"entry_points.txt": "[frameworth]\nlicence = !?\n"})).faults
    assert fault.plugin in ("licence", "frameworth_licence")
    assert fault.stage is Stage.LOAD


def test_garbled_metadata_of_which_none_names_the_group_is_nobodys_business(install, found_in):
    install("other", metadata={"METADATA": BINARY, "entry_points.txt": BINARY})
    install("another", metadata={"METADATA": BINARY, "entry_points.txt": None})
    site = install("frameworth-licence", licence=offering("licence"))
    (site / "folder-1.dist-info" / "entry_points.txt").mkdir(parents=True)
    (site / "file-1.dist-info").write_text("[frameworth]\nlicence = licence\n", encoding="utf-8")
    catalogue = found_in(site)
    assert (catalogue.faults, [plugin.name for plugin in catalogue.plugins]) == ((), ["licence"])


# --- Modules that fail: the ladder of files holds for them too

BROKEN = {
    "exit at import": ("import sys; sys.exit('bye')", Stage.LOAD, "SystemExit: bye"),
    "import error": ("import no_such_module", Stage.LOAD, "no_such_module"),
    "syntax error": ("def broken(:", Stage.LOAD, "SyntaxError"),
    "no hook": ("", Stage.ADMIT, "implements no hook"),
    "other API": (offering("licence") + "HOOK_API = 99", Stage.ADMIT, "HOOK_API 99"),
    "raises half-way": (offering("half") + "    raise SystemExit(3)", Stage.OFFER, "SystemExit: 3"),
    "wrong type": (offering() + "    yield 'speed'", Stage.VALUE, "which is no Criterion"),
}


@pytest.mark.parametrize(("source", "stage", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_module_is_a_fault_that_names_the_plugin_and_the_rung(install, found_in, source, stage, says):
    site = install("frameworth-fame", fame=offering("fame"))
    alone = offers(found_in(site))
    install("frameworth-licence", licence=source)
    catalogue = found_in(site)
    [fault] = catalogue.faults
    assert (fault.plugin, fault.stage) == ("licence", stage)
    assert says in fault.error
    assert offers(catalogue) == alone


def test_a_plugin_that_fails_leaves_its_neighbour_in_the_same_distribution_alone(install, found_in):
    catalogue = found_in(install("frameworth-more", licence="import no_such_module", fame=offering("fame")))
    assert faults_of(catalogue) == [("licence", Stage.LOAD)]
    assert set(catalogue.criteria) == {"fame"}


def test_a_bad_row_of_its_csv_is_a_fault_of_that_row(install, found_in):
    csv = CSV.replace("beta,licence,0,", "beta,licence,NaN,")
    catalogue = found_in(install("frameworth-licence", licence=offering("licence"), figures={"licence.csv": csv}))
    assert faults_of(catalogue) == [("licence", Stage.FIGURES)]
    assert catalogue.faults[0].error.startswith("licence.csv, line 3")
    assert sorted(catalogue.figures) == ["alpha"]


@pytest.mark.parametrize("module", ["sys", "json"], ids=["built in", "of somebody else"])
def test_an_entry_that_names_a_module_which_is_no_plugin_is_a_fault(install, found_in, module):
    entries = {"entry_points.txt": f"[frameworth]\nlicence = {module}\n"}
    [fault] = found_in(install("frameworth-licence", metadata=entries)).faults
    assert (fault.plugin, fault.stage) == ("licence", Stage.ADMIT)
    assert "implements no hook" in fault.error


@pytest.mark.parametrize("lie", ["42", "None", "''", "'\\0'"])
def test_a_module_that_lies_about_its_file_has_no_figures_there(install, found_in, lie):
    site = install("frameworth-licence", licence=offering("licence") + f"\n__file__ = {lie}\n", figures={"licence.csv": CSV})
    catalogue = found_in(site)
    assert (catalogue.faults, set(catalogue.criteria), dict(catalogue.figures)) == ((), {"licence"}, {})


def test_an_interrupt_is_not_its_doing_and_passes(install, found_in):
    with pytest.raises(KeyboardInterrupt):
        found_in(install("frameworth-licence", licence=NEVER))


# --- Names that are taken


@pytest.mark.parametrize("shipped", [["licence"], []], ids=["shipped", "dropped in"])
def test_the_name_of_a_file_cannot_be_taken(install, found_in, write, shipped):
    folder = write(licence=offering("licence"))
    catalogue = found_in(install("frameworth-licence", licence=NEVER), plugins=[folder], shipped=shipped)
    [fault] = catalogue.faults
    assert (fault.plugin, fault.stage) == ("licence", Stage.CONFLICT)
    assert "distribution frameworth-licence (frameworth_licence_licence)" in fault.error
    assert str(folder / "licence.py") in fault.error
    assert [(one.origin, bool(one.faults)) for one in catalogue.plugins] == [
        (Origin.SHIPPED if shipped else Origin.FILE, False),
        (Origin.DISTRIBUTION, True),
    ]
    assert set(catalogue.criteria) == {"licence"}


@pytest.mark.parametrize("sites", [("one", "one"), ("one", "other"), ("other", "one")], ids="-".join)
def test_of_two_distributions_with_one_plugin_name_neither_is_loaded_and_both_are_named(install, found_in, sites):
    first = install("frameworth-a", site=sites[0], licence=NEVER, fame=offering("fame"))
    second = install("frameworth-b", site=sites[1], licence=NEVER)
    catalogue = found_in(first, second)
    assert faults_of(catalogue) == [("licence", Stage.CONFLICT)] * 2
    for fault in catalogue.faults:
        assert "frameworth_a_licence" in fault.error
        assert "frameworth_b_licence" in fault.error
    assert set(catalogue.criteria) == {"fame"}


def test_a_distribution_that_offers_one_name_twice_loses_it(install, found_in):
    entries = {"entry_points.txt": "[frameworth]\nlicence = frameworth_more_licence\nlicence = frameworth_more_fame\n"}
    catalogue = found_in(install("frameworth-more", metadata=entries, licence=NEVER, fame=NEVER))
    assert faults_of(catalogue) == [("licence", Stage.CONFLICT)] * 2
    assert dict(catalogue.criteria) == {}


@pytest.mark.parametrize("newcomer", ["aaa", "zzz"])
def test_a_criterion_whose_name_a_shipped_one_has_is_refused_and_named(install, found_in, write, newcomer):
    site = install("frameworth-more", **{newcomer: offering("licence", "fame")})
    catalogue = found_in(site, plugins=[write(licence=offering("licence"))], shipped=["licence"])
    [fault] = catalogue.faults
    assert (fault.plugin, fault.stage) == (newcomer, Stage.CONFLICT)
    assert "criteria 'licence' is also offered by licence" in fault.error
    assert {name: one.provider for name, one in catalogue.criteria.items()} == {"licence": "licence", "fame": newcomer}


def test_a_criterion_that_a_file_offers_as_well_goes_to_nobody(install, found_in, write):
    site = install("frameworth-more", more=offering("licence", "fame"))
    catalogue = found_in(site, plugins=[write(mine=offering("licence"))])
    assert faults_of(catalogue) == [("mine", Stage.CONFLICT), ("more", Stage.CONFLICT)]
    assert set(catalogue.criteria) == {"fame"}


# --- Switched off


def test_a_plugin_that_is_switched_off_is_not_even_imported(install, found_in):
    site = install("frameworth-licence", licence=NEVER, figures={"licence.csv": "nonsense"})
    catalogue = found_in(site, disabled=["licence"])
    assert catalogue.faults == ()
    [plugin] = catalogue.plugins
    assert (plugin.enabled, plugin.distribution, plugin.version) == (False, "frameworth-licence", "1.4.2")
    assert "frameworth_licence_licence" not in sys.modules


# --- What a start pays

CHILD = dedent("""
    import sys
    sys.path[:0] = sys.argv[1:3]
    from frameworth.distributions import installed
    import frameworth.discovery
    plugins = [one.name for one in installed([sys.argv[3], *sys.path])]
    print(plugins, "importlib.metadata" in sys.modules)
""")


def child_says(project: Path, site: Path) -> str:
    """What a fresh Python finds in a folder, and whether it has imported importlib.metadata; without `site`, whose .pth files may do so."""
    others = site.parent / "others"
    others.mkdir()
    (others / "pluggy").symlink_to(Path(pluggy.__file__).parent)
    command = [sys.executable, "-I", "-S", "-B", "-c", CHILD, str(project), str(others), str(site)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_nothing_is_paid_where_none_is_installed(install, project):
    site = install("other", metadata={"entry_points.txt": "[console_scripts]\nother = other:main\n"})
    assert child_says(project, site) == "[] False"


def test_the_metadata_is_asked_where_one_is_installed(install, project):
    assert child_says(project, install("frameworth-licence", licence=NEVER)) == "['licence'] True"

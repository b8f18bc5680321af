"""Prometheus' own rule engine judges the alerts: each fires when it should, and nothing else does."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.golden_cases import CASES, Case
from tests.tools_of_clients import program

if TYPE_CHECKING:
    from pathlib import Path

    Rule = dict[str, Any]
    Series = dict[tuple[str, str], str]

MONITORED = [name for name in CASES if Case(name).of_kind("PrometheusRule")]
THREE, ONE = "monitored", "monitored-size-1"
OURS, FILE, MEMORY = "orders-nats", 912680550, 512 << 20
START = 1_795_643_000_000
BROKEN = {
    "nats_healthz_status_value": "0x300",
    "nats_server_jetstream_disabled": "1x300",
    "nats_varz_start": f"{START}+60000x300",
    "nats_varz_jetstream_stats_storage": f"{FILE}x300",
    "nats_varz_jetstream_stats_memory": f"{MEMORY}x300",
    "nats_varz_slow_consumers": "0+1x300",
    "nats_varz_remotes": "0x300",
}
STRANGERS = (
    'namespace="other",pod="orders-nats-0"',
    'namespace="shop",pod="more-orders-nats-0"',
    'namespace="shop",pod="orders-nats-more-0"',
    'namespace="shop",pod="orders-nats-0-more"',
)
LATE = 26
"""Minutes: what goes wrong after ten has lasted longer than any alert waits for."""


def rule_of(case: str) -> Rule:
    (rule,) = Case(case).of_kind("PrometheusRule")
    return dict(rule["spec"])


def healthy(size: int = 3, job: str = "") -> Series:
    """The series of servers that are well, by metric and further labels, and of strangers that are not."""
    series: Series = {(metric, labels): values for metric, values in BROKEN.items() for labels in STRANGERS}
    for number in range(size):
        leads = ',is_meta_leader="true"' if number == 0 else ',is_meta_leader="false"'
        labels = pod(number, job)
        series |= {
            ("nats_healthz_status_value", f'{labels},value="ok"'): "1x300",
            ("nats_server_jetstream_disabled", labels + leads): "0x300",
            ("nats_varz_start", labels): f"{START}x300",
            ("nats_varz_jetstream_stats_storage", labels): "1000x300",
            ("nats_varz_jetstream_stats_memory", labels): "1000x300",
            ("nats_varz_slow_consumers", labels): "5x300",
            ("nats_varz_remotes", labels): f"{size - 1}x300",
        }
    return series


def pod(number: int, job: str = "") -> str:
    return f'namespace="shop",pod="{OURS}-{number}",server_id="N{number}{job}"'


def dies(series: Series, number: int, value: str, job: str = "", *, minute: int = 10, back: int | None = None) -> None:
    """A server that ends while its exporter lives: `varz` stays as it was, `jsz` goes, `healthz` says so."""
    times = 300 if back is None else back - minute
    again = "" if back is None else f" {{}}x{300 - back}"
    for (metric, labels), _ in list(series.items()):
        if metric == "nats_server_jetstream_disabled" and labels.startswith(pod(number, job)):
            series[metric, labels] = f"0x{minute - 1} stale _x{times - 1}{again.format(0)}"
    ok, other = (f'{pod(number, job)},value="{one}"' for one in ("ok", value))
    series["nats_healthz_status_value", ok] = f"1x{minute - 1} stale _x{times - 1}{again.format(1)}"
    series["nats_healthz_status_value", other] = f"_x{minute} 0x{times - 1} stale"


def goes(series: Series, number: int) -> None:
    """A pod that is no more, or no more scraped."""
    for metric, labels in list(series):
        if labels.startswith(pod(number)):
            series[metric, labels] = f"{series[metric, labels].partition('x')[0]}x9 stale"


def put(series: Series, metric: str, number: int, values: str) -> None:
    assert (metric, pod(number)) in series
    series[metric, pod(number)] = values


class Fires:
    """An alert that must be there: its severity, the number of the pod if it has one, and the value as it is shown."""

    def __init__(self, alert: str, severity: str, value: str, number: int | None = None) -> None:
        self.alert, self.severity, self.value = alert, severity, value
        self.pod = {} if number is None else {"pod": f"{OURS}-{number}"}

    def expected(self, spec: Rule) -> Rule:
        (rule,) = (
            one
            for one in spec["groups"][0]["rules"]
            if (one["alert"], one["labels"]["severity"]) == (self.alert, self.severity)
        )
        shown = {"{{ $labels.pod }}": self.pod.get("pod", "?"), "{{ $value }}": self.value}
        shown["{{ $value | humanizePercentage }}"] = self.value
        notes = dict(rule["annotations"])
        for template, text in shown.items():
            notes = {key: note.replace(template, text) for key, note in notes.items()}
        labels = {"severity": self.severity, "namespace": "shop", "statefulset": OURS, **self.pod}
        return {"exp_labels": labels, "exp_annotations": notes}


def judged(folder: Path, case: str, series: Series, fires: dict[int, list[Fires]]) -> str:
    """What promtool has against the expectation that at these minutes these alerts fire, and no others."""
    spec = rule_of(case)
    (folder / "rules.yaml").write_text(yaml.safe_dump(spec))
    names = sorted({rule["alert"] for rule in spec["groups"][0]["rules"]})
    tests = [
        {
            "eval_time": f"{minute}m",
            "alertname": name,
            "exp_alerts": [one.expected(spec) for one in wanted if one.alert == name],
        }
        for minute, wanted in fires.items()
        for name in names
    ]
    rows = [{"series": f"{metric}{{{labels}}}", "values": values} for (metric, labels), values in series.items()]
    test = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": rows, "alert_rule_test": tests}],
    }
    (folder / "test.yaml").write_text(yaml.safe_dump(test))
    done = subprocess.run(
        [program("promtool"), "test", "rules", "test.yaml"], cwd=folder, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("name", MONITORED)
def test_promtool_has_nothing_against_the_rules(tmp_path: Path, name: str):
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(rule_of(name)))
    done = subprocess.run(
        [program("promtool"), "check", "rules", "--lint=all", "--lint-fatal", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", MONITORED)
def test_each_alert_says_how_grave_it_is_and_what_to_do(name: str):
    for rule in rule_of(name)["groups"][0]["rules"]:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["labels"]["statefulset"]
        assert all(len(rule["annotations"][key]) > 20 for key in ("summary", "description", "runbook"))


def test_the_engine_notices_an_alert_that_does_not_come_and_one_too_many(tmp_path: Path):
    assert judged(tmp_path, THREE, healthy(), {60: [Fires("NATSServerDown", "warning", "2")]})
    series = healthy()
    goes(series, 2)
    assert judged(tmp_path, THREE, series, {60: []})


@pytest.mark.parametrize(("case", "size"), [(THREE, 3), (ONE, 1)])
def test_servers_that_are_well_wake_nobody(tmp_path: Path, case: str, size: int):
    series = healthy(size)
    if size == 1:
        series = {key: values for key, values in series.items() if "is_meta_leader" not in key[1]}
        series["nats_server_jetstream_disabled", pod(0)] = "0x300"
    assert judged(tmp_path, case, series, {minute: [] for minute in (1, 5, 30, 120)}) == ""


def test_a_rolling_restart_wakes_nobody(tmp_path: Path):
    """Three minutes a server, and the leader is elsewhere while its server restarts."""
    series = healthy()
    for turn, number in enumerate((2, 1, 0)):
        minute = 10 + 3 * turn
        dies(series, number, "unreachable", minute=minute, back=minute + 3)
        put(series, "nats_varz_start", number, f"{START}x{minute} {START + 60000 * minute}x280")
    series["nats_server_jetstream_disabled", f'{pod(2)},is_meta_leader="true"'] = "_x16 0x280"
    assert judged(tmp_path, THREE, series, {minute: [] for minute in range(10, 40)}) == ""


@pytest.mark.parametrize("value", ["unreachable", "unavailable", "gone"])
def test_a_server_that_is_not_well_is_told_after_a_quarter_of_an_hour(tmp_path: Path, value: str):
    series = healthy()
    if value == "gone":
        goes(series, 2)
    else:
        dies(series, 2, value)
    for number in (0, 1):
        put(series, "nats_varz_remotes", number, "2x9 1x290")
    down = Fires("NATSServerDown", "warning", "2")
    assert judged(tmp_path, THREE, series, {9: [], 20: [], LATE: [down], 120: [down]}) == ""


def test_a_dead_server_is_told_where_two_jobs_scrape_the_servers(tmp_path: Path):
    series = healthy() | healthy(job="second")
    dies(series, 2, "unreachable")
    dies(series, 2, "unreachable", "second")
    assert judged(tmp_path, THREE, series, {9: [], LATE: [Fires("NATSServerDown", "warning", "2")]}) == ""


def test_a_meta_group_without_a_leader_is_told_at_once(tmp_path: Path):
    series = healthy()
    dies(series, 0, "unreachable")
    dies(series, 1, "unreachable")
    series["nats_healthz_status_value", f'{pod(2)},value="ok"'] = "1x9 stale"
    series["nats_healthz_status_value", f'{pod(2)},value="unavailable"'] = "_x10 0x290"
    leaderless = Fires("NATSNoMetaLeader", "critical", "0")
    wanted = {9: [], 12: [], 14: [leaderless], LATE: [leaderless, Fires("NATSServerDown", "warning", "0")]}
    assert judged(tmp_path, THREE, series, wanted) == ""


@pytest.mark.parametrize("scraped", [True, False])
def test_a_cluster_of_which_nothing_is_seen_is_told(tmp_path: Path, scraped: bool):
    series = healthy() if scraped else healthy(0)
    for number in range(3):
        goes(series, number)
    wanted = [Fires("NATSNoMetaLeader", "critical", "0"), Fires("NATSServerDown", "warning", "0")]
    assert judged(tmp_path, THREE, series, {LATE: wanted}) == ""


def test_a_lost_single_server_is_critical(tmp_path: Path):
    series = healthy(1)
    goes(series, 0)
    assert judged(tmp_path, ONE, series, {9: [], 16: [Fires("NATSServerDown", "critical", "0")]}) == ""


def test_jetstream_switched_off_on_a_server_is_told(tmp_path: Path):
    series = healthy()
    series["nats_server_jetstream_disabled", f'{pod(1)},is_meta_leader="false"'] = "0x9 1x290"
    assert judged(tmp_path, THREE, series, {9: [], 13: [Fires("NATSJetStreamDisabled", "critical", "1", 1)]}) == ""


@pytest.mark.parametrize(("metric", "title", "size"), [("storage", "File", FILE), ("memory", "Memory", MEMORY)])
def test_a_store_that_fills_up_slowly_is_told_twice(tmp_path: Path, metric: str, title: str, size: int):
    name = f"NATS{title}StoreNearlyFull"
    for low, high, before, after in ((749, 751, [], ["warning"]), (899, 901, ["warning"], ["warning", "critical"])):
        series = healthy()
        first, second = (size * share // 1000 + 1 for share in (low, high))
        put(series, f"nats_varz_jetstream_stats_{metric}", 1, f"{first}x29 {second}x60")
        one, two = ([Fires(name, s, f"{n / 10:.1f}%", 1) for s in found] for n, found in ((low, before), (high, after)))
        assert judged(tmp_path, THREE, series, {29: one, 50: two}) == ""


def test_a_burst_into_an_empty_store_wakes_nobody(tmp_path: Path):
    series = healthy()
    put(series, "nats_varz_jetstream_stats_storage", 1, f"1000x29 1000+{FILE // 100}x45 {FILE * 45 // 100}x100")
    assert judged(tmp_path, THREE, series, {minute: [] for minute in (30, 45, 60, 74, 90, 120)}) == ""


def test_the_operators_limit_is_more_than_the_disk_holds_so_the_alerts_count_what_it_holds():
    rules = rule_of("monitored-nats-manager")["groups"][0]["rules"]
    sizes = {re.findall(r"/ (\d+) >", one["expr"])[0] for one in rules if one["alert"].startswith("NATSFileStore")}
    assert sizes == {str((1 << 30) * 85 // 100)}


def test_consumers_that_stay_slow_are_told_and_a_burst_is_not(tmp_path: Path):
    series = healthy()
    put(series, "nats_varz_slow_consumers", 0, "5x9 25x290")
    put(series, "nats_varz_slow_consumers", 1, "5x29 5+1x270")
    slow = Fires("NATSSlowConsumers", "warning", "", 1)
    assert judged(tmp_path, THREE, series, {12: [], 25: [], 40: [], 50: [slow]}) == ""


def test_a_third_restart_within_an_hour_is_told(tmp_path: Path):
    series = healthy()
    starts = [START + 60_000 * minute for minute in (0, 10, 20, 30)]
    put(series, "nats_varz_start", 1, " ".join(f"{start}x9" for start in starts[:3]) + f" {starts[3]}x260")
    again = Fires("NATSServerRestarts", "warning", "3", 1)
    assert judged(tmp_path, THREE, series, {29: [], 31: [again], 60: [again], 100: []}) == ""


def test_a_pod_that_is_made_anew_has_restarted_once(tmp_path: Path):
    """Its new server has another id, and for some minutes the old series is there too."""
    series = healthy()
    put(series, "nats_varz_start", 1, f"{START}x15 stale")
    series["nats_varz_start", f'namespace="shop",pod="{OURS}-1",server_id="M1"'] = f"_x10 {START + 600000}x19 stale"
    series["nats_varz_start", f'namespace="shop",pod="{OURS}-1",server_id="L1"'] = f"_x25 {START + 1500000}x270"
    assert judged(tmp_path, THREE, series, {minute: [] for minute in (12, 26, 31, 40)}) == ""


def test_servers_that_all_run_and_do_not_see_each_other_are_told(tmp_path: Path):
    series = healthy()
    put(series, "nats_varz_remotes", 1, "2x9 1x290")
    assert judged(tmp_path, THREE, series, {9: [], 15: [], 21: [Fires("NATSRoutesMissing", "warning", "1", 1)]}) == ""

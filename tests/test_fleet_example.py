"""What ties the files of examples/fleet to each other and to the shares that krmfn writes."""

from __future__ import annotations

import fnmatch

import yaml

from krmfn.rendering.fleet import Shard
from tests.calls import ROOT

EXAMPLE = ROOT / "examples" / "fleet"


def test_the_job_has_as_many_pods_as_shares():
    _, job = yaml.safe_load_all((EXAMPLE / "job.yaml").read_text())
    spec = job["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    (share,) = [word.removeprefix("--shard=") for word in container["args"] if word.startswith("--shard=")]
    shares = [Shard.parse(share.replace("$(JOB_COMPLETION_INDEX)", str(index))) for index in range(spec["completions"])]
    assert spec["completionMode"] == "Indexed"
    assert sorted(one.number for one in shares) == list(range(1, spec["completions"] + 1))
    assert {one.count for one in shares} == {spec["completions"]}


def test_the_application_set_takes_the_folder_of_each_share_and_no_other():
    application_set = yaml.safe_load((EXAMPLE / "applicationset.yaml").read_text())
    (generator,) = application_set["spec"]["generators"]
    (directory,) = generator["git"]["directories"]
    assert fnmatch.fnmatch(Shard.parse("0/4").folder, directory["path"])
    assert not fnmatch.fnmatch("clusters", directory["path"])
    assert application_set["spec"]["template"]["spec"]["source"]["path"] == "{{.path.path}}"

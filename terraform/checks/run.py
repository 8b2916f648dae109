"""Everything that can be checked about terraform/ without an AWS account."""

import argparse
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docs
import forward
import junit
import lint
import policies
from mutations import MUTATIONS, Mutation

ROOT = Path(__file__).parents[1]
REPOSITORY = ROOT.parent
WORK = REPOSITORY / "target" / "terraform"
JUNIT = WORK / "junit"
TREE = WORK / "tree"
PROVIDER = "registry.terraform.io/hashicorp/aws"
PLUGIN_DIRS = ["/opt/tf-plugins", "~/.terraform.d/plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"]
# With it terraform takes the provider of a folder as `init` verified it, and does not hash 700 MB at every start.
OVERRIDES = "overrides.tfrc"
MOTO_SECONDS_MAX = 30
RUN_TASK_SECONDS_MAX = 30
RUN = re.compile(r'^run "([^"]+)" \{\n.*?^\}\n', re.M | re.S)
PLANNED = re.compile(r"# plans (\d+) resources\n")
PASSWORD = "never-to-be-seen-in-a-plan-or-state"


# What the stand-ins of `run-task`'s check answer, by their first two arguments, and when they are asked again.
_PLACE = {"region": "eu-central-1", "cluster": "c", "task_definition": "t", "subnets": ["subnet-0a"], "security_groups": ["sg-0a"], "log_group": "/verillm/t"}
STAND_INS = {
    "terraform": {"output -json": {"founder": _PLACE}},
    "aws": {
        "ecs run-task": {"tasks": [{"taskArn": "arn:aws:ecs:eu-central-1:111122223333:task/c/0a1b"}], "failures": []},
        "ecs describe-tasks": {"tasks": []},
        "ecs describe-tasks again": {"tasks": [{"lastStatus": "STOPPED", "containers": [{"name": "guard"}, {"name": "app", "exitCode": 1}]}]},
        "logs get-log-events": {"events": [{"message": "first"}, {"message": "second"}], "nextForwardToken": "f/1"},
        "logs get-log-events again": {"events": [], "nextForwardToken": "f/1"},
    },
}
STAND_IN = """
import json, sys
name = " ".join(sys.argv[1:3])
with open("asked", "a+") as asked:
    asked.seek(0)
    again = name in asked.read()
    asked.write(" ".join(sys.argv[1:]) + "\\n")
print(json.dumps(ANSWERS[name + " again" if again else name]))
"""


class Terraform:
    """Runs terraform with the provider from a folder: no registry, no update check, no settings of the user's."""

    def __init__(self, plugin_dir: Path):
        self.plugin_dir = plugin_dir
        config = WORK / "terraformrc"
        config.write_text("", encoding="utf-8")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("TF_", "AWS_"))} | {
            "TF_CLI_CONFIG_FILE": str(config),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_COLOR": "1",
            # Terraform and the provider live for seconds: collecting garbage as seldom as this takes a third less time.
            "GOGC": "400",
        }

    def run(self, folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=folder,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def init(self, folder: Path) -> str | None:
        done = self.run(folder, "init", "-backend=false", "-input=false", "-no-color", f"-plugin-dir={self.plugin_dir}")
        if done.returncode:
            return done.stdout
        binary = next((folder / ".terraform" / "providers" / PROVIDER).glob("*/*")).resolve()
        overrides = f'provider_installation {{\n  dev_overrides {{\n    "hashicorp/aws" = "{binary}"\n  }}\n}}\n'
        (folder / ".terraform" / OVERRIDES).write_text(overrides, encoding="utf-8")
        return None


def missing() -> str | None:
    """What is needed and not there."""
    if shutil.which("terraform") is None:
        return "terraform is not on PATH"
    if plugin_dir() is None:
        return f"no folder with {PROVIDER}: set TERRAFORM_PLUGIN_DIR"
    return None


def plugin_dir() -> Path | None:
    named = os.environ.get("TERRAFORM_PLUGIN_DIR")
    for candidate in [named] if named else PLUGIN_DIRS:
        folder = Path(candidate).expanduser()
        if (folder / PROVIDER).is_dir():
            return folder.resolve()
    return None


def folders() -> list[Path]:
    return docs.folders("modules") + docs.folders("examples")


def copied(folder: Path) -> Path:
    """The folder in the working copy, so that the checkout is left without provider links and lock files."""
    return TREE / "terraform" / folder.relative_to(ROOT)


def copy_tree() -> None:
    shutil.rmtree(WORK, ignore_errors=True)
    JUNIT.mkdir(parents=True)
    shutil.copytree(ROOT, TREE / "terraform", ignore=shutil.ignore_patterns(".terraform*", "__pycache__"))
    (TREE / "schemas").symlink_to(REPOSITORY / "schemas")


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}-{folder.name}"


def check_static(results: junit.Results) -> None:
    extract = forward.load()
    for folder in folders():
        for suite, check in (("lint", lint.findings), ("provider-6", lambda it: forward.findings(it, extract))):
            found = check(folder)
            results.case(suite, name_of(folder), failure="\n".join(found) or None)
    for readme in docs.readmes():
        fresh = docs.rendered(readme) == readme.read_text(encoding="utf-8")
        results.case("docs", str(readme.relative_to(ROOT)), failure=None if fresh else "stale: run terraform/check --write")


def check_format(terraform: Terraform, results: junit.Results) -> None:
    done = terraform.run(ROOT, "fmt", "-check", "-recursive", "-no-color")
    results.case("fmt", "terraform fmt", failure=done.stdout if done.returncode else None)


def check_folder(terraform: Terraform, results: junit.Results, folder: Path) -> None:
    """Validate and test; the tests' cases are those of the file that terraform writes."""
    name, started = name_of(folder), time.monotonic()
    failure = terraform.init(copied(folder))
    if failure is None:
        done = terraform.run(copied(folder), "validate", "-no-color", **provided(folder))
        failure = done.stdout if done.returncode else None
    results.case("validate", name, time.monotonic() - started, failure)
    if failure:
        return
    file = JUNIT / f"test-{name}.xml"
    done = terraform.run(copied(folder), "test", "-no-color", f"-junit-xml={file}", **provided(folder))
    expected = docs.tests(copied(folder))
    if not file.exists():
        results.case("test", name, failure=done.stdout or "terraform test wrote no results")
        return
    passed, failed, skipped = junit.read(file)
    if done.returncode or passed != expected:
        # A run that was left out as another failed counts as failed: terraform calls it skipped.
        results.case("test", name, failure=f"{passed} of {expected} tests passed\n{done.stdout}")


def check_policies(terraform: Terraform, results: junit.Results) -> None:
    folder = ROOT / "modules" / "artifacts"
    plan = first_plan(terraform, copied_alone(folder, "policies"), provided(folder))
    wrong = ["terraform test shows no plan"] if plan is None else policies.findings(plan)
    results.case("policies", "artifacts", failure="\n".join(wrong) or None)


def first_plan(terraform: Terraform, alone: Path, environment: dict[str, str]) -> dict | None:
    """The plan of a module's first test: only there have policies that name what AWS makes their text, with mocked ARNs."""
    keep_runs(alone, [RUN.search(file.read_text(encoding="utf-8")).group(1) for file in sorted(alone.glob("tests/*.tftest.hcl"))[:1]])
    done = terraform.run(alone, "test", "-json", "-verbose", **environment)
    for line in done.stdout.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("type") == "test_plan":
            return message["test_plan"]
    return None


def copied_alone(folder: Path, name: str) -> Path:
    """One more copy of a folder, to be changed; what it refers to is linked."""
    place = WORK / "mutants" / name / "terraform"
    alone = place / folder.relative_to(ROOT)
    alone.parent.mkdir(parents=True)
    shutil.copytree(copied(folder), alone, ignore=shutil.ignore_patterns(".terraform*"))
    (place.parent / "schemas").symlink_to(REPOSITORY / "schemas")
    for shared in ("mocks", "manifest", *(f"modules/{module.name}" for module in docs.folders("modules"))):
        if not (place / shared).exists():
            (place / shared).parent.mkdir(exist_ok=True)
            (place / shared).symlink_to(TREE / "terraform" / shared)
    return alone


def provided(folder: Path) -> dict[str, str]:
    """The environment in which a copy of a folder has its modules and its provider."""
    data = copied(folder) / ".terraform"
    return {"TF_DATA_DIR": str(data), "TF_CLI_CONFIG_FILE": str(data / OVERRIDES)}


def check_mutation(terraform: Terraform, results: junit.Results, index: int, mutation: Mutation) -> bool:
    """Whether a fault was found, or a control not."""
    started = time.monotonic()
    folder = ROOT / Path(mutation.file).parent
    mutant = copied_alone(folder, str(index))
    file = mutant / Path(mutation.file).name
    text = file.read_text(encoding="utf-8")
    failure = f"does not fit any more: {mutation.old!r} stands in {mutation.file} {text.count(mutation.old)} times"
    if text.count(mutation.old) >= 1:
        file.write_text(text.replace(mutation.old, mutation.new, 1), encoding="utf-8")
        was_found = found(terraform, mutation, mutant, provided(folder))
        failure = None if was_found != mutation.control else f"{mutation.found_by} found {'what is no fault' if was_found else 'nothing'}"
    results.case("mutations", f"{mutation.name} ({mutation.found_by})", time.monotonic() - started, failure)
    return failure is None


def found(terraform: Terraform, mutation: Mutation, mutant: Path, environment: dict[str, str]) -> bool:
    if mutation.found_by == "validate":
        return terraform.run(mutant, "validate", "-no-color", **environment).returncode != 0
    if mutation.found_by.startswith("test:"):
        keep_runs(mutant, mutation.found_by.removeprefix("test:").split(","))
        file = mutant / "junit.xml"
        terraform.run(mutant, "test", "-no-color", f"-junit-xml={file}", **environment)
        # A configuration that terraform does not even take was no fault worth seeding.
        return file.exists() and junit.read(file)[1] > 0
    if mutation.found_by == "policies":
        plan = first_plan(terraform, mutant, environment)
        return plan is not None and bool(policies.findings(plan))
    if mutation.found_by == "lint":
        return bool(lint.findings(mutant))
    if mutation.found_by == "docs":
        text = (mutant / "README.md").read_text(encoding="utf-8")
        return docs.rendered(mutant / "README.md") != text
    return bool(forward.findings(mutant, forward.load()))


def keep_runs(mutant: Path, names: list[str]) -> None:
    """Leaves the one run in the mutant's tests that has to find the fault, and those that it needs."""
    kept = []
    for file in mutant.glob("tests/*.tftest.hcl"):
        text = RUN.sub(lambda match: match.group() if match.group(1) in names else "", file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
        kept += [match.group(1) for match in RUN.finditer(text)]
    if sorted(kept) != sorted(names):
        raise ValueError(f"{mutant.name} has the runs {kept}, not {names}")


def check_plans(terraform: Terraform, results: junit.Results) -> None:
    """Plans of the examples with the real provider against moto, an AWS of its own in a process."""
    server = shutil.which("moto_server")
    if server is None:
        results.case("plan", "examples against moto", skipped="moto_server is not on PATH")
        return
    port = free_port()
    with open(WORK / "moto.log", "wb") as log:
        process = subprocess.Popen([server, "-p", str(port)], stdout=log, stderr=log)
    try:
        await_port(port)
        for folder in docs.folders("examples"):
            check_plan(terraform, results, folder, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def check_plan(terraform: Terraform, results: junit.Results, folder: Path, endpoint: str) -> None:
    started, place = time.monotonic(), copied(folder)
    # Ephemeral variables come by environment: a file would be one more place where a password lies.
    aws = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "moto",
        "AWS_SECRET_ACCESS_KEY": "moto",
        "TF_VAR_password": PASSWORD,
        "TF_VAR_poster_password": f"{PASSWORD}-by-the-poster",
    }
    variables = ROOT / "checks" / "plans" / f"{folder.name}.tfvars"
    out = WORK / f"{folder.name}.plan"
    done = terraform.run(place, "plan", "-input=false", "-no-color", "-lock=false", f"-var-file={variables}", f"-out={out}", **aws)
    failure = done.stdout if done.returncode else None
    if failure is None:
        shown = terraform.run(place, "show", "-json", str(out)).stdout
        changes = [change for change in json.loads(shown)["resource_changes"] if change["change"]["actions"] == ["create"]]
        planned = [change["address"] for change in changes]
        unbounded = [change["address"] for change in changes if change["type"] == "aws_iam_role" and not change["change"]["after"]["permissions_boundary"]]
        expected = int(PLANNED.match(variables.read_text(encoding="utf-8")).group(1))
        if len(planned) != expected:
            failure = f"{len(planned)} resources are planned, and {variables.name} says {expected}"
        if unbounded:
            failure = f"roles without the permissions boundary: {', '.join(unbounded)}"
        if PASSWORD in shown:
            failure = "the plan tells a password"
        print(f"plan of {folder.name} against moto: {len(planned)} resources", flush=True)
    results.case("plan", folder.name, time.monotonic() - started, failure)


def stand_in(name: str, without: str = "") -> tuple[Path, dict]:
    """A folder with stand-ins of terraform and the AWS CLI, and the environment that finds them there; `without` fails."""
    place = WORK / "run-task" / name
    place.mkdir(parents=True)
    for program, answers in STAND_INS.items():
        file = place / program
        file.write_text(f"#!{sys.executable}\nANSWERS = { {key: answer for key, answer in answers.items() if not without or not key.startswith(without)} !r}\n{STAND_IN}", encoding="utf-8")
        file.chmod(0o755)
    return place, os.environ | {"PATH": f"{place}{os.pathsep}{os.environ['PATH']}"}


def run_task(name: str, without: str = "") -> tuple[subprocess.CompletedProcess, str]:
    place, environment = stand_in(name, without)
    command = [ROOT / "run-task", "founder", "setup", "--witness", "a:b c"]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    return done, (place / "asked").read_text(encoding="utf-8")


def interrupted_task() -> tuple[int, str]:
    place, environment = stand_in("interrupted")
    # A shell starts what runs in its background with Ctrl-C ignored, and children inherit that.
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen([ROOT / "run-task", "founder"], cwd=place, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=heard) as process:
        deadline = time.monotonic() + RUN_TASK_SECONDS_MAX
        asked = place / "asked"
        while not (asked.exists() and "describe-tasks" in asked.read_text(encoding="utf-8")) and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        return process.wait(RUN_TASK_SECONDS_MAX), process.stderr.read()


def check_run_task(_: Terraform, results: junit.Results) -> None:
    """`run-task` with stand-ins of terraform and the AWS CLI: what it asks for, shows and ends with."""
    started = time.monotonic()
    done, asked = run_task("well")
    unread, _ = run_task("unread", without="logs")
    status, said = interrupted_task()
    expected = json.dumps({"containerOverrides": [{"name": "app", "command": ["setup", "--witness", "a:b c"]}]})
    wrong = [
        what
        for what, holds in {
            "another exit status than the program's": done.returncode == 1,
            "not the program's log": done.stdout == "first\nsecond\n",
            "another command": expected in asked,
            "another log": "--log-stream-name app/app/0a1b" in asked,
            "another exit status where its log cannot be read": unread.returncode == 1 and "cannot be read: /verillm/t" in unread.stderr,
            "interrupted, it does not say that the task goes on": status == 130 and "task/c/0a1b goes on" in said and "Traceback" not in said,
        }.items()
        if not holds
    ]
    results.case("run-task", "run-task", time.monotonic() - started, "\n".join([*wrong, done.stdout, done.stderr, unread.stderr, said]) if wrong else None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port: int) -> None:
    deadline = time.monotonic() + MOTO_SECONDS_MAX
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def all_checks() -> int:
    started = time.monotonic()
    copy_tree()
    terraform, results = Terraform(plugin_dir()), junit.Results(JUNIT)
    check_static(results)
    check_format(terraform, results)
    # What mostly sleeps goes aside.
    with ThreadPoolExecutor(2) as pool, ThreadPoolExecutor(1) as aside:
        others = [aside.submit(check_run_task, terraform, results)]
        # Long ones first, so that no worker is left with the longest at the end.
        order = sorted(folders(), key=docs.tests, reverse=True)
        checked = [pool.submit(check_folder, terraform, results, folder) for folder in order]
        for future in checked:
            future.result()
        others += [pool.submit(check, terraform, results) for check in (check_plans, check_policies)]
        as_named = [pool.submit(check_mutation, terraform, results, index, mutation) for index, mutation in enumerate(MUTATIONS)]
        for other in others:
            other.result()
        caught = sum(done.result() for done, mutation in zip(as_named, MUTATIONS) if not mutation.control)
    results.write()
    passed, failed, skipped = junit.total(JUNIT)
    print(f"{docs.counts()} {caught} of {docs.faults()} seeded faults found.")
    print(f"terraform: {time.monotonic() - started:.0f} s" + (f", {skipped} skipped" if skipped else ""))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def write_docs() -> int:
    for readme in docs.readmes():
        readme.write_text(docs.rendered(readme), encoding="utf-8")
    return 0


def main() -> int:
    arguments = argparse.ArgumentParser(prog="terraform/check", description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the READMEs' tables anew instead of checking anything")
    if arguments.parse_args().write:
        return write_docs()
    lacking = missing()
    if lacking is None:
        return all_checks()
    if os.environ.get("CI") == "true":
        print(f"terraform: {lacking}", file=sys.stderr)
        print("0 passed, 1 failed")
        return 1
    print(f"SKIPPED all checks of terraform/: {lacking}", file=sys.stderr)
    print("0 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())

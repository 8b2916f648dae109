"""House rules that `terraform validate` does not know."""

import re
from pathlib import Path

import hcl

PUBLIC = {"hashicorp/aws"}
FREE = {"tags", "services"}
ACTIONS = re.compile(r'\bAction\s*=\s*(\[[^\]]*\]|"[^"]*")')
PASSED_ON = re.compile(r"(?:merge\(.*, )?var\.(\w+)\)?")
BOUNDARY = "permissions_boundary_arn"
WILD = re.compile(r'"(?:\*|[a-z0-9-]+:\*)"')

ALARM = re.compile(r'^"\$\{var\.name\}-([a-z-]*)')
ENTRY = re.compile(r"^ +(\w+) += \{[^{}]*\b(?:metric|topic) +=[^{}]*\b(?:complaint|description) +=", re.M)
ANSWERS = Path(__file__).parents[2] / "docs" / "operations.md"

# What no plan may replace by the way: the log, and what it and its evidence cannot be read without.
KEPT = {"kafka": {"aws_msk_cluster", "aws_kms_key"}, "artifacts": {"aws_kms_key"}}


def findings(folder: Path) -> list[str]:
    body, found = hcl.parse_folder(folder), []
    passed_on = NOT_CHECKED | _passed_on(body, folder)
    for block in body.of("variable"):
        name = block.labels[0]
        for needed in ("type", "description"):
            if needed not in block.attributes:
                found.append(f"variable {name} has no {needed}")
        if block.attributes.get("type", "").strip() == "any":
            found.append(f"variable {name} is of any type")
        free = block.attributes.get("type", "") == "bool" or name in FREE
        inner = "object(" in block.attributes.get("type", "")
        if not block.of("validation") and not free and name not in passed_on:
            found.append(f"variable {name} takes any {'object' if inner else 'value'}: it has no validation")
    for block in body.of("output"):
        if "description" not in block.attributes:
            found.append(f"output {block.labels[0]} has no description")
    for block in body.of("terraform"):
        for providers in block.of("required_providers"):
            for name, value in providers.attributes.items():
                if not any(f'"{source}"' in value for source in PUBLIC):
                    found.append(f"provider {name} is not one of {', '.join(PUBLIC)}")
                if ">= 5.100, < 7.0" not in value:
                    found.append(f"provider {name} is not bound to >= 5.100, < 7.0")
    if not body.of("terraform"):
        found.append("no required_providers")
    for path in sorted(folder.glob("*.tf")):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\b(TODO|FIXME|XXX)\b", text):
            found.append(f"{path.name} leaves something for later")
    found.extend(_policies(body))
    found.extend(_replaceable(body, KEPT.get(folder.name, set())))
    found.extend(_undone(body))
    found.extend(_unanswered(body, folder))
    found.extend(_unbounded(body, folder))
    for expected in ("main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md"):
        if not (folder / expected).exists():
            found.append(f"no {expected}")
    if not list(folder.glob("tests/*.tftest.hcl")):
        found.append("no tests")
    return found


# Parts of it go on to modules that check them, or any text at all.
NOT_CHECKED = {"command", "group", "broker", "intake", "sink"}


def _passed_on(body: hcl.Block, folder: Path) -> set[str]:
    """Variables that a module gets, as they are or with more beside them, and checks."""
    return {
        passed.group(1)
        for block in body.of("module")
        for variable in hcl.parse_folder(folder / hcl.literal(block.attributes["source"])).of("variable")
        for passed in [PASSED_ON.fullmatch(block.attributes.get(variable.labels[0], ""))]
        if passed and variable.of("validation")
    }


def _unbounded(body: hcl.Block, folder: Path) -> list[str]:
    """Every role has the boundary that an account may demand, and every module that makes roles is told it."""
    found = [f"role {block.labels[1]} has no permissions boundary" for block in body.of("resource") if block.labels[0] == "aws_iam_role" and "permissions_boundary" not in block.attributes]
    for block in body.of("module"):
        called = hcl.parse_folder(folder / hcl.literal(block.attributes["source"]))
        if BOUNDARY in {variable.labels[0] for variable in called.of("variable")} - set(block.attributes):
            found.append(f"module {block.labels[0]} makes roles and is not told {BOUNDARY}")
    return found


def _replaceable(body: hcl.Block, kept: set[str]) -> list[str]:
    return [
        f"a plan may replace {'.'.join(block.labels)}"
        for block in body.of("resource")
        if block.labels[0] in kept and not any(lifecycle.attributes.get("prevent_destroy") == "true" for lifecycle in block.of("lifecycle"))
    ]


def _undone(body: hcl.Block) -> list[str]:
    """An apply leaves alone what scaling has set; every key is rotated."""
    scaled = {"aws_ecs_service"} if any(block.labels[0] == "aws_appautoscaling_target" for block in body.of("resource")) else set()
    found = [
        f"each apply sets the count of {'.'.join(block.labels)} back"
        for block in body.of("resource")
        if block.labels[0] in scaled and not any("desired_count" in lifecycle.attributes.get("ignore_changes", "") for lifecycle in block.of("lifecycle"))
    ]
    keys = [block for block in body.of("resource") if block.labels[0] == "aws_kms_key"]
    return found + [f"{'.'.join(key.labels)} is never rotated" for key in keys if key.attributes.get("enable_key_rotation") != "true"]


def _unanswered(body: hcl.Block, folder: Path) -> list[str]:
    """Every alarm stands in the table that says what to do, by the fixed part of its name, or by its entry in a map of alarms."""
    names = [ALARM.search(block.attributes["alarm_name"]) for block in body.of("resource") if block.labels[0] == "aws_cloudwatch_metric_alarm"]
    if not names:
        return []
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tf")))
    kinds = {name.group(1).strip("-") for name in names} | {entry.replace("_", "-") for entry in ENTRY.findall(text)}
    table = ANSWERS.read_text(encoding="utf-8").split("\n## Alarms\n")[1].split("\n## ")[0]
    said = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    return [f"{ANSWERS.name} does not say what to do about the alarm {kind}" for kind in sorted(kinds - {""}) if not re.search(f"-{kind}[`-]", said)]


def _policies(body: hcl.Block) -> list[str]:
    """No Allow of a service's every action, but for a key's own account: there it only means that IAM decides."""
    found = []
    for block in body.of("resource") + body.of("locals"):
        for expression in _expressions(block):
            for statement in re.split(r"Sid\s*=", expression)[1:]:
                wild = [action for actions in ACTIONS.findall(statement) for action in WILD.findall(actions)]
                if wild and '"Deny"' not in statement and ":root" not in statement:
                    found.append(f"{'.'.join(block.labels) or 'locals'} allows every action: {', '.join(wild)}")
    return found


def _expressions(block: hcl.Block):
    yield from block.attributes.values()
    for inner in block.blocks:
        yield from _expressions(inner)

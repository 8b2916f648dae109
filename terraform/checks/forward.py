"""Holds every resource and argument against an extract of provider 6's schema."""

import json
from pathlib import Path

import hcl

EXTRACT = Path(__file__).with_name("v6") / "schema.json"
META = {"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection", "timeouts", "dynamic"}


def findings(folder: Path, extract: dict) -> list[str]:
    found = []
    body = hcl.parse_folder(folder)
    for kind, prefix in (("resource", ""), ("data", "data.")):
        for block in body.of(kind):
            type_ = prefix + block.labels[0]
            if block.labels[0].startswith("terraform_"):
                continue
            if type_ not in extract["types"]:
                found.append(f"{type_} is not in the extract: provider 6 lacks it, or checks/v6/extract.py has to run again")
                continue
            found.extend(_inside(f"{type_}.{block.labels[1]}", block, extract["types"][type_], meta=META))
    return found


def _inside(where: str, block: hcl.Block, known: dict, meta: set[str]) -> list[str]:
    found = []
    dynamic = {inner.labels[0]: inner.of("content")[0] for inner in block.of("dynamic")}
    given = set(block.attributes) | {inner.type for inner in block.blocks if inner.type != "dynamic"} | set(dynamic)
    for name in sorted(given - set(known) - meta):
        found.append(f"{where}: provider 6 knows no argument {name}")
    for name, argument in sorted(known.items()):
        if argument["required"] and name not in given:
            found.append(f"{where}: provider 6 requires {name}")
    inners = [(inner.type, inner) for inner in block.blocks if inner.type not in meta] + list(dynamic.items())
    for name, inner in inners:
        if name in known and "block" in known[name]:
            found.extend(_inside(f"{where}.{name}", inner, known[name]["block"], meta={"dynamic"}))
        elif name in known:
            found.append(f"{where}: {name} is no block in provider 6")
    return found


def load() -> dict:
    return json.loads(EXTRACT.read_text(encoding="utf-8"))

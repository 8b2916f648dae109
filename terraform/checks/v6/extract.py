#!/usr/bin/env python3
"""Writes schema.json: the arguments that provider 6 knows for the resources used here.

    npm pack @cdktn/provider-aws && tar xzf cdktn-provider-aws-*.tgz
    terraform/checks/v6/extract.py package

The package's type files are generated from the provider's schema; their comments name each argument as Terraform does. Run
it again when a module uses a new resource, or to look at a newer provider; the check itself needs only schema.json.
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import hcl  # noqa: E402

ROOT = Path(__file__).parents[2]
INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", re.M | re.S)
PROPERTY = re.compile(
    r"docs/(?:resources|data-sources)/\w+#(\w+) [^}]*\}(?:(?!\*/).)*\*/\s*readonly \w+(\??): ([^;{]+|\{[^}]*\});", re.S
)
VERSION = re.compile(r"providers/hashicorp/aws/([0-9.]+)/docs")


def used() -> list[str]:
    """Types of resources, and of data sources with `data.` before them."""
    types = set()
    for folder in [*ROOT.glob("modules/*"), *ROOT.glob("examples/*")]:
        body = hcl.parse_folder(folder)
        types.update(block.labels[0] for block in body.of("resource"))
        types.update("data." + block.labels[0] for block in body.of("data"))
    return sorted(types)


def schema(package: Path, type_: str) -> tuple[dict, str]:
    folder = type_.removeprefix("data.").removeprefix("aws_").replace("_", "-")
    file = package / "lib" / (("data-aws-" if type_.startswith("data.") else "") + folder) / "index.d.ts"
    text = file.read_text(encoding="utf-8")
    interfaces = dict(INTERFACE.findall(text))
    top = next(name for name in interfaces if name.endswith("Config") and "TerraformMetaArguments" in text.split(f"interface {name} ")[1][:80])
    return arguments(interfaces, top), VERSION.search(text).group(1)


def arguments(interfaces: dict[str, str], name: str) -> dict:
    """Each argument: whether it is required, and what is in it if it is a block."""
    found = {}
    for argument, optional, type_ in PROPERTY.findall(interfaces[name]):
        inner = re.match(r"\w+", type_.strip())
        block = arguments(interfaces, inner.group()) if inner and inner.group() in interfaces else None
        found[argument] = {"required": not optional} | ({"block": block} if block is not None else {})
    return found


def main() -> None:
    package = Path(sys.argv[1])
    extract, versions = {}, set()
    for type_ in used():
        if type_.removeprefix("data.").startswith("terraform_"):
            continue
        extract[type_], version = schema(package, type_)
        versions.add(version)
    provider = versions.pop()
    out = Path(__file__).with_name("schema.json")
    lines = ",\n".join(f'    "{type_}": {json.dumps(found, sort_keys=True, separators=(",", ":"))}' for type_, found in extract.items())
    out.write_text(f'{{\n  "provider": "{provider}",\n  "types": {{\n{lines}\n  }}\n}}\n', encoding="utf-8")
    print(f"{len(extract)} types of provider {provider} in {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""Tables of variables, outputs and resources in the READMEs, between markers; written by `terraform/check --write`."""

import re
from pathlib import Path

import hcl
from mutations import MUTATIONS

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def folders(kind: str) -> list[Path]:
    return sorted(path for path in (ROOT / kind).iterdir() if path.is_dir())


def tests(folder: Path) -> int:
    return sum(len(hcl.parse(path.read_text(encoding="utf-8")).of("run")) for path in folder.glob("tests/*.tftest.hcl"))


def tables(folder: Path) -> str:
    body = hcl.parse_folder(folder)
    parts = []
    modules = body.of("module")
    if modules:
        rows = [f"| `{block.labels[0]}` | [{Path(source(block)).name}]({source(block)}) |" for block in modules]
        parts.append("\n".join(["| module | is |", "|---|---|", *sorted(rows)]))
    resources = sorted({block.labels[0] for block in body.of("resource")})
    if resources:
        parts.append(f"{len(body.of('resource'))} resources: " + ", ".join(f"`{name}`" for name in resources) + ".")
    rows = [
        f"| `{block.labels[0]}` | {cell(block)} | `{expression(block.attributes['type'])}` | {default(block)} |"
        for block in sorted(body.of("variable"), key=lambda block: block.labels[0])
    ]
    parts.append("\n".join(["| variable | is | type | default |", "|---|---|---|---|", *rows]))
    rows = [f"| `{block.labels[0]}` | {cell(block)} |" for block in sorted(body.of("output"), key=lambda block: block.labels[0])]
    parts.append("\n".join(["| output | is |", "|---|---|", *rows]))
    return "\n\n".join(parts)


def overview() -> str:
    rows = []
    for kind in ("modules", "examples"):
        for folder in folders(kind):
            body = hcl.parse_folder(folder)
            rows.append(
                f"| [{folder.name}]({kind}/{folder.name}) | {purpose_of(folder)} | {len(body.of('resource'))} | {len(body.of('variable'))} | {tests(folder)} |"
            )
    head = ["| module or example | is | resources | variables | tests |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n\n" + counts() + f" {faults()} seeded faults, each found by the check named with it."


def counts() -> str:
    """What there is, in one line."""
    all_folders = folders("modules") + folders("examples")
    resources = sum(len(hcl.parse_folder(folder).of("resource")) for folder in all_folders)
    runs = sum(tests(folder) for folder in all_folders)
    return f"{len(folders('modules'))} modules, {len(folders('examples'))} examples, {resources} resource blocks, {runs} tests."


def faults() -> int:
    return sum(not mutation.control for mutation in MUTATIONS)


def purpose_of(folder: Path) -> str:
    """The first sentence below the title."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", text.split("\n\n")[1]).split(". ")[0].rstrip(".")


def rendered(readme: Path) -> str:
    """What the file should be."""
    text = readme.read_text(encoding="utf-8")
    content = overview() if readme.parent == ROOT else tables(readme.parent)
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{content}\n\n{END}{rest.split(END)[1]}"


def readmes() -> list[Path]:
    return [ROOT / "README.md"] + [folder / "README.md" for kind in ("modules", "examples") for folder in folders(kind)]


def source(block: hcl.Block) -> str:
    return hcl.literal(block.attributes["source"])


def cell(block: hcl.Block) -> str:
    return one_line(hcl.literal(block.attributes["description"])).replace("|", "\\|")


def default(block: hcl.Block) -> str:
    return f"`{expression(block.attributes['default'])}`" if "default" in block.attributes else "required"


def expression(text: str) -> str:
    """On one line, where fields that stand on lines of their own need commas."""
    return one_line(re.sub(r"(?<=[^\s{(\[,])[ \t]*\n\s*(?=[\w\"-]+ *=)", ", ", text))


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip())

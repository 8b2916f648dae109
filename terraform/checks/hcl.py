"""Reads the structure of HCL: blocks with their labels, attributes with the text of their expressions.

Terraform has no command that prints a configuration as data, and the libraries that can are not everywhere that
these checks run. Files have passed `terraform validate`, so nothing here looks for mistakes in syntax.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
HEREDOC = re.compile(r"<<-?([A-Za-z_][A-Za-z0-9_]*)\n")


@dataclass
class Block:
    """One block; the file itself is one without type. Attributes keep their expressions as they are written."""

    type: str
    labels: list[str]
    attributes: dict[str, str] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)

    def of(self, type_: str) -> list["Block"]:
        return [block for block in self.blocks if block.type == type_]


def parse_folder(folder: Path) -> Block:
    """All .tf files of a folder as one body."""
    body = Block("", [])
    for path in sorted(folder.glob("*.tf")):
        parsed = parse(path.read_text(encoding="utf-8"))
        body.attributes.update(parsed.attributes)
        body.blocks.extend(parsed.blocks)
    return body


def parse(text: str) -> Block:
    body = Block("", [])
    end = _body(text, 0, body)
    if end != len(text):
        raise ValueError(f"a brace closes nothing at character {end}")
    return body


def _body(text: str, at: int, into: Block) -> int:
    while True:
        at = _blank(text, at)
        if at >= len(text) or text[at] == "}":
            return at
        match = IDENTIFIER.match(text, at)
        if not match:
            raise ValueError(f"no name at character {at}: {text[at:at + 40]!r}")
        name, at = match.group(), match.end()
        at = _spaces(text, at)
        if text[at] == "=" and text[at + 1] != "=":
            start = _spaces(text, at + 1)
            at = _expression(text, start)
            into.attributes[name] = text[start:at].strip()
            continue
        labels = []
        while text[at] != "{":
            if text[at] == '"':
                end = _string(text, at)
                labels.append(text[at + 1 : end - 1])
            else:
                match = IDENTIFIER.match(text, at)
                labels.append(match.group())
                end = match.end()
            at = _spaces(text, end)
        block = Block(name, labels)
        at = _body(text, at + 1, block) + 1
        into.blocks.append(block)


def _expression(text: str, at: int) -> int:
    """Up to the end of the line on which all brackets are closed again."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char == '"':
            at = _string(text, at)
            continue
        heredoc = HEREDOC.match(text, at)
        if heredoc:
            at = re.compile(rf"^\s*{heredoc.group(1)}$", re.M).search(text, heredoc.end()).end()
            continue
        if char == "#" or text.startswith("//", at) or text.startswith("/*", at):
            if depth == 0:
                return at
            at = _comment(text, at)
            continue
        if char in "([{":
            depth += 1
        elif char in ")]}":
            if depth == 0:
                return at
            depth -= 1
        elif char == "\n" and depth == 0:
            return at
        at += 1
    return at


def _string(text: str, at: int) -> int:
    at += 1
    while text[at] != '"':
        if text[at] == "\\":
            at += 2
        elif text[at : at + 2] in ("${", "%{") and text[at - 1] != text[at]:
            depth, at = 1, at + 2
            while depth:
                if text[at] == '"':
                    at = _string(text, at)
                    continue
                depth += {"{": 1, "}": -1}.get(text[at], 0)
                at += 1
        else:
            at += 1
    return at + 1


def _spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def _comment(text: str, at: int) -> int:
    end = text.find("*/", at) + 2 if text.startswith("/*", at) else text.find("\n", at)
    return len(text) if end < at else end


def _blank(text: str, at: int) -> int:
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == "#" or text.startswith("//", at) or text.startswith("/*", at):
            at = _comment(text, at)
        else:
            break
    return at


def literal(expression: str) -> str:
    """The text of a string or heredoc without template; other expressions as they are."""
    heredoc = HEREDOC.match(expression)
    if heredoc:
        lines = expression.split("\n")[1:-1]
        return " ".join(line.strip() for line in lines)
    if expression.startswith('"') and expression.endswith('"'):
        return expression[1:-1].replace('\\"', '"').replace("$${", "${")
    return expression

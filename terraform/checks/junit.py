"""Results as JUnit files, and their sum."""

import threading
import xml.etree.ElementTree as ET
from pathlib import Path


class Results:
    """Cases of our own checks, one file for each suite; `terraform test` writes its own files beside them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._suites: dict[str, list[tuple[str, float, str | None, str | None]]] = {}
        self._lock = threading.Lock()

    def case(self, suite: str, name: str, seconds: float = 0, failure: str | None = None, skipped: str | None = None) -> None:
        with self._lock:
            self._suites.setdefault(suite, []).append((name, seconds, failure, skipped))
        if failure:
            print(f"FAILED {suite}: {name}\n{_indented(failure)}", flush=True)
        elif skipped:
            print(f"SKIPPED {suite}: {name}: {skipped}", flush=True)

    def write(self) -> None:
        for suite, cases in self._suites.items():
            element = ET.Element("testsuite", name=suite, tests=str(len(cases)))
            for name, seconds, failure, skipped in cases:
                case = ET.SubElement(element, "testcase", name=name, classname=suite, time=f"{seconds:.3f}")
                if failure:
                    ET.SubElement(case, "failure", message=failure.splitlines()[0]).text = failure
                if skipped:
                    ET.SubElement(case, "skipped", message=skipped)
            root = ET.Element("testsuites")
            root.append(element)
            ET.ElementTree(root).write(self.folder / f"{suite}.xml", encoding="utf-8", xml_declaration=True)


def read(path: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped cases of one file; a run that was skipped as an earlier one failed is failed, too."""
    passed = failed = skipped = 0
    for case in ET.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def failures(path: Path) -> list[str]:
    """Name and text of each failed case."""
    found = []
    for case in ET.parse(path).getroot().iter("testcase"):
        for kind in ("failure", "error"):
            for element in case.findall(kind):
                found.append(f"{case.get('name')}: {element.get('message') or ''} {(element.text or '').strip()}")
    return found


def total(folder: Path) -> tuple[int, int, int]:
    sums = [read(path) for path in sorted(folder.glob("*.xml"))]
    return tuple(sum(column) for column in zip(*sums)) if sums else (0, 0, 0)


def _indented(text: str) -> str:
    return "\n".join("  " + line for line in text.splitlines()[:40])

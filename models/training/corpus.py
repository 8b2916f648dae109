"""Makes the documents that the built-in model learns from: one JSON string a line, train.jsonl and valid.jsonl.

usage: corpus.py OUT KJV JARGON WORDNET SOTU MOBY

KJV      one verse a line, as printed by `bible -f 'gen1:1-rev22:21'`
JARGON   the Jargon File's jargon.txt.gz
WORDNET  the folder with WordNet's data.* files
SOTU     the folder with the texts of the addresses, YEAR_NAME_PARTY.txt; those up to 1945 are read
MOBY     the folder with the chapters of Moby-Dick
"""

import gzip
import json
import random
import re
import sys
from pathlib import Path

SEED = 20261122
VALIDATION_STRIDE = 50
CHARS_MAX = 1600


def verses(path, rng):
    """One to eight verses of a chapter."""
    text, chapter, left = [], "", 0
    for line in path.read_text().splitlines():
        book, verse = re.fullmatch(r"([1-3]?[A-Za-z]+\d+):\d+ (.*)", line).groups()
        if text and (left == 0 or book != chapter):
            yield " ".join(text)
            text = []
        if not text:
            left, chapter = rng.randint(1, 8), book
        text.append(verse.strip())
        left -= 1
    yield " ".join(text)


def jargon(path):
    """One entry, `term: text`, up to its last whole sentence."""
    text = gzip.open(path, "rt", encoding="utf-8").read()
    for fancy, plain in {"“": '"', "”": '"', "‘": "'", "’": "'", "—": " -- ", "…": "...", "{": "", "}": ""}.items():
        text = text.replace(fancy, plain)
    for entry in re.split(r"\n   :", text)[1:]:
        head = re.match(r"(.+?):(?: .*)?\n", entry)
        if head is None:
            continue
        lines = []
        for line in entry[head.end():].splitlines():
            if line.strip() and not line.startswith("   "):
                break
            lines.append(line.strip())
        whole = re.match(r".*\.(?=\s|$)", " ".join(filter(None, lines))[:CHARS_MAX])
        if whole and len(whole.group()) > 40:
            yield f"{head.group(1)}: {whole.group()}"


def glosses(folder):
    """One sense, `word: meaning; "example"`."""
    for part in ("adj", "adv", "noun", "verb"):
        for line in (folder / f"data.{part}").read_text().splitlines():
            fields, bar, gloss = line.partition(" | ")
            if bar and not line.startswith("  "):
                word = re.sub(r"\([a-z]+\)$", "", fields.split(" ")[4].replace("_", " "))
                yield f"{word}: {gloss.strip()}"


def pieces(text, rng):
    """Whole sentences of one text, from 200 characters to CHARS_MAX together."""
    piece, size = "", rng.randint(200, CHARS_MAX)
    for sentence in re.split(r"(?<=[.!?]['\"”’]) +|(?<=[.!?]) +", " ".join(text.split())):
        if piece and len(piece) + len(sentence) > size:
            yield piece
            piece, size = "", rng.randint(200, CHARS_MAX)
        piece = f"{piece} {sentence}".strip()
    yield piece


def addresses(folder, rng):
    for path in sorted(folder.glob("*.txt")):
        if int(path.name[:4]) <= 1945:
            yield from pieces(path.read_text(), rng)


def chapters(folder, rng):
    for path in sorted(folder.glob("chapter_*.txt"), key=lambda p: int(re.search(r"\d+", p.stem).group())):
        yield from pieces(path.read_text().split("\n", 1)[1], rng)


def words(text):
    return set(re.findall(r"\w+", text.lower()))


def main(out, kjv, jargon_file, wordnet, sotu, moby):
    rng = random.Random(SEED)
    entries = list(jargon(jargon_file))
    texts = [*verses(kjv, rng), *addresses(sotu, rng), *chapters(moby, rng), *entries]
    # A small model learns little from names of species, so every glossed word must occur in another text.
    known = set().union(*map(words, texts))
    texts += [gloss for gloss in glosses(wordnet) if words(gloss.partition(":")[0]) <= known]
    rng.shuffle(texts)
    out.mkdir(parents=True, exist_ok=True)
    valid = texts[::VALIDATION_STRIDE]
    train = [text for i, text in enumerate(texts) if i % VALIDATION_STRIDE]
    # The Jargon File is small beside the others, so its entries count twice.
    twice = set(entries)
    train += [text for text in train if text in twice]
    for name, documents in (("train", train), ("valid", valid)):
        (out / f"{name}.jsonl").write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents))
        print(f"{name}: {len(documents)} documents, {sum(map(len, documents))} characters")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

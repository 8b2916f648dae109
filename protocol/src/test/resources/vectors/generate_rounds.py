"""Writes the golden vectors of whole rounds beside this file: from what members of a case have opened and voted to
judgements, what round 2 looks at again, who doubts, who is contradicted, and the decision.

A second implementation of protocol section 10.2. Run it only when the protocol itself changes:
python3 generate_rounds.py
"""

from generate_rows import WIDTH, element, ordered, paper
from noise import Noise, write

PROMPT, CLIP = 4, 65536
OWN, SURELY, POSSIBLY, FORBIDDEN = range(4)
PASS, UNSURE, FAIL = range(3)
# Row limits of both boundaries with the share of elements, mean, largest margin, band. Bad lies above 2 ok, or not.
LIMITS = {
    "wide": (((512, 4217, 90), (512, 4618, 90)), (256, 1100), (64, 275), 16),
    "narrow": (((512, 1000, 90), (512, 1025, 90)), (256, 512), (64, 128), 300),
}


def closer(limits):
    rows, mean, largest, band = limits

    def pair(ok, bad):
        return (ok // 2, ok) if bad > 2 * ok else (bad, bad)

    return (
        tuple(pair(ok, bad) + ((95,) if bad > 2 * ok else (share,)) for ok, bad, share in rows),
        pair(*mean),
        pair(*largest),
        band,
    )


def judged(value, ok, bad):
    return PASS if value <= ok else FAIL if value > bad else UNSURE


class Member:
    """What one member sealed, and which challenges (0, 1 and the last) it opened."""

    def __init__(self, name, round, shifts, tokens, evidence):
        self.name, self.round, self.shifts, self.tokens, self.evidence = name, round, shifts, tokens, evidence
        self.opened, self.vote, self.judgement, self.marks = {}, "", "", ""

    def row(self, case, position, boundary):
        row = list(case.base)
        for p, b, first, count, step in self.shifts:
            if (p, b) == (position, boundary):
                for i in range(first, first + count):
                    row[i % WIDTH] += step
        return row

    def merged(self):
        return [p for _, positions in sorted(self.opened.items()) for p in positions]

    def of_round(self, case, round):
        return [positions for c, positions in sorted(self.opened.items()) if case.challenges[c][0] == round]

    def valid(self):
        return self.judgement.split("/")[0] in ("ACCEPT", "REJECT", "UNSURE")

    def says(self, word):
        return self.judgement.split("/")[0] == word

    def __str__(self):
        return ":".join((
            self.name,
            str(self.round),
            ",".join(str(c) for c in sorted(self.opened)) or "-",
            " ".join("%d.%d.%d.%d%+d" % shift for shift in self.shifts),
            " ".join(str(p) for p in self.tokens),
            "".join("%02x%06x" % entry for entry in self.evidence),
            self.vote,
        ))


class Case:
    def __init__(self, number):
        n = Noise("round-%d" % number)
        self.policy = ("wide", "wide", "narrow", "paper")[number % 4]
        self.limits = LIMITS.get(self.policy)
        self.greedy = n.below(3) == 0
        self.finish = ("EOS", "LENGTH")[n.below(2)]
        self.tokens = 1 + n.below(5)
        self.base = [element(n) for _ in range(WIDTH)]
        # Round, part, positions.
        first, second, again = [0, PROMPT], [1], [PROMPT, 2]
        self.challenges = [(1, 1, first), (1, 2, second), (2, 1, again)]
        self.seats = (3, 3, 7)[n.below(3)]
        self.author = self.member(n, "a", 0, [])
        self.checkers = []
        for i in range(3 + self.seats):
            friend = self.author if n.below(4) == 0 else None
            self.checkers.append(self.member(n, "w%d" % (i + 1), 1 if i < 3 else 2, self.checkers, friend))
        self.play(n)

    def member(self, n, name, round, others, friend=None):
        if friend:
            return Member(name, round, friend.shifts, friend.tokens, friend.evidence)
        if others and n.below(3) == 0:
            other = others[n.below(len(others))]
            return Member(name, round, other.shifts, other.tokens, other.evidence)
        shifts = []
        if n.below(2):
            step = (3, 256, 257, 512, 513, 1000, 1001, 1026, 4217, 4218, 4619, 600000)[n.below(12)]
            count = (1, 2, 3, 4, 12, WIDTH, WIDTH)[n.below(7)]
            for position in ([PROMPT], [2], [0, 1, 2, PROMPT])[n.below(3)]:
                for boundary in ((0,), (1,), (0, 1))[n.below(3)]:
                    shifts.append((position, boundary, n.below(WIDTH), count, step * (1, -1)[n.below(2)]))
        tokens = [PROMPT] if n.below(25) == 0 else []
        evidence = [(OWN, 0)] * (self.tokens + 1)
        if n.below(3) == 0:
            for _ in range(1 + n.below(2)):
                kind = n.below(8)
                margin = (1, 20, 33, 64, 65, 129, 200, 276, 302, 5000)[n.below(10)]
                entry = (FORBIDDEN, 0) if kind == 0 else ((SURELY, POSSIBLY)[kind & 1], margin)
                evidence[n.below(len(evidence))] = entry
        return Member(name, round, shifts, tokens, evidence)

    def play(self, n):
        """Opens and votes, as a member does or as it should not."""
        unsure = []
        self.author.opened[0] = self.challenges[0][2]
        for m in self.checkers[:3]:
            if n.below(15):
                m.opened[0] = self.challenges[0][2]
                if self.vote(m, self.limits) == "UNSURE":
                    unsure.append(m)
        if unsure:
            self.author.opened[1] = self.challenges[1][2]
            for m in unsure:
                m.opened[1] = self.challenges[1][2]
        else:
            self.challenges[1] = (1, 2, [])
        self.rosters = [[], [m.name for m in unsure], []]
        self.ballots(n, self.checkers[:3])
        self.first = self.first_round()
        self.left = self.left_open()
        self.author.opened[2] = self.challenges[2][2]
        for m in self.checkers:
            if n.below(20):
                m.opened[2] = self.challenges[2][2]
        self.ballots(n, self.checkers[3:])
        self.decision = self.second_round()

    def ballots(self, n, members):
        for m in members:
            if m.of_round(self, m.round):
                m.vote = self.vote(m, self.limits)
                if n.below(25) == 0:
                    m.vote = ("ACCEPT", "REJECT/MODEL", "")[n.below(3)]

    def row(self, limits, own, claimed, boundary):
        if limits is None:
            return PASS if paper("FP32", own, "FP32", claimed)[1] == "PASS" else FAIL
        ok, bad, share = limits[0][boundary]
        kept = sorted(range(WIDTH), key=lambda i: (own[i] & 0x7FFFFFFF, i))[WIDTH // 4:]
        distances = sorted(abs(ordered("FP32", own[i]) - ordered("FP32", claimed[i])) for i in kept)
        return judged(distances[-(-share * len(distances) // 100) - 1], ok, bad)

    def at(self, limits, one, other, position):
        return max(
            self.row(limits, one.row(self, position, b), other.row(self, position, b), b) for b in (0, 1)
        )

    def compared(self, limits, one, other, mine, theirs, wanted):
        """Positions of mine that theirs has too, at which token or row is one of the wanted."""
        found = []
        for position in mine:
            if position in theirs:
                token = (position in one.tokens) != (position in other.tokens)
                if (FAIL if token else self.at(limits, one, other, position)) in wanted:
                    found.append(position)
        return found

    def vote(self, checker, limits):
        own, claimed = checker.of_round(self, checker.round), self.author.of_round(self, checker.round)
        parts = 2 if len(own) > 1 and len(claimed) > 1 else 1
        looked = [p for part in own[:parts] for p in part]
        if any((p in checker.tokens) != (p in self.author.tokens) for p in looked):
            return "REJECT/INPUT"
        outcomes = [max(self.at(limits, checker, self.author, p) for p in part) for part in own[:parts]]
        rows = outcomes[0] if parts == 1 or outcomes[0] == FAIL else outcomes[1]
        tokens = end = PASS
        if limits:
            _, mean, largest, _ = limits
            entries = checker.evidence[:-1]
            top = max(margin for _, margin in entries)
            tokens = max(judged(self.mean(checker), *mean), judged(top, *largest))
            tokens = FAIL if any(kind == FORBIDDEN for kind, _ in entries) else tokens
            if self.finish == "EOS":
                kind, margin = checker.evidence[-1]
                end = FAIL if kind == FORBIDDEN else judged(margin, *largest)
        if rows == FAIL:
            return "REJECT/MODEL"
        if tokens == FAIL:
            return "REJECT/SAMPLING"
        if end == FAIL:
            return "REJECT/END"
        return "UNSURE" if UNSURE in (rows, tokens, end) else "ACCEPT"

    def mean(self, member):
        entries = member.evidence[:-1]
        return sum(min(margin, CLIP) for _, margin in entries) * 256 // max(len(entries), 64)

    def judge(self, m):
        own = m.of_round(self, m.round)
        due = 2 if m.name in self.rosters[1] else 1
        if len(own) < due:
            m.judgement = "SILENT/OPENING"
        elif not m.vote:
            m.judgement = "SILENT/VOTE"
        else:
            m.judgement = m.vote if m.vote == self.vote(m, self.limits) else "FAULT/VOTE"

    def first_round(self):
        for m in self.checkers[:3]:
            self.judge(m)
        valid = [m for m in self.checkers[:3] if m.valid()]
        return "ALL_ACCEPT" if len(valid) >= 2 and all(m.says("ACCEPT") for m in valid) else "-"

    def left_open(self):
        claimed = self.author.of_round(self, 1)
        left = set()
        for m in self.checkers[:3]:
            own = m.of_round(self, 1)
            parts = min(len(own), len(claimed))
            if parts:
                mine, theirs = sum(own, []), sum(claimed, [])
                left.update(self.compared(self.limits, m, self.author, mine, theirs, (FAIL,)))
                last = own[parts - 1], claimed[parts - 1]
                left.update(self.compared(self.limits, m, self.author, *last, (UNSURE, FAIL)))
        return [p for part in claimed for p in part if p in left]

    def second_round(self):
        members, thirds = self.checkers[3:], -(-2 * self.seats // 3)
        for m in members:
            self.judge(m)
        for m in self.checkers[:3]:
            m.marks += "" if 2 in m.opened else "C"
        said = {word: [m for m in members if m.says(word)] for word in ("ACCEPT", "REJECT", "UNSURE")}
        doubting = len(said["REJECT"]) + len(said["UNSURE"])
        if self.limits:
            near = closer(self.limits)
            doubting += sum(self.vote(m, near) != "ACCEPT" for m in said["ACCEPT"])
        if len(said["REJECT"]) >= thirds:
            self.contradict(said["REJECT"], False, thirds)
            reasons = [m.judgement.split("/")[1] for m in said["REJECT"]]
            return "REJECTED/" + min(set(reasons), key=lambda r: (-reasons.count(r), r))
        if doubting >= thirds:
            return "INCONCLUSIVE/UNCONFIRMED"
        if len(said["ACCEPT"]) >= thirds:
            self.contradict(said["ACCEPT"], True, thirds)
            return "ACCEPTED/SECOND_ROUND"
        return "INCONCLUSIVE/NO_TWO_THIRDS"

    def contradict(self, winners, accepted, thirds):
        for m in [m for m in self.checkers if m.valid() and m not in winners]:
            lost = m.says("REJECT" if accepted else "ACCEPT")
            against = sum(self.fails(m, w, accepted) for w in winners)
            apart = sum(
                self.fails(m, other, accepted) or self.apart(m, other, accepted)
                for other in self.checkers[3:] if other.valid() and other is not m
            )
            if lost and 2 * against > len(winners) or apart >= thirds:
                m.marks += "A"

    def fails(self, voter, winner, accepted):
        mine, theirs = voter.merged(), winner.merged()
        if not mine or not theirs:
            return False
        if voter.says("REJECT"):
            evidence = self.contradicts(self.limits, voter, winner, accepted)
        else:
            evidence = self.contradicts(self.limits, winner, voter, False)
        return evidence or bool(self.compared(self.limits, voter, winner, mine, theirs, (FAIL,)))

    def apart(self, voter, other, accepted):
        if voter.says("ACCEPT") or not self.limits:
            return False
        near = closer(self.limits)
        rows = self.compared(near, voter, other, voter.merged(), other.merged(), (UNSURE, FAIL))
        return bool(rows) or self.contradicts(near, voter, other, accepted)

    def contradicts(self, limits, accusing, denying, accepted):
        if not limits:
            return False
        _, (mean_ok, mean_bad), (max_ok, max_bad), band = limits
        margins = accepted or self.greedy
        entries = self.tokens + (self.finish == "EOS")
        for (kind, margin), (other, under) in list(zip(accusing.evidence, denying.evidence))[:entries]:
            always = other != FORBIDDEN if self.greedy else other in (OWN, SURELY)
            if kind == FORBIDDEN and always:
                return True
            if margins and margin > max(max_bad, band + 1) and under <= max_ok and other != FORBIDDEN:
                return True
        return margins and self.mean(accusing) > mean_bad and self.mean(denying) <= mean_ok

    def encoded(self):
        return (
            self.policy,
            int(self.greedy),
            self.finish,
            self.tokens,
            self.seats,
            "".join("%08x" % x for x in self.base),
            "|".join(" ".join(str(p) for p in positions) for _, _, positions in self.challenges),
            "|".join(str(m) for m in [self.author] + self.checkers),
            self.first,
            " ".join(str(p) for p in self.left),
            self.decision,
            " ".join(m.judgement + ("+" + m.marks if m.marks else "") for m in self.checkers),
        )


write(
    "rounds.csv",
    (
        "policy", "greedy", "finish", "tokens", "seats", "base", "challenges", "members",
        "first", "leftOpen", "decision", "judged",
    ),
    (Case(number).encoded() for number in range(240)),
)

"""Writes the golden vectors of settlement (i) and of duties beside this file: who is paid, slashed and scored when a
request ends, what the ledger moves then, and what a worker loses for the flags that it did not open.

A second implementation of protocol sections 11.3 and 11.6. Run it only when the protocol itself changes:
python3 generate_settlements.py
"""

from noise import Noise, write

CHECK = 100
REQUESTER = "requester:00000000000000aa"
UNSEEN = ("NO_SECOND_COMMITTEE", "NO_POSITIONS_LEFT")
UNDECIDED = UNSEEN + ("COORDINATOR_INPUT", "OUTPUT_LOST")
WORST_FIRST = ("REJECTED", "EXPIRED", "INCONCLUSIVE", "ACCEPTED")
BACKED = ("fee", "fee-2", "flag")


class Task:
    """kind: a (author) or c (checker); number: its segment or round; flags: P, F sealed, I not eligible, E exposed."""

    def __init__(self, worker, kind, number, flags, stake):
        self.worker, self.kind, self.number, self.flags, self.stake = worker, kind, number, flags, stake

    def __str__(self):
        return "%s:%s%d:%s:%d" % (self.worker, self.kind, self.number, self.flags or "-", self.stake)


class Member:
    """judged as in section 10.2, "" for who is not; marks: F faulty opening, C closed in round 2, A apart, N no vote."""

    def __init__(self, task, author, judged="", marks=""):
        self.task, self.author, self.marks = task, author, marks
        self.judged, _, self.reason = judged.partition("/")

    def round(self):
        return 0 if self.author else 1 if self.task.kind == "a" else self.task.number

    def handover(self):
        return not self.author and self.task.kind == "a"

    def sure(self):
        return self.judged in ("ACCEPT", "REJECT")

    def __str__(self):
        label = self.judged + ("/" + self.reason if self.reason else "")
        return "%s=%s%s" % (self.task.worker, label, "+" + self.marks if self.marks else "")


class Case:
    def __init__(self, segment):
        self.segment, self.round, self.members = segment, 0, []
        self.outcome, self.reason = "", ""

    def unconfirmed(self):
        return self.reason == "UNCONFIRMED"

    def author(self):
        return [m for m in self.members if m.author][-1]

    def earns(self, m):
        if self.reason in UNSEEN:
            return m.judged == "ACCEPT"
        if self.reason == "OUTPUT_LOST" and "P" in m.task.flags:
            return True
        return m.sure() or self.unconfirmed() and m.judged == "UNSURE"

    def __str__(self):
        return " ".join(["%s/%s" % (self.outcome, self.reason), str(self.round)] + [str(m) for m in self.members])


def part(whole, begin, end, of):
    return whole * end // of - whole * begin // of


class Settlement:
    def __init__(self, request):
        self.r = request
        self.slashes = {}
        for task in request.tasks:
            due = [s for c in request.cases for m in c.members if m.task is task for s in self.slash(c, m)]
            if due:
                self.slashes[task] = max(due, key=lambda s: s[0])

    def home(self, task):
        return self.r.cases[task.number] if task.kind == "a" else self.checked_by(task)[0]

    def checked_by(self, task):
        return [c for c in self.r.cases if any(m.task is task and not m.author for m in c.members)]

    def fee(self, case, m):
        checked = self.checked_by(m.task)
        index = checked.index(case)
        return part(self.r.fee, index, index + 1, len(checked))

    def fees(self, case):
        return sum(self.fee(case, m) for m in case.members if not m.author and case.earns(m))

    def pay(self, case):
        start = self.r.marks[case.segment - 1] if case.segment else 0
        price = part(self.r.price, start, self.r.marks[case.segment], self.r.max_tokens)
        if all(c.outcome == "ACCEPTED" for c in self.r.cases[:case.segment]):
            return price
        handovers = max(1, self.r.handovers)
        paid = self.r.checkers + handovers
        damage = paid * (2 * self.r.w + self.r.fee) + (2 * self.r.checkers + 1) * self.r.fee
        return min(price, (min(self.r.slash_author, self.r.lock) - damage) // handovers)

    def paid_behind(self, case):
        paid = 0
        for c in self.r.cases[case.segment + 1:]:
            if c.unconfirmed() or c.outcome == "REJECTED":
                break
            paid += self.fees(c) + (self.pay(c) if c.outcome == "ACCEPTED" else 0)
        return paid

    def slash(self, case, m):
        if "E" in m.task.flags:
            return []
        if m.author:
            return self.author_slash(case, m)
        if m.judged in ("FAULT", "SILENT") or set(m.marks) & set("FCA"):
            return [(self.r.slash_opening, "opening")]
        return [(self.r.slash_missing, "missing")] if m.judged == "MISSING" else []

    def author_slash(self, case, m):
        if "I" in m.task.flags:
            return []
        if m is not case.author() or case.outcome == "EXPIRED":
            return [] if "F" in m.task.flags else [(self.r.slash_missing, "missing")]
        if case.unconfirmed():
            return [(self.r.slash_missing + self.fees(case) + self.paid_behind(case), "unconfirmed")]
        return [(self.r.slash_author, "author")] if case.outcome == "REJECTED" else []

    def of(self, case):
        payments = []
        for m in case.members:
            if m.task in self.slashes:
                continue
            if m.author:
                if case.outcome == "ACCEPTED" and m is case.author():
                    payments.append((m.task, self.pay(case), "author"))
            elif case.earns(m):
                kind = "fee-handover" if m.handover() else "fee" if m.round() == 1 else "fee-2"
                payments.append((m.task, self.fee(case, m), kind))
        slashes = [(t,) + self.slashes[t] for t in self.r.tasks if t in self.slashes and self.home(t) is case]
        unpaid = case.outcome == "REJECTED" and case.author().task not in self.slashes
        scored = not unpaid and case.outcome != "INCONCLUSIVE"
        votes = [
            m for m in case.members
            if scored and m.round() == 1 and m.sure() and "N" not in m.marks and m.task not in self.slashes
        ]
        flagged = with_flag(self.r, case, payments, slashes) if self.r.flag != "NONE" else (payments, slashes)
        return flagged + (votes,)


def with_flag(r, case, payments, slashes):
    payments, slashes = list(payments), list(slashes)

    def slash(task, amount, kind):
        known = [s for s in slashes if s[0] is task]
        if known and known[0][1] >= amount:
            return
        slashes[:] = [s for s in slashes if s[0] is not task] + [(task, amount, kind)]
        payments[:] = [p for p in payments if p[0] is not task]

    if case.reason in UNDECIDED:
        return payments, slashes
    wanted = {"BAD": "REJECTED", "GOOD": "ACCEPTED"}[r.flag]
    author = case.author().task
    first = [m for m in case.members if m.round() == 1]
    if case.outcome != wanted or case.reason == "UNAVAILABLE":
        slash(author, 100 * CHECK + r.checkers * r.fee, "bond")
    elif r.flag == "GOOD":
        for m in first:
            if m.judged == "REJECT":
                slash(m.task, r.slash_good, "good-flag")
    else:
        contradicted = [s[0] for s in slashes if s[2] == "opening"]
        shown = any(
            m.judged == "REJECT" and m.task not in contradicted and m.reason in ("INPUT", "MODEL", case.reason)
            for m in first
        )
        slashes[:] = [s for s in slashes if s[0] is not author]
        payments.append((author, min(r.price * r.marks[0] // r.max_tokens, r.checkers * r.fee), "flag"))
        for m in first:
            if shown and m.judged == "ACCEPT":
                slash(m.task, r.slash_bad, "bad-flag")
    return payments, slashes


class Ledger:
    def __init__(self, request):
        base = request.price + (request.checkers + request.handovers) * request.fee
        self.escrow = base + -(-base // 5)
        self.balances = {"escrow:r": self.escrow, "treasury": request.treasury}
        self.balances.update(("stake:" + t.worker, t.stake) for t in request.tasks)
        self.locks, self.kept, self.whole = {}, 0, True
        for task in request.tasks:
            if "P" in task.flags and "I" not in task.flags:
                self.locks[task] = min(request.lock, task.stake)
                self.balances["stake:" + task.worker] -= self.locks[task]
                self.balances["locked:" + task.worker] = self.locks[task]

    def post(self, account, amount):
        self.balances[account] = self.balances.get(account, 0) + amount
        self.moved[account] = self.moved.get(account, 0) + amount

    def settle(self, case, payments, slashes, last):
        self.moved = {}
        charged = self.whole and case.outcome == "ACCEPTED"
        chargeable = self.balances["escrow:r"] - self.kept if charged else 0
        reserve = min(chargeable, -(-self.escrow // 6))
        purses = {"price": chargeable - reserve, "reserve": reserve, "slashes": self.kept}
        slash_short, pay_short = 0, 0
        for task, amount, _ in slashes:
            locked = min(amount, self.locks.get(task, 0))
            free = min(amount - locked, self.balances["stake:" + task.worker])
            self.locks[task] = self.locks.get(task, 0) - locked
            self.post("locked:" + task.worker, -locked)
            self.post("stake:" + task.worker, -free)
            self.post("escrow:r", locked + free)
            purses["slashes"] += locked + free
            slash_short += amount - locked - free
        second = [p for p in payments if p[2] == "fee-2"]
        for task, amount, kind in [p for p in payments if p[2] != "fee-2"] + second:
            wanted = amount
            for purse in ("slashes", "reserve") if kind == "fee-2" else ("price", "reserve", "slashes"):
                taken = min(wanted, purses[purse])
                purses[purse] -= taken
                wanted -= taken
                self.post("escrow:r", -taken)
            if kind in BACKED:
                taken = min(wanted, self.balances["treasury"])
                wanted -= taken
                self.post("treasury", -taken)
            pay_short += wanted
            self.post("worker:" + task.worker, amount - wanted)
        self.kept, self.whole = purses["slashes"], charged
        if last:
            self.post("treasury", self.kept)
            self.post("escrow:r", -self.kept)
            rest = self.balances["escrow:r"]
            self.post("escrow:r", -rest)
            self.post(REQUESTER, rest)
        note = case.outcome
        note += " slash-short=%d" % slash_short if slash_short else ""
        note += " pay-short=%d" % pay_short if pay_short else ""
        assert sum(self.moved.values()) == 0 and min(self.balances.values()) >= 0
        return " ".join(["%s %d" % entry for entry in sorted(self.moved.items()) if entry[1]] + [note])


class Request:
    """One request at its end: what was asked, who did what, and how its cases were decided."""

    def __init__(self, number):
        n = self.noise = Noise("settlement-%d" % number)
        self.flag = n.of("BAD", "BAD", "GOOD") if number % 4 == 3 else "NONE"
        self.checkers = n.of(3, 3, 5, 7)
        self.handovers = 0 if self.flag != "NONE" else n.below(4)
        self.w, self.fee = n.of((7200, 300), (4100, 301), (1, 2))
        self.slash_opening, self.slash_missing = n.of((self.w + 10000, 500), (400, 500))
        self.slash_bad, self.slash_good = n.of(10000, 20000), n.of(10000, 300)
        covered = (self.checkers + 3) * (2 * self.w + self.fee) + (2 * self.checkers + 1) * self.fee
        self.slash_author = covered + n.of(0, 7, 10000)
        self.lock = self.slash_author + n.of(0, 0, 1)
        self.max_tokens = 8 + n.below(300)
        self.price = n.below(100) * self.max_tokens + n.below(7)
        self.treasury = n.of(0, 100, 10**6)
        self.tasks, self.cases, self.marks = [], [], []
        self.authors(n)
        if self.marks:
            self.committees(n)

    def task(self, kind, number, flags):
        stake = self.noise.of(0, 300, self.lock - 1, self.lock, self.lock) if self.noise.one_in(6) else 3 * self.lock
        self.tasks.append(Task("w%02d" % (len(self.tasks) + 1), kind, number, flags, stake))
        return self.tasks[-1]

    def authors(self, n):
        begun = 1 + n.below(self.handovers + 1)
        for segment in range(begun):
            case = Case(segment)
            self.cases.append(case)
            if self.flag == "NONE" and n.one_in(4):
                flags = n.of("", "P", "PF", "PF", "I" if segment == 0 else "P")
                case.members.append(Member(self.task("a", segment, flags), True))
            if segment == begun - 1 and self.flag == "NONE" and n.one_in(4):
                if n.below(2):
                    case.members.append(Member(self.task("a", segment, n.of("", "P", "PF")), True))
                if not case.members:
                    case.members.append(Member(self.task("a", segment, ""), True))
                case.outcome, case.reason = "EXPIRED", "NO_OUTPUT"
                return
            case.members.append(Member(self.task("a", segment, "PF"), True))
            before = self.marks[-1] if self.marks else 0
            self.marks.append(before + n.below(max(1, self.max_tokens - before)))

    def committees(self, n):
        cases = self.cases[:len(self.marks)]
        lost = n.one_in(12)
        first = [self.task("c", 1, "" if n.one_in(12) else "P") for _ in range(self.checkers)]
        for case in cases:
            case.round = 1
            self.decide(n, case, lost)
        second = []
        if any(c.round == 2 for c in cases):
            seats = n.of(3, 2 * self.checkers + 1)
            second = [self.task("c", 2, "" if n.one_in(12) else "P") for _ in range(seats)]
        for case in cases:
            later = [c.author().task for c in cases if c.segment > case.segment]
            for task in later + first:
                case.members.append(self.member(n, case, task, lost))
            if case.round == 2:
                case.members += [self.member(n, case, task, lost) for task in second]
        if n.one_in(15):
            n.of(*self.tasks).flags += "E"

    def decide(self, n, case, lost):
        if lost:
            case.outcome, case.reason = "INCONCLUSIVE", "OUTPUT_LOST"
            return
        if self.flag == "BAD" and n.below(3):
            case.round, case.outcome, case.reason = 2, "REJECTED", n.of("MODEL", "SAMPLING", "END")
            return
        case.round, case.outcome, case.reason = n.of(
            (1, "ACCEPTED", "ALL_ACCEPT"), (1, "ACCEPTED", "ALL_ACCEPT"), (1, "ACCEPTED", "ALL_ACCEPT"),
            (1, "REJECTED", "UNAVAILABLE"), (1, "INCONCLUSIVE", "COORDINATOR_INPUT"),
            (1, "INCONCLUSIVE", n.of(*UNSEEN)), (2, "ACCEPTED", "SECOND_ROUND"), (2, "ACCEPTED", "SECOND_ROUND"),
            (2, "REJECTED", "MODEL"), (2, "REJECTED", "SAMPLING"), (2, "INCONCLUSIVE", "NO_TWO_THIRDS"),
            (2, "INCONCLUSIVE", "UNCONFIRMED"), (2, "INCONCLUSIVE", "UNCONFIRMED"),
        )

    def member(self, n, case, task, lost):
        if "P" not in task.flags:
            return Member(task, False, "" if lost else "MISSING")
        if lost or case.reason == "COORDINATOR_INPUT":
            return Member(task, False)
        marks = ""
        if case.round == 2:
            kinds = ["ACCEPT", "ACCEPT", "REJECT/MODEL", "REJECT/SAMPLING", "REJECT/INPUT", "UNSURE"]
            marks = n.of("", "", "", "", "", "A") + ("C" if task.kind + str(task.number) != "c2" and n.one_in(10) else "")
        elif case.reason == "UNAVAILABLE":
            kinds = ["REJECT/UNAVAILABLE"]
            marks = "N"
        elif case.reason in UNSEEN:
            kinds = ["ACCEPT", "REJECT/MODEL", "UNSURE"]
        else:
            kinds = ["ACCEPT"]
        judged = n.of(*kinds)
        if n.one_in(10):
            judged = n.of("SILENT/OPENING", "SILENT/VOTE", "FAULT/OPENING", "FAULT/CONTEXT", "FAULT/VOTE")
            marks = "F" if judged == "FAULT/OPENING" else ""
        return Member(task, False, judged, "".join(sorted(marks)))

    def rows(self):
        settlement, ledger = Settlement(self), Ledger(self)
        told, moved = [], []
        for case in self.cases:
            payments, slashes, votes = settlement.of(case)
            words = ["pay %s %d %s" % (t.worker, amount, kind) for t, amount, kind in payments]
            words += ["slash %s %d %s" % (t.worker, amount, kind) for t, amount, kind in slashes]
            words += ["vote %s %s%s" % (m.task.worker, m.judged, " handover" if m.handover() else "") for m in votes]
            told.append("; ".join(words))
            moved.append(ledger.settle(case, payments, slashes, case is self.cases[-1]))
        return told, moved

    def encoded(self):
        told, moved = self.rows()
        worst = min((c.outcome for c in self.cases), key=WORST_FIRST.index)
        return (
            " ".join(str(x) for x in (self.w, self.fee, self.slash_opening, self.slash_missing, self.slash_author,
                                      self.lock, self.slash_bad, self.slash_good)),
            "%d %d %d %d" % (self.checkers, self.handovers, self.price, self.max_tokens),
            " ".join(str(mark) for mark in self.marks),
            "|".join(str(t) for t in self.tasks),
            "|".join(str(c) for c in self.cases),
            self.flag,
            self.treasury,
            worst,
            "|".join(told),
            "|".join(moved),
        )


def duty(number):
    """One worker's duty epoch: what its slots owe if it proved them, which flags were opened, what it has."""
    n = Noise("duty-%d" % number)
    slots, fee = 1 + n.below(6), n.of(300, 2)
    kinds = [n.of("NONE", "NONE", "BAD", "GOOD") for _ in range(slots)]
    proved = n.below(3) > 0
    opened = [slot for slot in range(slots) if kinds[slot] != "NONE" and n.below(2)]
    owed = sum(kind != "NONE" and slot not in opened for slot, kind in enumerate(kinds)) if proved else slots
    amount = owed * (100 * CHECK + 21 * fee)
    stake, earned = n.of(0, 16299, 20000, 10**6), n.of(0, 5000, 10**6)
    from_stake = min(amount, stake)
    from_earned = min(amount - from_stake, earned)
    short = amount - from_stake - from_earned
    moved = sorted(
        e for e in (("stake:w", -from_stake), ("treasury", from_stake + from_earned), ("worker:w", -from_earned)) if e[1]
    )
    note = "missing=%d%s" % (owed, " slash-short=%d" % short if short else "")
    transfer = " ".join(["%s %d" % e for e in moved] + [note]) if owed else ""
    return (slots, fee, " ".join(kinds) if proved else "", " ".join(map(str, opened)), stake, earned, amount, transfer)


write(
    "settlements.csv",
    ("parameters", "asked", "marks", "tasks", "cases", "flag", "treasury", "worst", "settlements", "transfers"),
    (Request(number).encoded() for number in range(200)),
)
write(
    "duty_losses.csv",
    ("slots", "fee", "proved", "opened", "stake", "earned", "amount", "transfer"),
    (duty(number) for number in range(40)),
)

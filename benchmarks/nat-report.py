"""Tables of a run of nat.sh: nat-report.py ROUNDS VARIANT… Each line of ROUNDS: round, variant, measure, value, lost."""
import statistics
import sys

variants = sys.argv[2:]
values, lost = {}, {}
for line in open(sys.argv[1]):
    number, variant, measure, value, gone = line.split()
    if number == "0" and measure != "opening":  # the warm-up; flows come to be in it
        continue
    values.setdefault((variant, measure), {}).setdefault(number, []).append(float(value))
    lost[variant, measure] = lost.get((variant, measure), 0) + int(gone)

# A round's parts are one figure.
values = {key: {number: statistics.mean(parts) for number, parts in rounds.items()} for key, rounds in values.items()}

# What is measured, its unit, whether the generator's time is in it, whether less is better, and the aims: variant, against, ratio.
ALL = [
    ("one", "64-byte packets, one flow", "ns", True, True,
     [("innkeeper-1to1", "masquerade", 1.5), ("innkeeper-1to1", "forwarding", 0.9), ("innkeeper-napt", "masquerade", None)]),
    ("many", "64-byte packets, 50,000 flows", "ns", True, True,
     [("innkeeper-1to1", "masquerade", 1.5), ("innkeeper-1to1", "forwarding", 0.9), ("innkeeper-napt", "masquerade", 1.4)]),
    ("new", "64-byte packets, each of a new flow", "ns", True, True, [("innkeeper-napt", "masquerade", 1.7)]),
    ("connects", "TCP connections made and reset", "a second", False, False,
     [("innkeeper-1to1", "masquerade", None), ("innkeeper-napt", "masquerade", None)]),
    ("tcp", "TCP, one stream, no offloads", "Mbit/s", False, False,
     [("innkeeper-1to1", "masquerade", None), ("innkeeper-napt", "masquerade", None)]),
    ("rtt50", "UDP one way (half a round trip), median", "us", False, True,
     [("innkeeper-1to1", "masquerade", None), ("innkeeper-napt", "masquerade", None)]),
    ("rtt99", "the same, 99th percentile", "us", False, True,
     [("innkeeper-1to1", "masquerade", None), ("innkeeper-napt", "masquerade", None)]),
]

# An earlier version, where one was measured beside (BEFORE), and one with open pages of the console (VIEWERS).
for measure in ALL:
    measure[-1].append(("forwarding", "viewed-forwarding", None))
    measure[-1].extend([(f"innkeeper-{kind}", f"{other}-{kind}", None) for other in ("before", "viewed") for kind in ("1to1", "napt")])


def ratios(measure, variant, base, net, less):
    """How many times better than the other in the same round; net of the generator where that is in both."""
    for number, value in values.get((variant, measure), {}).items():
        other = values.get((base, measure), {}).get(number)
        if other is None:
            continue
        generator = values["generator", measure][number] if net else 0
        if value > generator:
            yield (other - generator) / (value - generator) if less else value / other


for measure, title, unit, net, less, aims in ALL:
    print(f"## {title}\n")
    print(f"| variant | {unit} |" + (" net | thousands a second |" if net else "") + " lost or failed |")
    print("|---|---|" + ("---|---|" if net else "") + "---|")
    for variant in (["generator"] if net else []) + variants:
        rounds = values.get((variant, measure), {})
        if not rounds:
            continue
        median = statistics.median(rounds.values())
        cells = [variant, f"{median:,.0f}" if median >= 100 else f"{median:.2f}"]
        if net:
            cells.append(f"{statistics.median(v - values['generator', measure][n] for n, v in rounds.items()):,.0f}")
            cells.append(f"{1e6 / median:,.0f}")
        print("| " + " | ".join(cells + [str(lost[variant, measure])]) + " |")
    print("\n| better | than | times |" + (" with the generator |" if net else "") + " least to greatest | aim |")
    print("|---|---|---|" + ("---|" if net else "") + "---|---|")
    for variant, base, aim in aims:
        found = list(ratios(measure, variant, base, net, less))
        if found:
            median = statistics.median(found)
            verdict = "-" if aim is None else f"{aim}: {'met' if median >= aim else 'MISSED'}"
            gross = f" {statistics.median(ratios(measure, variant, base, False, less)):.2f} |" if net else ""
            print(f"| {variant} | {base} | {median:.2f} |{gross} {min(found):.2f} to {max(found):.2f} | {verdict} |")
    print()

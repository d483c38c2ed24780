"""Draws the losses of a log: `python plot.py LOG OUT.svg`."""

import re
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

LINE = re.compile(r"^\S+ \S+ (\w+) (\d+)/\d+ rate \S+ (.*) speed")
UPPER = ("sounds", "words", "tokens")
LOWER = ("word-frames", "text")


def read(path):
    """The stage and figures of each report, in order; of steps done twice after an interruption, the last."""
    reports = {}
    with open(path) as log:
        for line in log:
            if found := LINE.match(line):
                values = found[3].split()
                try:
                    figures = dict(zip(values[::2], map(float, values[1::2])))
                except ValueError:  # Two reports in one line: the first was cut off.
                    continue
                reports.pop((found[1], int(found[2])), None)
                reports[found[1], int(found[2])] = figures
    return [(stage, figures) for (stage, _), figures in reports.items()]


def main(log, out):
    """Losses above, shares of right labels and tokens below, the stages between lines."""
    reports = read(log)
    figure, (losses, shares) = plt.subplots(2, 1, sharex=True, figsize=(9, 6), layout="constrained")
    for axes, names in ((losses, UPPER), (shares, LOWER)):
        for name in names:
            points = [(at, figures[name]) for at, (_, figures) in enumerate(reports) if name in figures]
            if points:
                axes.plot(*zip(*points), label=name, linewidth=1)
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    for at, ((stage, _), (before, _)) in enumerate(zip(reports[1:], reports), 1):
        if stage != before:
            for axes in (losses, shares):
                axes.axvline(at, color="0.8", linewidth=1)
            losses.annotate(stage, (at, losses.get_ylim()[1]), fontsize=8, va="bottom")
    losses.set(ylabel="loss", yscale="log")
    shares.set(ylabel="share right", xlabel="reports", ylim=(0, 1))
    figure.savefig(out)


if __name__ == "__main__":
    main(*sys.argv[1:])

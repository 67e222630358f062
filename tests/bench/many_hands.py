"""How well do points order ten thousand simulated students?  Prints the table of README.md.

    python tests/bench/many_hands.py
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

import test_many_hands as hands  # noqa: E402
from simulated import PRIORS, spearman  # noqa: E402

print("| exercise, skills | recall | both passes | points | best from what was found | and chosen | best from all | "
      "passes : best found | points : best found and chosen | points : best of all |\n|" + "---|" * 10)
for name, skills in hands.CLASSES:
    task = hands.exercise(name)
    there, grades = hands.handed_in(name, skills)
    plain, passes = (spearman(hands.both_passes(grades, task, measure), there.skill) for measure in (hands.recall, hands.number))
    points = spearman([one.points for one in grades], there.skill)
    found = spearman(there.best(PRIORS[skills], habits=False, reasons=False), there.skill)
    chosen = spearman(there.best(PRIORS[skills], habits=False), there.skill)
    best = spearman(there.best(PRIORS[skills]), there.skill)
    numbers = (plain, passes, points, found, chosen, best, passes / found, points / chosen, points / best)
    print(f"| {name}, {skills.__name__} | " + " | ".join(f"{value:.3f}" for value in numbers) + " |", flush=True)

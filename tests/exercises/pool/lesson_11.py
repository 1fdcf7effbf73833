"""Answers to lesson 11's exercises, written from the cards alone."""

import math
import statistics

import numpy as np
import torch
from scipy.stats import linregress

from pool.answer import right, wrong

# paired_difference


@wrong("paired_difference", "the error is that of two unpaired means: the shared difficulty of the images stays in")
def _(a, b):
    error = torch.sqrt((a.var(1) + b.var()) / len(b))
    return a.mean(1) - b.mean(), error


@wrong("paired_difference", "the difference is the wrong way round: b − a")
def _(a, b):
    off = b - a
    return off.mean(1), off.std(1) / math.sqrt(off.shape[1])


@wrong("paired_difference", "the standard deviation divides by N, not by N − 1")
def _(a, b):
    off = (a - b).numpy()
    return torch.from_numpy(off.mean(1)), torch.from_numpy(off.std(1) / np.sqrt(len(b)))


@wrong("paired_difference", "the spread of the differences is returned, not the error of their mean")
def _(a, b):
    off = a - b[None]
    return off.mean(dim=1), off.std(dim=1)


@wrong("paired_difference", "the spread is divided by N, not by its root")
def _(a, b):
    off = a - b
    return off.mean(-1), off.std(-1) / len(b)


@right("paired_difference", "plain Python's statistics, model by model")
def _(a, b):
    means, errors = [], []
    for row in a.tolist():
        off = [one - other for one, other in zip(row, b.tolist(), strict=True)]
        means.append(statistics.fmean(off))
        errors.append(statistics.stdev(off) / len(off) ** 0.5)
    return torch.tensor(means), torch.tensor(errors)


@right("paired_difference", "torch.cov of each model's differences, in double precision")
def _(a, b):
    off = a.double() - b.double()
    variance = torch.stack([torch.cov(row) for row in off])
    return off.mean(1), (variance / off.shape[1]).sqrt()


# surely_better


@wrong("surely_better", "the better model must be exact, but it is the worse one whose log p(x) could be higher")
def _(reported, exact):
    return (reported[:, None] > reported) & exact[:, None]


@wrong("surely_better", "both models must be exact, though a lower bound that is higher settles it too")
def _(reported, exact):
    return (reported[:, None] > reported[None]) & exact[:, None] & exact[None]


@wrong("surely_better", "bounds are compared as if they were log p(x) itself")
def _(reported, exact):
    return reported.unsqueeze(1) > reported.unsqueeze(0)


@wrong("surely_better", "rows and columns are exchanged: it says whether j is better than i")
def _(reported, exact):
    return (reported[None, :] > reported[:, None]) & exact[:, None]


@wrong("surely_better", "equal numbers count as better")
def _(reported, exact):
    m = len(reported)
    result = torch.zeros(m, m, dtype=torch.bool)
    for i in range(m):
        for j in range(m):
            result[i, j] = i != j and bool(exact[j]) and bool(reported[i] >= reported[j])
    return result


@right("surely_better", "intervals: what a model may have at most is infinite for a bound")
def _(reported, exact):
    highest = torch.where(exact, reported, torch.inf)
    return reported[:, None] > highest[None, :]


@right("surely_better", "two plain loops")
def _(reported, exact):
    numbers = list(zip(reported.tolist(), exact.tolist(), strict=True))
    return torch.tensor([[known and mine > other for other, known in numbers] for mine, _ in numbers])


# chosen_on_validation


@wrong("chosen_on_validation", "the model is chosen on the test images, which then flatter it")
def _(validation, test):
    best = test.mean(1).argmax()
    return best, test[best].mean()


@wrong("chosen_on_validation", "the mean on the validation images is reported, which had a part in the choice")
def _(validation, test):
    mean, best = validation.mean(1).max(0)
    return best, mean


@wrong("chosen_on_validation", "the model with the lowest log p(x) is chosen, as if it were a loss")
def _(validation, test):
    best = torch.argmin(validation.mean(dim=1))
    return best, test.mean(dim=1)[best]


@wrong("chosen_on_validation", "the best mean of any model on the test images is reported, not the chosen one's")
def _(validation, test):
    return validation.mean(1).argmax(), test.mean(1).max()


@wrong("chosen_on_validation", "the model with the best single image is chosen, not that with the best mean")
def _(validation, test):
    best = int(validation.argmax()) // validation.shape[1]
    return torch.tensor(best), test[best].mean()


@wrong("chosen_on_validation", "validation and test images are pooled for the report")
def _(validation, test):
    best = validation.mean(1).argmax()
    return best, torch.cat([validation[best], test[best]]).mean()


@wrong("chosen_on_validation", "the total over the test images is reported, not their mean")
def _(validation, test):
    best = validation.sum(1).argmax()
    return best, test[best].sum()


@right("chosen_on_validation", "plain Python: the largest of the means' indices")
def _(validation, test):
    means = [statistics.fmean(row) for row in validation.tolist()]
    best = max(range(len(means)), key=means.__getitem__)
    return torch.tensor(best), torch.tensor(statistics.fmean(test[best].tolist()))


@right("chosen_on_validation", "sorted sums, in double precision")
def _(validation, test):
    order = validation.double().sum(1).argsort()
    return order[-1], test.double()[order[-1]].sum() / test.shape[1]


# drawing_time


@wrong("drawing_time", "the line goes through the origin: a batch is said to cost nothing of its own")
def _(counts, seconds, n):
    b = (counts * seconds).sum() / (counts**2).sum()
    return b * n


@wrong("drawing_time", "the mean seconds an image are multiplied up")
def _(counts, seconds, n):
    return (seconds / counts).mean() * n


@wrong("drawing_time", "intercept and slope are exchanged: polyfit gives the slope first")
def _(counts, seconds, n):
    a, b = np.polyfit(counts.double().numpy(), seconds.double().numpy(), 1)
    return a + b * n


@wrong("drawing_time", "the line is drawn through the first and the last measurement, not fitted to all")
def _(counts, seconds, n):
    b = (seconds[-1] - seconds[0]) / (counts[-1] - counts[0])
    return seconds[0] + b * (n - counts[0])


@wrong("drawing_time", "covariance and variance divide by different numbers, which tilts the line")
def _(counts, seconds, n):
    x, y = counts - counts.mean(), seconds - seconds.mean()
    b = (x * y).mean() / counts.var()
    return seconds.mean() + b * (n - counts.mean())


@wrong("drawing_time", "a power law is fitted, a straight line in the logarithms")
def _(counts, seconds, n):
    b, a = np.polyfit(np.log(counts.numpy()), np.log(seconds.numpy()), 1)
    return torch.exp(a + b * n.log())


@wrong("drawing_time", "only what the images cost is returned; the batch's own seconds a are fitted and left out")
def _(counts, seconds, n):
    design = torch.stack([torch.ones_like(counts), counts], dim=1)
    a, b = torch.linalg.lstsq(design, seconds[:, None]).solution[:, 0]
    return b * n


@right("drawing_time", "SciPy's linregress")
def _(counts, seconds, n):
    fit = linregress(counts.double().numpy(), seconds.double().numpy())
    return torch.from_numpy(fit.intercept + fit.slope * n.double().numpy())


@right("drawing_time", "the normal equations, solved in double precision")
def _(counts, seconds, n):
    design = torch.stack([counts.double() ** 0, counts.double()])
    coefficients = torch.linalg.solve(design @ design.T, design @ seconds.double())
    return torch.stack([coefficients[0] + coefficients[1] * float(q) for q in n])

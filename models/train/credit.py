"""Trains a credit decision on applicants that nobody is, and writes it in provable form.

Usage: python models/train/credit.py FOLDER [--record]

The applicants are drawn at random, and a rule with noise says who pays back (see `decide`): the model shows how a
decision on private data is proven, and must decide about no real person. Neither age nor sex nor origin is an input.
"""

import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from nesa.models import Feature
from train.export import Data, Description, arguments, export, to_onnx
from train.layers import Dense, Layer, Relu, fit

__all__ = ["DESCRIPTION", "FEATURES", "SAMPLES", "applicants", "decide", "inputs"]

FEATURES = (
    Feature("income", 0, 12_000),  # a month, in any currency's units, as all amounts here
    Feature("other_income", 0, 4_000),
    Feature("housing_cost", 0, 4_000),
    Feature("debt_payments", 0, 4_000),
    Feature("loan_amount", 500, 60_000),
    Feature("loan_months", 6, 84),
    Feature("savings", 0, 50_000),
    Feature("household", 1, 8),
    Feature("employed_months", 0, 240),
    Feature("address_months", 0, 240),
    Feature("customer_months", 0, 240),
    Feature("oldest_account_months", 0, 360),
    Feature("credit_lines", 0, 20),
    Feature("credit_used_percent", 0, 100),
    Feature("missed_payments_12_months", 0, 6),
    Feature("missed_payments_60_months", 0, 12),
    Feature("inquiries_6_months", 0, 12),
    Feature("defaults", 0, 3),
    Feature("overdraft_days_12_months", 0, 90),
    Feature("owns_home", 0, 1),
    Feature("permanent_contract", 0, 1),
    Feature("self_employed", 0, 1),
    Feature("guarantor", 0, 1),
    Feature("second_applicant", 0, 1),
)
DESCRIPTION = Description("credit", "credit-decision", ("decline", "approve"), FEATURES)
SEED = 20
TRAINED, TESTED, CALIBRATED = 100_000, 10_000, 2_000

_GOOD = dict(zip((feature.name for feature in FEATURES), (
    4_200, 0, 1_100, 150, 9_000, 36, 8_000, 2, 70, 48, 60, 140, 5, 22, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
), strict=True))  # fmt: skip
SAMPLES = {
    "approve": _GOOD,
    "decline": _GOOD | {"income": 1_900, "debt_payments": 520, "credit_used_percent": 88,
                        "missed_payments_12_months": 3, "missed_payments_60_months": 5, "savings": 200},
}  # fmt: skip
"""Two applicants as a user writes them, by the answer they get."""

Integers = npt.NDArray[np.int64]


def applicants(count: int, random: np.random.Generator) -> dict[str, Integers]:
    """Draw ``count`` applicants: for each feature, whole numbers within its range."""

    def flags(share: float) -> npt.NDArray[np.bool_]:
        return random.random(count) < share

    money = random.lognormal(8.1, 0.45, count)
    missed = random.poisson(random.choice([0.1, 0.4, 2.5], count, p=[0.7, 0.2, 0.1]))
    customer = random.exponential(60, count)
    drawn = {
        "income": money,
        "other_income": random.exponential(900, count) * flags(0.25),
        "housing_cost": money * random.uniform(0.1, 0.5, count),
        "debt_payments": money * random.exponential(0.12, count) * flags(0.7),
        "loan_amount": random.lognormal(9.1, 0.8, count),
        "loan_months": random.choice(np.arange(6, 85, 6), count),
        "savings": random.exponential(6_000, count),
        "household": 1 + random.poisson(1.3, count),
        "employed_months": random.exponential(60, count),
        "address_months": random.exponential(60, count),
        "customer_months": customer,
        "oldest_account_months": customer + random.exponential(70, count),
        "credit_lines": random.poisson(4, count),
        "credit_used_percent": 100 * random.beta(1.3, 2.2, count),
        "missed_payments_12_months": missed,
        "missed_payments_60_months": missed + random.poisson(0.5 + missed),
        "inquiries_6_months": random.poisson(1.2, count),
        "defaults": random.poisson(0.06, count),
        "overdraft_days_12_months": random.exponential(18, count) * flags(0.4),
        "owns_home": flags(0.35),
        "permanent_contract": flags(0.7),
        "self_employed": flags(0.15),
        "guarantor": flags(0.1),
        "second_applicant": flags(0.2),
    }
    return {
        feature.name: np.clip(np.rint(drawn[feature.name]), feature.low, feature.high).astype(np.int64)
        for feature in FEATURES
    }


def decide(found: dict[str, Integers], random: np.random.Generator | None) -> Integers:
    """Return 1 for who is worth the credit by the rule, 0 for who is not; ``random`` adds noise to the score.

    The score weighs what is left each month after housing, debts, living (350 and 220 for each further person) and the
    instalment, as a share of the income, against the record of payments; savings, a home, a guarantor and steady work
    help. The constant is such that about half are approved.
    """
    income = found["income"] + found["other_income"] + 1
    instalment = 1.08 * found["loan_amount"] / found["loan_months"]
    living = 350 + 220 * (found["household"] - 1)
    left = (income - found["housing_cost"] - found["debt_payments"] - living - instalment) / income
    record = (
        0.55 * found["missed_payments_12_months"]
        + 0.15 * found["missed_payments_60_months"]
        + 1.6 * found["defaults"]
        + 0.14 * found["inquiries_6_months"]
        + 0.015 * found["overdraft_days_12_months"]
        + 1.8 * np.maximum(found["credit_used_percent"] / 100 - 0.5, 0)
    )
    standing = (
        0.8 * np.minimum(found["employed_months"], 60) / 60
        + 0.3 * np.minimum(found["address_months"], 60) / 60
        + 0.5 * np.minimum(found["oldest_account_months"], 120) / 120
        + 0.6 * np.minimum(found["savings"], 15_000) / 15_000
        + 0.4 * found["owns_home"]
        + 0.5 * found["permanent_contract"]
        - 0.4 * found["self_employed"]
        + 0.9 * found["guarantor"]
        + 0.5 * found["second_applicant"]
        + 0.2 * np.minimum(found["customer_months"], 60) / 60
        - 0.05 * np.abs(found["credit_lines"] - 4)
    )
    score = 3.2 * np.clip(left, -0.8, 0.8) - record + standing - 2.3
    if random is not None:
        score = score + random.logistic(0, 0.25, len(score))
    return np.where(score > 0, 1, 0)


def inputs(found: dict[str, Integers]) -> npt.NDArray[np.float32]:
    """Return float32 [N, 24] as the manifest's features make them: an int8 by each range, over 128."""
    columns = [
        np.rint(254 * (found[feature.name] - feature.low) / (feature.high - feature.low)) - 127 for feature in FEATURES
    ]
    return (np.stack(columns, axis=1) / 128).astype(np.float32)


def main() -> None:
    """Train, and write the folder."""
    folder, record = arguments(__doc__)
    random = np.random.default_rng(SEED)
    people = applicants(TRAINED + TESTED, random)
    values, labels = inputs(people), decide(people, random)
    layers: list[Layer] = [
        Dense(len(FEATURES), 32, random), Relu(), Dense(32, 16, random), Relu(), Dense(16, 2, random),
    ]  # fmt: skip
    fit(layers, values[:TRAINED], labels[:TRAINED], random, epochs=15, batch=256, rate=0.01)
    export(
        folder,
        to_onnx(layers, (len(FEATURES),)),
        DESCRIPTION,
        values[:CALIBRATED],
        Data(values[TRAINED:], labels[TRAINED:]),
        input_exponent=7,
        record=record,
    )
    for name, sample in SAMPLES.items():
        (folder / f"{name}.json").write_text(json.dumps(sample, indent=2) + "\n")


if __name__ == "__main__":
    main()

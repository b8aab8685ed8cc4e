"""What an operator's monitoring sees. Nothing of a payload is in it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

__all__ = ["Metrics"]

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Prometheus metrics of one agent, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"nesa_miner_{name}", text, labels, registry=self.registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"nesa_miner_{name}", text, labels, registry=self.registry)

        self.height = gauge("height", "Newest block seen.")
        self.backlog = gauge("backlog", "Model runs going on or waiting for a thread.")
        self.duties = gauge("duties", "Duties that are not closed, by state.", "state")
        self.stake = gauge("stake_nes", "Stake in NES, by part: free or locked.", "part")
        self.claims = counter("claims", "Tickets entered, by result.", "result")
        self.skipped = counter("skipped", "Jobs not claimed, by reason.", "reason")
        self.messages = counter(
            "message_entries", "Entries sent to the chain, by message and result.", "kind", "result"
        )
        self.fees = counter("fees_nes", "Fees paid for gas, in NES.")
        self.earned = counter("earned_nes", "Paid to this miner, in NES.", "version")
        self.lost = counter("lost_nes", "Bonds burned, in NES.", "version")
        self.outcomes = counter("runs", "Model runs, by version, task and outcome.", "version", "task", "outcome")
        self.errors = counter("errors", "Failures that were survived, by what failed.", "what")
        self.run_seconds = Histogram(
            "nesa_miner_run_seconds", "Time in the model.", ["version"], buckets=_BUCKETS, registry=self.registry
        )
        self.work_seconds = Histogram(
            "nesa_miner_work_seconds",
            "Time from a seat to a result: fetching, waiting for a thread, running, journal.",
            ["version"],
            buckets=_BUCKETS,
            registry=self.registry,
        )

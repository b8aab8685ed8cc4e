"""The miner's agent: watches the chain, claims what it can do, executes, checks, and never forgets what it promised."""

from nesa.miner._agent import Agent, Parts
from nesa.miner._chain import AccountSender, Chain, LiveChain, Receipt, Sender, Tamper
from nesa.miner._config import HARDWARE, PASSWORD_VARIABLE, SIMULATED, WITH_GPU, MinerConfig, init_home
from nesa.miner._doctor import Check, doctor
from nesa.miner._enrol import Attestation, attest, revoke
from nesa.miner._evidence import Enclave, Notary, Prover
from nesa.miner._journal import Duty, Journal, Kind, Pending, State, Totals
from nesa.miner._metrics import Metrics
from nesa.miner._payloads import Payloads
from nesa.miner._pool import EngineFactory, ModelPool, Workers
from nesa.miner._run import drain, is_running, run
from nesa.miner._status import Status, VersionStatus, status

__all__ = [
    "HARDWARE",
    "PASSWORD_VARIABLE",
    "SIMULATED",
    "WITH_GPU",
    "AccountSender",
    "Agent",
    "Attestation",
    "Chain",
    "Check",
    "Duty",
    "Enclave",
    "EngineFactory",
    "Journal",
    "Kind",
    "LiveChain",
    "Metrics",
    "MinerConfig",
    "ModelPool",
    "Notary",
    "Parts",
    "Payloads",
    "Pending",
    "Prover",
    "Receipt",
    "Sender",
    "State",
    "Status",
    "Tamper",
    "Totals",
    "VersionStatus",
    "Workers",
    "attest",
    "doctor",
    "drain",
    "init_home",
    "is_running",
    "revoke",
    "run",
    "status",
]

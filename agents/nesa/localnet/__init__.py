"""Networks of real processes on one machine."""

from nesa.localnet._accounts import PASSWORD, MinerKeys, miner_keys, shared_key
from nesa.localnet._control import detach, follow_log, inspect, reset_home, shut_down
from nesa.localnet._genesis import module_address
from nesa.localnet._models import find_models
from nesa.localnet._process import Command, Service, run_command, tail
from nesa.localnet._progress import Progress
from nesa.localnet._state import ProcessRecord, State
from nesa.localnet._supervisor import Localnet, running
from nesa.localnet._topology import Home, Topology

__all__ = [
    "PASSWORD",
    "Command",
    "Home",
    "Localnet",
    "MinerKeys",
    "ProcessRecord",
    "Progress",
    "Service",
    "State",
    "Topology",
    "detach",
    "find_models",
    "follow_log",
    "inspect",
    "miner_keys",
    "module_address",
    "reset_home",
    "run_command",
    "running",
    "shared_key",
    "shut_down",
    "tail",
]

"""A small job for the supervisor: run as a program by the tests, `python -m tests.config.devserver.toy KIND`.

Prints the id of each process that it starts, so that a test can see whether one is left.
"""

import sys
import time
from pathlib import Path

from config.devserver.console import Console
from config.devserver.errors import StartError, Stopped
from config.devserver.process import Process
from config.devserver.supervisor import Supervisor

PARENT_OF_ANOTHER = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("pid", os.getpid(), flush=True)
print("pid", child.pid, flush=True)
time.sleep(60)
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("pid", os.getpid(), flush=True)
time.sleep(60)
"""
POLITE = """
import os, signal, sys, time
def leave(*_):
    print("left at", time.monotonic(), flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("pid", os.getpid(), flush=True)
while True:
    time.sleep(0.05)
"""
ENDLESS_STEP = """
import os, sys, time
print("pid", os.getpid(), file=sys.stderr, flush=True)
time.sleep(60)
"""
SHORT_LIVED = "import sys; sys.exit(7)"


def process(name: str, program: str) -> Process:
    return Process(name, [sys.executable, "-c", program], folder=Path.cwd(), patience=0.5)


def main(kind: str) -> int:
    console = Console(sys.stdout)
    try:
        with Supervisor(console) as supervisor:
            if kind == "family":
                supervisor.keep(process("first", PARENT_OF_ANOTHER), process("second", STUBBORN))
            elif kind == "stages":
                supervisor.keep(process("lower", POLITE))
                supervisor.keep(process("upper", POLITE))
            elif kind == "mortal":
                supervisor.keep(process("good", POLITE), process("mortal", SHORT_LIVED))
            elif kind == "step":
                console.block(supervisor.run(process("step", "print('the answer')")))
                supervisor.run(process("wrong", "import sys; sys.exit('because')"))
            elif kind == "slow-step":
                supervisor.run(process("step", ENDLESS_STEP))
            started = time.monotonic()
            supervisor.wait(lambda: False, seconds=30, for_what=f"Nothing, since {started}")
    except Stopped:
        console.say("Stopped.")
    except StartError as error:
        console.say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

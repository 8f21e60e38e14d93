"""Runs Schemathesis on a description: run.py DESCRIPTION BACKEND KEY. Ends well when it finds nothing and has seen every call succeed."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

# Only a provider signs what is taken there; a bill exists only for a day on which somebody paid; the description is read to begin with; only
# the owner of an order has a key to its files.
UNSEEN = {"POST /notify/{provider}", "GET /admin/v1/reconciliation", "GET /openapi.json", "POST /v1/orders/{order}/downloads"}

description, backend, key = sys.argv[1:]
here = Path(__file__).parent
arguments = ["--url", backend, "-H", f"Authorization: Bearer {key}", "--no-color", "--seed", "1"]
arguments += ["--max-examples", "25", "--exclude-checks", "positive_data_acceptance", "--phases", "examples,coverage,fuzzing"]
program = Path(sys.executable).with_name("schemathesis")
with urllib.request.urlopen(description) as answer:
    document = json.load(answer)
# A text that holds JSON: Schemathesis makes up what the text says, and hooks.py writes it.
for call in (call for calls in document["paths"].values() for call in calls.values()):
    for content in call.get("requestBody", {}).get("content", {}).values():
        content["schema"] = content.get("schema", {}).get("contentSchema", content.get("schema", {}))
# Its notes of examples are nobody's: a folder that goes away.
with tempfile.TemporaryDirectory() as folder:
    succeeded, described = Path(folder, "succeeded"), Path(folder, "described.json")
    described.write_text(json.dumps(document))
    environment = {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(here), "PYTHONDONTWRITEBYTECODE": "1", "SUCCEEDED": str(succeeded)}
    found = subprocess.run([program, "run", described, *arguments], env={**os.environ, **environment}, cwd=folder, check=False).returncode
    seen = set(succeeded.read_text().splitlines())
every = {f"{method.upper()} {path}" for path, calls in document["paths"].items() for method in calls if method in ("get", "post")}
missing = every - seen - UNSEEN
if missing:
    print("never seen to succeed:", *sorted(missing), sep="\n  ")
sys.exit(found or bool(missing))

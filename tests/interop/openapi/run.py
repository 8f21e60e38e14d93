"""Runs Schemathesis on a description: run.py DESCRIPTION BACKEND KEY. Ends well when it finds nothing and has seen every call succeed."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

# Only a provider signs what is taken there; a bill exists only for a day on which somebody paid; the description is read to begin with.
UNSEEN = {"POST /notify/{provider}", "GET /admin/v1/reconciliation", "GET /openapi.json"}

description, backend, key = sys.argv[1:]
here = Path(__file__).parent
arguments = ["run", description, "--url", backend, "-H", f"Authorization: Bearer {key}", "--no-color", "--seed", "1"]
arguments += ["--max-examples", "25", "--exclude-checks", "positive_data_acceptance", "--phases", "examples,coverage,fuzzing"]
program = Path(sys.executable).with_name("schemathesis")
# Its notes of examples are nobody's: a folder that goes away.
with tempfile.TemporaryDirectory() as folder:
    succeeded = Path(folder, "succeeded")
    environment = {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(here), "PYTHONDONTWRITEBYTECODE": "1", "SUCCEEDED": str(succeeded)}
    found = subprocess.run([program, *arguments], env={**os.environ, **environment}, cwd=folder, check=False).returncode
    seen = set(succeeded.read_text().splitlines())
with urllib.request.urlopen(description) as answer:
    paths = json.load(answer)["paths"]
every = {f"{method.upper()} {path}" for path, calls in paths.items() for method in calls if method in ("get", "post")}
missing = every - seen - UNSEEN
if missing:
    print("never seen to succeed:", *sorted(missing), sep="\n  ")
sys.exit(found or bool(missing))

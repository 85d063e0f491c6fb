#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""run_fuzz.py TARGET FOLDER...: libFuzzer's TARGET for a while, from the corpus in FOLDER...; TAP, one line.

20 seconds, SECINFO_FUZZ_SECONDS, or an hour with SECINFO_TEST_LONG=1. What broke it is kept in SECINFO_TEST_ARTEFACTS
and printed; put into the corpus it stays a test.
"""
import base64
import os
import pathlib
import re
import subprocess
import sys
import tempfile

target, folders = pathlib.Path(sys.argv[1]), sys.argv[2:]
seconds = int(os.environ.get('SECINFO_FUZZ_SECONDS') or (3600 if os.environ.get('SECINFO_TEST_LONG') == '1' else 20))
keep = pathlib.Path(os.environ.get('SECINFO_TEST_ARTEFACTS') or tempfile.gettempdir())
broken = f'{keep}/{target.name}-'
dictionary = pathlib.Path(__file__).with_name('dictionary') / target.name.removeprefix('fuzz-')

with tempfile.TemporaryDirectory(prefix='secinfo-fuzz-') as found:
    options = [f'-max_total_time={seconds}', f'-artifact_prefix={broken}', '-timeout=25', '-rss_limit_mb=2048',
               '-print_final_stats=1', '-use_value_profile=1']
    if dictionary.exists():
        options.append(f'-dict={dictionary}')
    done = subprocess.run([target, *options, found, *folders], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors='replace')
    new = len(os.listdir(found))

runs = re.search(r'stat::number_of_executed_units: (\d+)', done.stdout)
edges = re.findall(r'cov: (\d+)', done.stdout)
runs, edges = int(runs.group(1)) if runs else 0, int(edges[-1]) if edges else 0
good = done.returncode == 0 and runs > 0
print('1..1')
print(f"{'ok' if good else 'not ok'} 1 {seconds} s, {runs} runs, {edges} edges, {new} new inputs")
if not good:
    for line in done.stdout.splitlines()[-60:]:
        print('#', line[:300])
    for path in sorted(keep.glob(f'{target.name}-*')):
        print('#', path.name, base64.b64encode(path.read_bytes()[:1500]).decode())
sys.exit(0 if good else 1)
